"""A slow reference of transfers between three schools, written from the guide and decision 0016: a dictionary for each
school, and one look at every day.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

FIRST, AFTER = date(2022, 8, 1), date(2023, 8, 1)
DAYS = [FIRST + timedelta(days=number) for number in range((AFTER - FIRST).days)]


@dataclass(frozen=True)
class Row:
    """One pupil's time in a class of the school that sends the file."""

    pupil: int
    class_name: str
    first: date
    until: date


@dataclass(frozen=True)
class File:
    """A file of one school; ``made`` is the day of a complete one, None for another one."""

    school: int
    made: date | None
    rows: tuple[Row, ...]


@dataclass
class School:
    """What one school has said: (class, first day) → end of each pupil, and when it first named the pupil."""

    said: dict[int, dict[tuple[str, date], date]] = field(default_factory=dict)
    named: dict[int, date] = field(default_factory=dict)

    def take(self, file: File) -> None:
        if file.made is not None:
            for pupil in self.said.keys() - {row.pupil for row in file.rows}:
                for (class_name, first), until in list(self.said[pupil].items()):
                    if first <= file.made < until:
                        self.said[pupil][class_name, first] = file.made
        for row in file.rows:
            self._row(row, file.made)

    def _row(self, row: Row, made: date | None) -> None:
        mine, key = self.said.setdefault(row.pupil, {}), (row.class_name, row.first)
        if key not in mine and row.until == row.first:
            return
        if row.until > mine.get(key, row.first):
            for (class_name, first), until in list(mine.items()):
                if (class_name, first) != key and max(first, row.first) < min(until, row.until):
                    if made is None:
                        return
                    mine[class_name, first] = max(first, row.first)
        mine[key] = row.until
        if made is not None:
            self.named.setdefault(row.pupil, made)


@dataclass
class Country:
    """Three schools of one municipality."""

    schools: tuple[School, ...] = field(default_factory=lambda: (School(), School(), School()))

    def take(self, file: File) -> None:
        self.schools[file.school].take(file)

    def days(self, pupil: int) -> dict[date, tuple[int, str]]:
        """Day → school and class."""
        claims = [
            (school, class_name, first, until)
            for school, of in enumerate(self.schools)
            for (class_name, first), until in of.said.get(pupil, {}).items()
            if until > first
        ]
        begun = [(self._begins(claim, claims, pupil), claim) for claim in claims]
        found = {}
        for day in DAYS:
            ranked = [
                ((begins, self._named(claim[0], pupil), -claim[0]), claim)
                for begins, claim in begun
                if begins <= day and begins < claim[3]
            ]
            if ranked:
                _, (school, class_name, _, until) = max(ranked)
                if day < until:
                    found[day] = (school, class_name)
        return found

    def _named(self, school: int, pupil: int) -> date:
        return self.schools[school].named.get(pupil, date.min)

    def _begins(
        self, claim: tuple[int, str, date, date], claims: list[tuple[int, str, date, date]], pupil: int
    ) -> date:
        """The first day; or the day on which the school first named a pupil whom another one had named before."""
        school, _, first, until = claim
        named = self.schools[school].named.get(pupil)
        if named is None:
            return first
        ends = [
            other_until
            for other, _, other_first, other_until in claims
            if other != school
            and date.min < self._named(other, pupil) < named
            and first <= other_first <= named
            and other_first < until
            and first < other_until
        ]
        return max(first, min(named, max(ends))) if ends else first
