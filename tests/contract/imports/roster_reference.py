"""A slow reference of the roster, written from the guides and the design: one row at a time, no database."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date

from tests.contract.imports.roster_steps import (
    LOGIN,
    CalendarFile,
    ClassFile,
    IndicatorFile,
    IndicatorRow,
    Key,
    PupilFile,
    PupilRow,
    RosterFile,
)

KNOWN_SCHOOLS = ("north", "south")
Place = tuple[str, int, str]
"""School, year, name of a class."""


@dataclass
class Pupil:
    """A pupil: every identifier it has or had, and its times in classes as the schools say."""

    keys: set[Key] = field(default_factory=set)
    stays: dict[tuple[Place, date], date] = field(default_factory=dict)

    def times(self) -> set[tuple[Place, date, date]]:
        """The times in classes that are not withdrawn. The school whose time begins last has the pupil from then on."""
        said = [(place, first, until) for (place, first), until in self.stays.items() if until > first]
        found = set()
        for place, first, until in said:
            later = [
                begun
                for other, begun, _ in said
                if other[0] != place[0]
                and other[1] == place[1]
                and (begun, other[0] == KNOWN_SCHOOLS[0]) > (first, place[0] == KNOWN_SCHOOLS[0])
            ]
            last = min([until, *later])
            if last > first:
                found.add((place, first, last))
        return found


@dataclass
class Receipt:
    """A file's counts."""

    rows: int
    accepted: int = 0
    unchanged: int = 0
    parked: int = 0
    refused: Counter[str] = field(default_factory=Counter)


@dataclass
class Result:
    """An indicator; ``value`` is None after a withdrawal. ``file`` is the number of the file with this value."""

    value: str | None
    file: int


@dataclass
class RosterReference:
    """A municipality with two schools."""

    classes: dict[Place, int] = field(default_factory=dict)
    calendars: dict[tuple[str, int], set[date]] = field(default_factory=dict)
    pupils: list[Pupil] = field(default_factory=list)
    results: dict[tuple[int, int, date], Result] = field(default_factory=dict)
    waiting: dict[tuple[Key, int, date], Result] = field(default_factory=dict)
    files: int = 0

    def ready(self, file: RosterFile) -> RosterFile:
        """The file with a login in each row whose other identifiers do not find the pupil."""
        if not isinstance(file, PupilFile):
            return file
        known = [self._found(((LOGIN, row.login),)) for row in file.rows]
        rows = tuple(
            replace(row, without_login=row.without_login and pupil is not None and self._found(row.others) is pupil)
            for row, pupil in zip(file.rows, known, strict=True)
        )
        return replace(file, rows=rows)

    def send(self, file: RosterFile) -> Receipt:
        """Process the file."""
        self.files += 1
        receipt = Receipt(len(file.rows))
        if isinstance(file, ClassFile):
            self._classes(file, receipt)
        elif isinstance(file, CalendarFile):
            self._days(file, receipt)
        elif isinstance(file, PupilFile):
            self._pupils(file, receipt)
        else:
            self._indicators(file, receipt)
        return receipt

    # --- classes and calendars ----------------------------------------------------------------------------------

    def _classes(self, file: ClassFile, receipt: Receipt) -> None:
        seen: set[Place] = set()
        for row in file.rows:
            place = (row.school, row.year, row.name)
            if place in seen:
                receipt.refused["row.duplicate"] += 1
            elif row.school not in KNOWN_SCHOOLS:
                receipt.refused["institution_number.unknown"] += 1
            elif self.classes.get(place) == row.grade:
                receipt.unchanged += 1
            else:
                self.classes[place] = row.grade
                receipt.accepted += 1
            seen.add(place)

    def _days(self, file: CalendarFile, receipt: Receipt) -> None:
        seen: set[tuple[str, date]] = set()
        for row in file.rows:
            if (row.school, row.day) in seen:
                receipt.refused["row.duplicate"] += 1
            elif row.school not in KNOWN_SCHOOLS:
                receipt.refused["institution_number.unknown"] += 1
            else:
                year = row.day.year if row.day.month >= 8 else row.day.year - 1
                days = self.calendars.get((row.school, year), set())
                if (row.day in days) == row.is_school_day:
                    receipt.unchanged += 1
                else:
                    self.calendars.setdefault((row.school, year), days).symmetric_difference_update({row.day})
                    receipt.accepted += 1
            seen.add((row.school, row.day))

    # --- pupils -------------------------------------------------------------------------------------------------

    def _pupils(self, file: PupilFile, receipt: Receipt) -> None:
        seen: set[tuple[frozenset[Key], str, int, str, date]] = set()
        rows: list[PupilRow] = []
        for row in file.rows:
            key = (row.keys, row.school, row.year, row.class_name, row.first)
            if (code := _wrong_alone(row)) is not None:
                receipt.refused[code] += 1
                continue
            if key in seen:
                receipt.refused["row.duplicate"] += 1
            elif (code := self._cannot_be(row)) is not None:
                receipt.refused[code] += 1
            else:
                rows.append(row)
            seen.add(key)
        for group in _groups(rows):
            self._stays(self._pupil(group), group, receipt)
        self.pupils = [pupil for pupil in self.pupils if pupil.stays]  # withdrawing an unknown stay creates no pupil
        self._replay()

    def _cannot_be(self, row: PupilRow) -> str | None:
        if row.school not in KNOWN_SCHOOLS:
            return "institution_number.unknown"
        if (row.school, row.year, row.class_name) not in self.classes:
            return "class.unknown"
        return None

    def _pupil(self, group: list[PupilRow]) -> Pupil:
        """The pupil with an identifier of these rows; a new one if no pupil has any of them."""
        keys = frozenset[Key]().union(*(row.keys for row in group))
        pupil = self._found(tuple(keys))
        if pupil is None:
            pupil = Pupil()
            self.pupils.append(pupil)
        return pupil

    def _found(self, keys: tuple[Key, ...]) -> Pupil | None:
        return next((pupil for pupil in self.pupils if pupil.keys & set(keys)), None)

    def _stays(self, pupil: Pupil, group: list[PupilRow], receipt: Receipt) -> None:
        """Apply rows that shorten a stay first, then the others in the file's order; refuse rows that overlap."""

        def grows(row: PupilRow) -> bool:
            stored = pupil.stays.get(((row.school, row.year, row.class_name), row.first))
            return stored is None or row.end > stored

        said: set[tuple[Place, date]] = set()
        once = []
        for row in group:  # rows with different identifiers may have the same pupil, class and first day
            place = ((row.school, row.year, row.class_name), row.first)
            if place in said:
                receipt.refused["row.duplicate"] += 1
            else:
                once.append(row)
            said.add(place)
        kept: list[PupilRow] = []
        for row in list(once):  # one file that has the pupil at two schools on one day contradicts itself
            if any(row.school != other.school and row.first < other.end and other.first < row.end for other in kept):
                receipt.refused["membership.overlap"] += 1
                once.remove(row)
            elif row.end > row.first:
                kept.append(row)
        for row in sorted(once, key=grows):
            place = ((row.school, row.year, row.class_name), row.first)
            others = [(f, u) for (p, f), u in pupil.stays.items() if (p, f) != place and u > f and p[0] == row.school]
            if row.end > row.first and any(row.first < until and first < row.end for first, until in others):
                receipt.refused["membership.overlap"] += 1
                continue
            if place not in pupil.stays and row.end == row.first:
                receipt.unchanged += 1  # it withdraws an unknown stay: its identifiers are not stored either
                continue
            changed = pupil.stays.get(place) != row.end
            receipt.accepted += changed or not row.keys <= pupil.keys
            receipt.unchanged += not changed and row.keys <= pupil.keys
            pupil.keys |= row.keys
            pupil.stays[place] = row.end

    # --- indicators ---------------------------------------------------------------------------------------------

    def _indicators(self, file: IndicatorFile, receipt: Receipt) -> None:
        seen: set[object] = set()
        for row in file.rows:
            pupil = self._found(((file.by, row.who),))
            if (row.who, row.grade, row.day) in seen:
                receipt.refused["row.duplicate"] += 1
            elif pupil is None:
                self.waiting[(file.by, row.who), row.grade, row.day] = Result(row.value, self.files)
                receipt.parked += 1
            else:
                receipt.accepted += self._result(self.pupils.index(pupil), row, self.files)
            seen.add((row.who, row.grade, row.day))
        receipt.unchanged = receipt.rows - receipt.accepted - receipt.parked - receipt.refused.total()

    def _result(self, pupil: int, row: IndicatorRow, file: int) -> bool:
        """Store the result unless a newer file has set it; returns whether the value changed."""
        place = (pupil, row.grade, row.day)
        before = self.results.get(place, Result(None, 0))
        if before.file > file:
            return False
        self.results[place] = Result(row.value, file)
        return before.value != row.value

    def _replay(self) -> None:
        for (key, grade, day), result in sorted(self.waiting.items(), key=lambda each: each[1].file):
            pupil = self._found((key,))
            if pupil is not None:
                self._result(self.pupils.index(pupil), IndicatorRow(key[1], grade, day, result.value), result.file)
                del self.waiting[key, grade, day]


def _wrong_alone(row: PupilRow) -> str | None:
    """The code of an error that can be seen in the row alone."""
    if row.end < row.first:
        return "membership.ends_before_start"
    if not date(row.year, 8, 1) <= row.first < (ends := date(row.year + 1, 8, 1)) or row.end > ends:
        return "membership.outside_school_year"
    return None


def _groups(rows: list[PupilRow]) -> list[list[PupilRow]]:
    """Groups of rows that share an identifier, directly or through other rows, each in the file's order."""
    groups: list[list[PupilRow]] = []
    for row in rows:
        near = [group for group in groups if any(row.keys & other.keys for other in group)]
        groups = [group for group in groups if group not in near]
        groups.append([*(other for group in near for other in group), row])
    return [sorted(group, key=rows.index) for group in groups]
