"""The changes of a municipality between two days as a OneRoster delta.

Pupils who moved in that time leave one class and enter another; the former enrolment is taken away or gets an end, in
turn. Beside them one pupil gets another name, one is taken away, and one begins.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from synthetic import roster, school_days
from synthetic.layout import FIRST_YEARS, Layout, Line
from synthetic.oneroster import ids, persons
from synthetic.oneroster.forecast import RosterForecast
from synthetic.oneroster.persons import Attending
from synthetic.oneroster.zip_writer import Writer, ZipWriter
from synthetic.roster import Membership, Pupil

NEW_NUMBER = 300
"""The pupil who begins, counted from the layout's next number."""
_RENAMED, _GONE = 0, 1
_FILES = ("enrollments.csv", "users.csv", "roles.csv")


def renamed(layout: Layout, year: int) -> Pupil:
    """The pupil who gets another name."""
    return _of_first_line(layout, year)[_RENAMED]


def gone(layout: Layout, year: int) -> Pupil:
    """The pupil who is taken away."""
    return _of_first_line(layout, year)[_GONE]


def new(layout: Layout, year: int) -> Pupil:
    """The pupil who begins, without any move."""
    return roster.pupil(layout, _first_line(layout, year), layout.next_number + NEW_NUMBER)


def _first_line(layout: Layout, year: int) -> Line:
    """A class that nobody leaves for another."""
    moving = {move.line for move in layout.moves.values()}
    return next(line for line in layout.lines[0] if line.exists(year) and line not in moving and not line.late)


def _of_first_line(layout: Layout, year: int) -> list[Pupil]:
    return list(roster.of_line(layout, _first_line(layout, year)))


def moved(layout: Layout, year: int, since: date, on: date) -> list[tuple[Attending, Membership, Membership]]:
    """The pupils who moved after ``since``: (pupil, former membership, new one)."""
    found: list[tuple[Attending, Membership, Membership]] = []
    for one in persons.attending(layout, year, on):
        for former, then in zip(one.memberships, one.memberships[1:], strict=False):
            if since < then.valid_from:
                found.append((one, former, then))
    return found


def write(
    out: Path, layout: Layout, year: int, since: date, on: date, *, newcomers: Sequence[Pupil] = ()
) -> RosterForecast:
    """Write the delta of what changed after ``since`` until ``on``, and say what it should come to. ``newcomers`` begin
    too, besides the one who always does.
    """
    first_year = FIRST_YEARS[year]
    path = f"oneroster-{layout.code}-{first_year}-{first_year + 1}-delta-{on.isoformat()}.zip"
    moment = ids.moment(on)
    modified = datetime(on.year, on.month, on.day, 4, tzinfo=UTC).isoformat().replace("+00:00", "Z")
    ignored: Counter[str] = Counter()
    rows: dict[str, int] = {}
    beginning = [_beginning(layout, year, on), *(_as_attending(each, year) for each in newcomers)]
    other = _as_attending(renamed(layout, year), year)
    with ZipWriter(out / path, moment) as to:
        with to.file("enrollments.csv", modified) as file:
            _enrolments(file, moved(layout, year, since, on), beginning)
            rows["enrollments.csv"] = file.rows
        with to.file("users.csv", modified) as file:
            persons.student(file, other, ignored, familyName="Omdøbtsen")
            for one in beginning:
                persons.student(file, one, ignored)
            persons.student(file, _as_attending(gone(layout, year), year), ignored, "tobedeleted")
            rows["users.csv"] = file.rows
        with to.file("roles.csv", modified) as file:
            for one in beginning:
                persons.role(file, one.pupil.local_id, "student", one.last.line.school)
            rows["roles.csv"] = file.rows
        to.manifest(ids.SOURCE, "delta", _FILES)
    return RosterForecast(
        path=path,
        mode="delta",
        municipality_code=layout.code,
        institution_numbers=[school.institution_number for school in layout.schools],
        school_year=school_days.name(first_year),
        source=ids.SOURCE,
        source_moment=moment.isoformat(),
        classes=0,
        pupils=rows["enrollments.csv"] + 2,
        refused=[],
        files=rows,
        ignored=dict(ignored),
    )


def _as_attending(pupil: Pupil, year: int) -> Attending:
    return Attending(pupil, tuple(each for each in pupil.memberships if each.year == year))


def _beginning(layout: Layout, year: int, on: date) -> Attending:
    """The new pupil, from the day of the delta on."""
    one = _as_attending(new(layout, year), year)
    return replace(one, memberships=(replace(one.last, valid_from=on),))


def _enrolments(to: Writer, moves: list[tuple[Attending, Membership, Membership]], beginning: list[Attending]) -> None:
    for number, (one, former, then) in enumerate(moves):
        if number % 2:
            persons.enrolment(to, one, former)
        else:
            persons.enrolment(to, one, former, "tobedeleted")
        persons.enrolment(to, one, then)
    for one in beginning:
        persons.enrolment(to, one, one.last)
