"""Pupils and their memberships of classes, generated class by class."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from synthetic import people, school_days
from synthetic.layout import FIRST_YEARS, Layout, Line, School

_ONE_IN, _LACKS_CPR = 200, 37


@dataclass(frozen=True, slots=True)
class Membership:
    """A pupil's time in a class: from ``valid_from`` until before ``valid_to``."""

    line: Line
    year: int
    valid_from: date
    valid_to: date


@dataclass(frozen=True, slots=True)
class Pupil:
    """A pupil; ``cpr_number`` is empty for the few who have none. ``line`` is the pupil's first class."""

    number: int
    cpr_number: str
    uni_login: str
    local_id: str
    name: str
    line: Line
    memberships: tuple[Membership, ...]

    @property
    def moves(self) -> bool:
        """Whether the pupil changes class within a school year."""
        return len(self.memberships) > len({membership.year for membership in self.memberships})


def pupil(layout: Layout, line: Line, number: int) -> Pupil:
    """The pupil with that number, made from the layout alone."""
    birth_year = FIRST_YEARS[-1] - 6 - line.last_grade
    return Pupil(
        number=number,
        cpr_number="" if number % _ONE_IN == _LACKS_CPR else people.cpr_number(birth_year, number, layout.seed),
        uni_login=people.uni_login(number),
        local_id=f"{layout.code}-{number:05d}",
        name=people.name(number),
        line=line,
        memberships=tuple(_memberships(layout, line, number)),
    )


def _memberships(layout: Layout, line: Line, number: int) -> Iterator[Membership]:
    move = layout.moves.get(number)
    for year, first_year in enumerate(FIRST_YEARS):
        start, end = school_days.bounds(first_year)
        if move and move.year == year:
            yield Membership(line, year, start, move.on)
            yield Membership(move.to, year, move.on, end)
        elif move and move.year < year and move.to.exists(year):
            yield Membership(move.to, year, start, end)
        elif line.exists(year):
            yield Membership(line, year, start, end)


def transferred(pupil: Pupil, layout: Layout, line: Line, year: int, on: date) -> Pupil:
    """The pupil in another municipality, with an id of that one's systems, in a class there from ``on``."""
    _, end = school_days.bounds(FIRST_YEARS[year])
    local_id = f"{layout.code}-{pupil.number:05d}"
    return replace(pupil, local_id=local_id, line=line, memberships=(Membership(line, year, on, end),))


def of_line(layout: Layout, line: Line) -> Iterator[Pupil]:
    """The pupils who began in a line."""
    for number in range(line.first_number, line.first_number + line.size):
        yield pupil(layout, line, number)


def everyone(layout: Layout) -> Iterator[Pupil]:
    """Every pupil of the municipality once, class by class."""
    for lines in layout.lines:
        for line in lines:
            yield from of_line(layout, line)


def attending(layout: Layout, school: School, year: int) -> Iterator[tuple[Pupil, Membership]]:
    """The pupils of a school in a school year with their memberships: class by class, then those who move there."""
    for line in layout.lines[school.index]:
        for one in of_line(layout, line):
            yield from _at(one, school, year)
    for number, move in layout.moves.items():
        if move.line.school != school and move.to.school == school:
            yield from _at(pupil(layout, move.line, number), school, year)


def _at(one: Pupil, school: School, year: int) -> Iterator[tuple[Pupil, Membership]]:
    for membership in one.memberships:
        if membership.year == year and membership.line.school == school:
            yield one, membership
