"""Finds the parked rows of absence that a change concerns."""

from collections.abc import Mapping, Sequence

from libs.shared.imports.parked import About, Concern

CONCERNS: Mapping[About, Sequence[Concern]] = {
    About.PUPIL: [
        Concern(
            "JOIN lookup_key AS k ON (k.municipality_code, k.kind, k.key_id, k.value)"
            " = (p.municipality_code, p.key_kind, p.key_id, p.key_value)",
            "k.pupil_id = ANY(CAST(:ids AS uuid[]))",
            by_key=True,
        )
    ],
    About.SCHOOL: [
        Concern(
            "JOIN membership AS m ON m.pupil_id = p.pupil_id",
            "p.reason = 'not_placed' AND m.school_id = ANY(CAST(:ids AS uuid[]))",
        )
    ],
}
"""A pupil has new keys, or a school has a calendar. A pupil who has moved is found by id."""
