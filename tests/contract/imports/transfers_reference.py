"""A slow reference of transfers between schools and municipalities, held files and merged pupils, written from the
guide and decision 0016: a dictionary for each school, and one look at every day.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

FIRST, AFTER = date(2022, 8, 1), date(2023, 8, 1)
DAYS = [FIRST + timedelta(days=number) for number in range((AFTER - FIRST).days)]


@dataclass(frozen=True)
class Row:
    """One pupil's time in a class of the school that sends the file. A complete file may leave days out. ``real`` says
    that the CPR number is a real one, not a replacement number.
    """

    pupil: int
    class_name: str
    first: date | None
    until: date | None
    real: bool = True


@dataclass(frozen=True)
class Change:
    """What a file of changes says of a pupil on a day: the enrolment in a class, with a first day or without one, or
    that the enrolment was taken away; without a class the same of the user. ``named`` says that the file has the user.
    """

    pupil: int
    class_name: str | None
    day: date
    removed: bool
    first: date | None = None
    named: bool = True
    real: bool = True


@dataclass(frozen=True)
class File:
    """A file of one school; ``made`` is the day of a complete one and of one with changes, None for another one.

    ``fate`` is what becomes of a complete file that lacks a pupil whom no other school has, so that it is held: it is
    confirmed, rejected, or replaced by the next complete file. A file without a fate is confirmed if it is held.
    """

    school: int
    made: date | None
    rows: tuple[Row, ...] = ()
    changes: tuple[Change, ...] = ()
    fate: str = "confirm"


@dataclass(frozen=True)
class Decide:
    """A person's decision about the school's newest complete file, if it is held."""

    school: int
    confirm: bool


@dataclass(frozen=True)
class Merge:
    """A person says that two pupils are one child, as soon as both are known. The first one's id is kept."""

    kept: int
    other: int


Event = File | Decide | Merge


@dataclass
class School:
    """What one school has said: (class, first day) → end of each pupil, and when it first named the pupil."""

    said: dict[int, dict[tuple[str, date], date]] = field(default_factory=dict)
    named: dict[int, date] = field(default_factory=dict)
    real: set[int] = field(default_factory=set)

    def take(self, file: File) -> None:
        if file.changes:
            self._take_changes(file.changes)
            return
        first = not any(_going(mine) for mine in self.said.values())
        if file.made is not None:
            for pupil in self.said.keys() - {row.pupil for row in file.rows}:
                for (class_name, begun), until in list(self.said[pupil].items()):
                    if begun <= file.made < until:
                        self.said[pupil][class_name, begun] = file.made
        for row in file.rows:
            begun, until = self._dated(row, file.made, first=first)
            self._row(row.pupil, (row.class_name, begun), until, made=file.made, real=row.real)

    def _dated(self, row: Row, made: date | None, *, first: bool) -> tuple[date, date]:
        """The days of a row. Without a first one: as they are, or from the day of the file, or in the school's first
        file from the beginning.
        """
        if row.first is not None:
            return row.first, row.until or AFTER
        assert made is not None
        mine = _going(self.said.get(row.pupil, {}))
        goes_on = sorted((begun, until) for (name, begun), until in mine.items() if name == row.class_name)
        for begun, until in goes_on:
            if until > made:
                return begun, until if row.until is None else max(begun, row.until)
        begun = FIRST if first and not mine else max(FIRST, made)
        return begun, max(begun, row.until or AFTER)

    def _take_changes(self, changes: Sequence[Change]) -> None:
        known = {pupil: dict(_going(mine)) for pupil, mine in self.said.items() if mine}
        for pupil in sorted({each.pupil for each in changes}):
            of = [each for each in changes if each.pupil == pupil]
            rows: dict[tuple[str, date], tuple[date, bool]] = {}
            for each in of:
                if each.class_name is not None and (each.named or pupil in known):
                    key, until = self._enrolled(each, known.get(pupil, {}))
                    rows.setdefault(key, (until, each.named and each.real))
            about = {each.class_name for each in of}
            for each in of:
                if each.class_name is None and pupil in known:
                    for (name, begun), until in known[pupil].items():
                        if each.removed and name not in about and until > each.day:
                            rows.setdefault((name, begun), (max(each.day, begun), False))
                    if not each.removed and known[pupil] and about == {None}:
                        latest = max(known[pupil], key=lambda key: (key[1], key[0]))
                        rows.setdefault(latest, (known[pupil][latest], each.real))
            mine = self.said.get(pupil, {})
            # What ends earlier comes first, so that a move may have any order in the file.
            for key in sorted(rows, key=lambda key: not rows[key][0] < mine.get(key, date.min)):
                self._row(pupil, key, rows[key][0], made=None, real=rows[key][1])

    @staticmethod
    def _enrolled(change: Change, known: dict[tuple[str, date], date]) -> tuple[tuple[str, date], date]:
        name = change.class_name or ""
        first = change.first or max((begun for of, begun in known if of == name), default=change.day)
        first = max(first, FIRST)
        return (name, first), max(first, change.day) if change.removed else AFTER

    def _row(self, pupil: int, key: tuple[str, date], row_until: date, *, made: date | None, real: bool) -> None:
        mine, row_first = self.said.setdefault(pupil, {}), key[1]
        if key not in mine and row_until == row_first:
            return
        if row_until > mine.get(key, row_first):
            for (class_name, first), until in list(mine.items()):
                if (class_name, first) != key and max(first, row_first) < min(until, row_until):
                    if made is None:
                        return
                    mine[class_name, first] = max(first, row_first)
        mine[key] = row_until
        if real:
            self.real.add(pupil)
        if made is not None:
            self.named.setdefault(pupil, made)


def _going(mine: dict[tuple[str, date], date]) -> dict[tuple[str, date], date]:
    """What was not taken back."""
    return {key: until for key, until in mine.items() if until > key[1]}


HOME, ELSEWHERE = (0, 1, 2), (3,)
"""The schools of two municipalities."""


@dataclass
class Country:
    """Four schools in two municipalities."""

    schools: tuple[School, ...] = field(default_factory=lambda: tuple(School() for _ in (*HOME, *ELSEWHERE)))
    merged: frozenset[int] = frozenset()

    def take(self, event: Event) -> None:
        if isinstance(event, Merge):
            self.merged = frozenset((event.kept, event.other))
        elif isinstance(event, File) and event.fate == "confirm":
            self.schools[event.school].take(event)

    def knows(self, pupil: int, place: Sequence[int] = HOME) -> bool:
        """Whether any school of the municipality has the pupil, or had it."""
        return any(self.schools[school].said.get(pupil) for school in place)

    def has_real_number(self, pupil: int, place: Sequence[int] = HOME) -> bool:
        """A real CPR number stays, whatever comes after it."""
        return any(each in self.schools[school].real for school in place for each in self._child(pupil))

    def one_person(self, pupil: int) -> bool:
        """Whether both municipalities know one real CPR number, and so the pupils of both are one person."""
        return self.has_real_number(pupil) and self.has_real_number(pupil, ELSEWHERE)

    def overlapping(self, pupil: int) -> set[date]:
        """The days on which both municipalities have the person."""
        both = self.days(pupil).keys() & self.days(pupil, ELSEWHERE).keys()
        return set(both) if self.one_person(pupil) else set()

    def _child(self, pupil: int) -> frozenset[int]:
        """The pupil, and who was merged with it; two are merged when both are known."""
        is_merged = pupil in self.merged and all(map(self.knows, self.merged))
        return self.merged if is_merged else frozenset((pupil,))

    def days(self, pupil: int, place: Sequence[int] = HOME) -> dict[date, tuple[int, str]]:
        """Day → school and class."""
        child = self._child(pupil)
        claims = [
            (school, class_name, first, until)
            for school in place
            for each in child
            for (class_name, first), until in self.schools[school].said.get(each, {}).items()
            if until > first
        ]
        begun = [(self._begins(claim, claims, child), claim) for claim in claims]
        found = {}
        for day in DAYS:
            ranked = [
                ((begins, self._named(claim[0], child), -claim[0]), claim)
                for begins, claim in begun
                if begins <= day and begins < claim[3]
            ]
            if ranked:
                _, (school, class_name, _, until) = max(ranked)
                if day < until:
                    found[day] = (school, class_name)
        return found

    def _named(self, school: int, child: frozenset[int]) -> date:
        return min(
            (self.schools[school].named[each] for each in child if each in self.schools[school].named), default=date.min
        )

    def _begins(
        self, claim: tuple[int, str, date, date], claims: list[tuple[int, str, date, date]], child: frozenset[int]
    ) -> date:
        """The first day; or the day on which the school first named a pupil whom another one had named before."""
        school, _, first, until = claim
        named = self._named(school, child)
        if named == date.min:
            return first
        ends = [
            other_until
            for other, _, other_first, other_until in claims
            if other != school
            and date.min < self._named(other, child) < named
            and first <= other_first <= named
            and other_first < until
            and first < other_until
        ]
        return max(first, min(named, max(ends))) if ends else first
