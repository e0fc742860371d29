"""A municipality's schools and lines of classes, laid out from its code, its number of pupils and a seed.

A line is one class through the years: the 4A of 2021/2022 is the 5A of 2022/2023.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from synthetic import people, school_days

FIRST_YEARS = (2021, 2022)
"""The school years written: 2021/2022 and 2022/2023."""

FEWEST_PUPILS = 60
MOST_SCHOOLS = 99
_GRADES = 10
_LEAVERS = 10  # the grade of last year's grade 9, if it existed
_SPECIAL_GRADE, _SPECIAL_SIZE = 5, 6
_MOVING_GRADE = 6
_LATE_GRADE = 0
_NAMES = ("Prøveskolen Nord", "Eksempelskolen; afdeling Syd", 'Skolen "Øen"')


@dataclass(frozen=True, slots=True)
class School:
    """A school; it begins ``days_late`` school days after the others; ``unreported`` is the month that it does not
    report.
    """

    index: int
    institution_number: str
    name: str
    kind: str
    days_late: int = 0
    unreported: str = ""

    def days(self, year: int) -> tuple[date, ...]:
        """The school days of the school year with that index in ``FIRST_YEARS``."""
        return school_days.school_days(FIRST_YEARS[year], self.days_late)


@dataclass(frozen=True, slots=True)
class Line:
    """One class through the years. Its ``size`` pupils are numbered from ``first_number``."""

    school: School
    letter: str
    last_grade: int
    size: int
    first_number: int

    @property
    def special(self) -> bool:
        """Whether it is a special class."""
        return self.letter == "S"

    @property
    def late(self) -> bool:
        """Whether its roster is sent after its absence: the first school's new grade 0."""
        return self.school.index == 0 and self.last_grade == _LATE_GRADE and self.letter == "A"

    def grade(self, year: int) -> int:
        """The grade in a school year; outside 0–9 the class does not exist."""
        return self.last_grade - (len(FIRST_YEARS) - 1 - year)

    def exists(self, year: int) -> bool:
        """Whether there is such a class in that school year."""
        return 0 <= self.grade(year) < _GRADES

    def class_name(self, year: int) -> str:
        """The grade and the letter, as in "5A"."""
        return f"{self.grade(year)}{self.letter}"


@dataclass(frozen=True, slots=True)
class Move:
    """A pupil who changes class within a school year, from ``line`` (its first pupil) to ``to``, on a date."""

    line: Line
    to: Line
    year: int
    on: date


@dataclass(frozen=True, slots=True)
class Layout:
    """A municipality's schools and lines. It has some objects per class, and none per pupil but for those who move."""

    code: str
    seed: int
    schools: tuple[School, ...]
    lines: tuple[tuple[Line, ...], ...]
    moves: dict[int, Move]
    next_number: int

    def line(self, school: int, last_grade: int, letter: str = "A") -> Line:
        """A school's line by its grade in the last year and its letter."""
        return next(line for line in self.lines[school] if (line.last_grade, line.letter) == (last_grade, letter))


def _schools(code: str, count: int) -> Iterator[School]:
    """A quarter of the schools, at least one, are private."""
    public = count - max(1, count // 4)
    for index in range(count):
        number = f"9{code}{index + 1:02d}"
        if index >= public:
            yield School(index, number, f"Den Opdigtede Friskole {index + 1}", "private", days_late=1)
        else:
            school_name = _NAMES[index] if index < len(_NAMES) else f"Prøveskole {index + 1}"
            yield School(index, number, school_name, "public", unreported="2023-02" if index == _LACKING else "")


_LACKING = 1


def _shares(total: int, parts: int) -> list[int]:
    share, rest = divmod(total, parts)
    return [share + (part < rest) for part in range(parts)]


def _lines(school: School, pupils: int, first_number: int, *, special: bool) -> Iterator[Line]:
    """A school's lines: grade by grade, the leavers, and the special class last."""
    size = _SPECIAL_SIZE if special else 0
    tracks = max(1, -(-(pupils - size) // (_GRADES * 25)))
    slots = [(grade, chr(ord("A") + track)) for grade in range(_GRADES) for track in range(tracks)]
    shares = _shares(pupils - size, len(slots))
    slots += [(_LEAVERS, chr(ord("A") + track)) for track in range(tracks)]
    shares += shares[-tracks:]
    if special:
        slots, shares = [*slots, (_SPECIAL_GRADE, "S")], [*shares, size]
    for (grade, letter), share in zip(slots, shares, strict=True):
        yield Line(school, letter, grade, share, first_number)
        first_number += share


def _moves(lines: tuple[tuple[Line, ...], ...], pupils: int) -> Iterator[Move]:
    """Transfers to the next school at the new year 2023, and one into the special class on 1 February 2022."""

    def find(school: int, grade: int, letter: str) -> Line | None:
        return next((x for x in lines[school] if (x.last_grade, x.letter) == (grade, letter)), None)

    for school in range(min(len(lines) - 1, max(1, pupils // 300))):
        line, to = find(school, _MOVING_GRADE, "A"), find(school + 1, _MOVING_GRADE, "A")
        if line and to:
            yield Move(line, to, 1, date(2023, 1, 1))
    line, to = find(0, _SPECIAL_GRADE, "A"), find(0, _SPECIAL_GRADE, "S")
    if line and to:
        yield Move(line, to, 0, date(2022, 2, 1))


def _schools_for(pupils: int) -> int:
    """Two schools below 300 pupils, four up to some 1,600, then one per 400."""
    return 2 if pupils < 300 else min(MOST_SCHOOLS, max(4, round(pupils / 400)))


def lay_out(code: str, pupils: int, seed: int, first_pupil: int = 0, schools: int | None = None) -> Layout:
    """Lay out a municipality of ``pupils`` pupils in its last school year (the leavers of the first year are
    additional), with ``schools`` schools or as many as such a municipality has.

    ``first_pupil`` is the first pupil's number; municipalities whose ranges do not overlap have no pupil in common.
    Raises ``ValueError`` for a code that is not three digits or a number of pupils that is too small or too large.
    """
    if len(code) != 3 or not (code.isascii() and code.isdigit()):
        raise ValueError(f"A municipality code is three digits, as in 101; not {code!r}.")
    if pupils < FEWEST_PUPILS:
        raise ValueError(f"At least {FEWEST_PUPILS} pupils are needed for every kind of dirt to find its place.")
    placed = tuple(_schools(code, schools or _schools_for(pupils)))
    number = first_pupil
    lines: list[tuple[Line, ...]] = []
    for school, share in zip(placed, _shares(pupils, len(placed)), strict=True):
        lines.append(tuple(_lines(school, share, number, special=pupils >= 300 and school.index == 0)))
        number = lines[-1][-1].first_number + lines[-1][-1].size
    if number >= people.MOST_NUMBERS:
        raise ValueError(f"Pupil numbers end at {people.MOST_NUMBERS}.")
    moves = {move.line.first_number: move for move in _moves(tuple(lines), pupils)}
    return Layout(code, seed, placed, tuple(lines), moves, number)
