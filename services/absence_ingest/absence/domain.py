"""The rules of a day's absence. Pure.

Days are counted in halves: 1 is half a day, 2 a whole one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from libs.shared.contracts.absence import DAYS_IN_A_MONTH
from libs.shared.files.kinds.absence import WHOLE_DAY
from libs.shared.values.absence import Category

MOST_HALVES = DAYS_IN_A_MONTH * WHOLE_DAY
"""The most half days of absence in a month."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which days that are set aside a caller asks for; without a value: all. Both dates are included."""

    pupil_id: UUID | None = None
    category: Category | None = None
    first: date | None = None
    last: date | None = None


ALL = Chosen()


@dataclass(frozen=True, slots=True)
class SetAside:
    """A day that does not count: its half days, the code of what is wrong with it, and since when."""

    pupil_id: UUID
    day: date
    category: str
    halves: int
    code: str
    since: datetime
    municipality_code: str

    @property
    def key(self) -> str:
        """What no other day has."""
        return f"{self.pupil_id}/{self.day.isoformat()}/{self.category}"


class Month(NamedTuple):
    """A pupil's month by its first day, and the municipality."""

    pupil_id: UUID
    first_day: date
    municipality_code: str


class Entry(NamedTuple):
    """One row about a pupil's day: its number in the file, the category and its number of half days."""

    row: int
    category: str
    halves: int


def days(halves: int) -> Decimal:
    """Half days as days: 3 is 1.5."""
    return Decimal(halves) / 2


def over_one_day(recorded: Mapping[str, int], given: Iterable[Entry]) -> list[int]:
    """The numbers of the rows that would make a pupil's absence on the day more than one whole day.

    ``recorded`` holds the half days by category before. Rows that lower a category are applied first, so that one file
    can move a day from one category to another. The others are applied in the file's order; each is accepted if the sum
    so far has room for it.
    """

    def raises(entry: Entry) -> bool:
        return entry.halves > recorded.get(entry.category, 0)

    held = dict(recorded)
    refused = []
    for entry in sorted(given, key=lambda entry: (raises(entry), entry.row)):
        others = sum(held.values()) - held.get(entry.category, 0)
        if raises(entry) and others + entry.halves > WHOLE_DAY:
            refused.append(entry.row)
        else:
            held[entry.category] = entry.halves
    return sorted(refused)
