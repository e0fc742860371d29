"""Finds the parked rows of registration that a change concerns."""

from collections.abc import Mapping, Sequence

from libs.shared.imports.parked import About, Concern

CONCERNS: Mapping[About, Sequence[Concern]] = {
    About.PUPIL: [
        Concern(
            "JOIN pupil_key AS k ON (k.municipality_code, k.kind, k.key_id, k.value)"
            " = (p.municipality_code, p.key_kind, p.key_id, p.key_value)",
            "k.pupil_id = ANY(CAST(:ids AS uuid[]))",
            by_key=True,
        )
    ],
}
"""A pupil has new keys. Rows that wait for a decision about a pupil are found by its id."""
