"""The types that the modules of disclosure control share."""

from collections.abc import Sequence
from decimal import Decimal

import msgspec

Cell = tuple[str, ...]
"""One figure of a bundle, by table and key:

- ``("participants", letter, variant, grade)``; ``variant`` and ``grade`` may be ``all``;
- ``("flow", "in" | "out" | "left", step)``;
- ``("several_types",)``;
- ``("absence", group, type's code | "all", "pupils")``;
- ``("absence", group, type's code | "all", autumn_year, category)``: a mean;
- ``("dosage", variant, unit, column)``;
- ``("coverage", "stated" | "enrolled" | "identified")``: places in courses;
- ``("selections", letter | "all", code)``: pupils selected in that way, and with ``"classes"`` behind it their classes.
"""

Figure = int | Decimal | None
"""A rounded count, a mean, or None where the figure is hidden."""


class PersonKeys(msgspec.Struct, frozen=True):
    """The values for a person in the store of releases; both are derived with the store's own key.

    ``pseudonym`` is kept in the store. ``salt`` is not: it is the key of the fingerprints of the person's measured
    values.
    """

    pseudonym: bytes
    salt: bytes


class Group(msgspec.Struct, frozen=True):
    """A printed group: its persons, its measured period, and its printed figures.

    ``period`` is a school year for counts and an autumn such as ``2021`` for days. ``name`` is the same in every
    delivery. ``members`` maps a pseudonym to the fingerprint of the measured values (empty for a count). ``figures``
    maps a label (``pupils``, a category, a column) to the printed text; None where it is hidden.
    """

    period: str
    name: str
    members: dict[bytes, bytes]
    figures: dict[str, str | None]


def releases(groups: Sequence[Group]) -> list[set[int]]:
    """The indexes of groups by release, for groups in the order in which they were stored. A repeated name begins the
    next release.
    """
    found: list[set[int]] = [set()]
    for place, group in enumerate(groups):
        if any(groups[one].name == group.name for one in found[-1]):
            found.append(set())
        found[-1].add(place)
    return found
