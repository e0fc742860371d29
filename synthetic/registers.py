"""The files of the municipality's registers: schools, classes, calendars, pupils, indicators, reported months."""

from collections.abc import Callable
from pathlib import Path

from synthetic import indicators, people, roster, school_days
from synthetic.dialect import Dialect
from synthetic.layout import FIRST_YEARS, Layout, Line
from synthetic.roster import Pupil
from synthetic.writer import FileWriter

LATE_ROSTER = "pupils-late.csv"
_YEARS = range(len(FIRST_YEARS))
_MISTYPED_GRADE = 3


def schools(out: Path, layout: Layout) -> FileWriter:
    """One row per school; with a byte-order mark, and with names that contain the separator and quotes."""
    with FileWriter(out, "schools.csv", "schools", Dialect(bom=True)) as file:
        for school in layout.schools:
            file.row(school.institution_number, school.name, school.kind)
    return file


def classes(out: Path, layout: Layout) -> FileWriter:
    """One row per class and school year; with CRLF."""
    with FileWriter(out, "classes.csv", "classes", Dialect(crlf=True)) as file:
        for year in _YEARS:
            for line in (line for lines in layout.lines for line in lines if line.exists(year)):
                kind = "special" if line.special else "ordinary"
                file.row(
                    line.school.institution_number,
                    school_days.name(FIRST_YEARS[year]),
                    line.class_name(year),
                    str(line.grade(year)),
                    kind,
                )
    return file


def calendars(out: Path, layout: Layout) -> FileWriter:
    """One row per school and school day."""
    with FileWriter(out, "calendars.csv", "calendars") as file:
        for school in layout.schools:
            for day in (day for year in _YEARS for day in school.days(year)):
                file.row(school.institution_number, day.isoformat())
    return file


def pupils(out: Path, layout: Layout) -> FileWriter:
    """One row per pupil and membership, the late class left out; one new pupil's CPR number is mistyped."""
    with FileWriter(out, "pupils.csv", "pupils") as file:
        for pupil in roster.everyone(layout):
            if not pupil.line.late:
                _memberships(file, pupil)
        new = roster.pupil(layout, layout.line(0, _MISTYPED_GRADE), layout.next_number)
        right = people.cpr_number(FIRST_YEARS[-1] - 6 - _MISTYPED_GRADE, new.number, layout.seed)
        fields = membership_fields(new, len(new.memberships) - 1)
        wrong = (people.impossible_cpr_number(right, 2), *fields[1:])
        file.refused(wrong, "cpr_number.invalid", "cpr_number", (right, *fields[1:]))
    return file


def late_roster(out: Path, layout: Layout) -> FileWriter:
    """The late class's pupils, with the columns of ``pupils``; in Latin-1, dates with the day first."""
    dialect = Dialect(charset="iso-8859-1", crlf=True, day_first=True)
    with FileWriter(out, LATE_ROSTER, "pupils", dialect, stage="late") as file:
        for pupil in roster.of_line(layout, late_line(layout)):
            _memberships(file, pupil)
    return file


def late_line(layout: Layout) -> Line:
    """The class whose roster is late."""
    return next(line for line in layout.lines[0] if line.late)


def _memberships(file: FileWriter, pupil: Pupil) -> None:
    for place in range(len(pupil.memberships)):
        file.row(*membership_fields(pupil, place))


def membership_fields(pupil: Pupil, place: int) -> tuple[str, ...]:
    """The row of the file of pupils for one of the pupil's memberships."""
    membership = pupil.memberships[place]
    return (
        pupil.cpr_number,
        pupil.uni_login,
        pupil.local_id,
        pupil.name,
        membership.line.school.institution_number,
        school_days.name(FIRST_YEARS[membership.year]),
        membership.line.class_name(membership.year),
        membership.valid_from.isoformat(),
        membership.valid_to.isoformat(),
    )


def indicator_rows(out: Path, layout: Layout) -> FileWriter:
    """One row per test, mark and assessment; one with a mistyped result and one with an impossible CPR number."""
    plants = iter((_mistyped_result, _impossible_number))
    with FileWriter(out, "indicators.csv", "indicators") as file:
        for pupil in roster.everyone(layout):
            if not pupil.cpr_number:
                continue
            for place, one in enumerate(indicators.of_pupil(layout.seed, pupil)):
                row = (pupil.cpr_number, one.indicator, one.subject, str(one.grade), one.day.isoformat(), one.value)
                plant = next(plants, None) if place == 0 and one.indicator == "national_test" else None
                if plant:
                    plant(file, row)
                else:
                    file.row(*row)
    return file


def _mistyped_result(file: FileWriter, right: tuple[str, ...]) -> None:
    file.refused((*right[:5], "nogenlunde"), "value.unknown", "value", right)


def _impossible_number(file: FileWriter, right: tuple[str, ...]) -> None:
    wrong = people.impossible_cpr_number(right[0], 0)
    file.refused((wrong, *right[1:]), "cpr_number.invalid", "cpr_number", right)


def completeness(out: Path, layout: Layout) -> FileWriter:
    """One row per school and reported month; one school does not report one month."""
    with FileWriter(out, "completeness.csv", "completeness") as file:
        for school in layout.schools:
            for month in (month for year in _YEARS for month in school_days.months(school.days(year))):
                if month != school.unreported:
                    file.row(school.institution_number, month)
    return file


IN_ORDER: tuple[Callable[[Path, Layout], FileWriter], ...] = (
    schools,
    classes,
    calendars,
    pupils,
    indicator_rows,
    completeness,
)
"""The registers in the order of sending: a file comes after the files that it refers to."""
