"""The files of a script about the roster: classes, calendars, pupils and indicators, each cut into chunks."""

from dataclasses import dataclass
from datetime import date

from libs.shared.privacy.identifiers import IdentifierKind

Key = tuple[IdentifierKind, str]
CPR, LOGIN, LOCAL = IdentifierKind.CPR_NUMBER, IdentifierKind.UNI_LOGIN, IdentifierKind.LOCAL_ID


@dataclass(frozen=True)
class ClassRow:
    """A class of the school year that begins in ``year``."""

    school: str
    year: int
    name: str
    grade: int


@dataclass(frozen=True)
class DayRow:
    """A school day, or one that is withdrawn."""

    school: str
    day: date
    is_school_day: bool


@dataclass(frozen=True)
class PupilRow:
    """A pupil's time in a class, open to the end of the school year if ``until`` is None.

    ``without_login``: the row names the pupil by its other identifiers alone, if these are known.
    """

    login: str
    others: tuple[Key, ...]
    name: str
    school: str
    year: int
    class_name: str
    first: date
    until: date | None
    without_login: bool = False

    @property
    def end(self) -> date:
        return self.until or date(self.year + 1, 8, 1)

    @property
    def keys(self) -> frozenset[Key]:
        """The identifiers in the row."""
        return frozenset(self.others if self.without_login and self.others else (*self.others, (LOGIN, self.login)))


@dataclass(frozen=True)
class IndicatorRow:
    """A national test in reading; ``value`` None withdraws it."""

    who: str
    grade: int
    day: date
    value: str | None


@dataclass(frozen=True)
class ClassFile:
    rows: tuple[ClassRow, ...]
    cut: int


@dataclass(frozen=True)
class CalendarFile:
    rows: tuple[DayRow, ...]
    cut: int


@dataclass(frozen=True)
class PupilFile:
    rows: tuple[PupilRow, ...]
    cut: int


@dataclass(frozen=True)
class IndicatorFile:
    rows: tuple[IndicatorRow, ...]
    by: IdentifierKind
    cut: int


RosterFile = ClassFile | CalendarFile | PupilFile | IndicatorFile
