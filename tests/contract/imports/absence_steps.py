"""The steps of a script about absence: files that a municipality sends, and events that come from registration."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from libs.shared.privacy.identifiers import IdentifierKind


class How(StrEnum):
    """The mode in which a file is sent."""

    ROWS = "rows"
    WHOLE = "whole file"
    VALIDATE = "validate"


@dataclass(frozen=True)
class Row:
    """A row of a file of absence. ``halves`` counts half-days; 4 is more than a day can have."""

    who: str
    day: date
    category: str
    halves: int

    def line(self) -> str:
        """The line in the file."""
        days = {0: "0", 1: "0,5", 2: "1", 4: "2"}[self.halves]
        return f"{self.who};{self.day};{self.category};{days}\n"


@dataclass(frozen=True)
class Stay:
    """A time at a school, from ``first`` until before ``until``."""

    school: str
    first: date
    until: date


@dataclass(frozen=True)
class PupilComes:
    """A pupil's whole state; a version that is older than the known one changes nothing."""

    name: str
    version: int
    keys: tuple[tuple[IdentifierKind, str], ...]
    stays: tuple[Stay, ...]


@dataclass(frozen=True)
class PupilGoes:
    """The tombstone of a pupil."""

    name: str


@dataclass(frozen=True)
class CalendarComes:
    """The school days of a school in the school year that begins in August of ``year``."""

    school: str
    year: int
    version: int
    days: frozenset[date]


@dataclass(frozen=True)
class Passes:
    """Days pass."""

    days: int


Event = PupilComes | PupilGoes | CalendarComes


@dataclass(frozen=True)
class File:
    """A file, cut into chunks of about ``cut`` bytes. ``during``: the event that arrives while it is processed."""

    rows: tuple[Row, ...]
    by: IdentifierKind
    cut: int
    how: How = How.ROWS
    during: Event | None = None

    def text(self) -> str:
        """Its content."""
        return "pupil;date;category;days\n" + "".join(row.line() for row in self.rows)


@dataclass(frozen=True)
class Together:
    """Files that are all received before the first is processed."""

    files: tuple[File, ...]


@dataclass(frozen=True)
class MonthRow:
    """A school's month that is reported, or whose report is withdrawn."""

    school: str
    month: str
    reported: bool = True


@dataclass(frozen=True)
class Months:
    """A file of reported months."""

    rows: tuple[MonthRow, ...]
    cut: int


Step = Event | Together | Months | Passes


def school_year(day: date) -> int:
    """The year in whose August the school year of a day begins."""
    return day.year if day.month >= 8 else day.year - 1
