"""The order of a list that a caller chooses, as SQL. Pages follow each other by key and not by offset: a page costs the
same however far it is, and a row that is added meanwhile shifts no other.

A list is sorted by one column, and by a second one whose values are unique. No expression may be null: a null is
neither before nor after anything, so its row would be on no page.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sortable:
    """An SQL expression that is never null, and the SQL type of its values."""

    expression: str
    type: str = "text"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins: after the row with this value and this unique value, both as text."""

    value: str
    unique: str


@dataclass(frozen=True, slots=True)
class Order:
    """By which of the list's columns it is sorted, and in which direction."""

    name: str
    descending: bool = False

    @classmethod
    def read(cls, asked: str) -> "Order":
        """``last_day`` is ascending, ``-last_day`` descending."""
        return cls(asked.removeprefix("-"), asked.startswith("-"))

    def __str__(self) -> str:
        return f"-{self.name}" if self.descending else self.name

    def sql(self, columns: Mapping[str, Sortable], unique: Sortable) -> tuple[str, str]:
        """A condition and an ``ORDER BY`` list. The condition has the parameters ``after_value`` and ``after_unique``,
        see ``parameters``. Raises ``KeyError`` for a name that is not in ``columns``.
        """
        by = columns[self.name]
        sign, way = ("<", "DESC") if self.descending else (">", "ASC")
        place = f"(CAST(CAST(:after_value AS text) AS {by.type}), CAST(CAST(:after_unique AS text) AS {unique.type}))"
        condition = f"(CAST(:after_unique AS text) IS NULL OR ({by.expression}, {unique.expression}) {sign} {place})"
        return condition, f"{by.expression} {way}, {unique.expression} {way}"


def parameters(after: Place | None) -> dict[str, str | None]:
    """The parameters of the condition that ``Order.sql`` makes."""
    return {
        "after_value": None if after is None else after.value,
        "after_unique": None if after is None else after.unique,
    }
