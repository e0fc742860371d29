"""Municipalities that share no pupil, up to as many as the country has, and their rosters without dirt."""

from collections.abc import Iterator, Sequence
from itertools import chain

from libs.shared.base.municipalities import municipality_codes
from synthetic import roster, school_days
from synthetic.dialect import TIDY
from synthetic.layout import FEWEST_PUPILS, FIRST_YEARS, Layout, lay_out
from synthetic.registers import membership_fields
from synthetic.writer import COLUMNS

PUPILS = 670_000
"""The number of pupils in the country's schools, rounded."""

_LAST = len(FIRST_YEARS) - 1


def layouts(pupils: int, *, municipalities: int | None = None, seed: int = 7) -> Iterator[Layout]:
    """The municipalities, whose last school year has ``pupils`` pupils together; none shares a pupil with another.

    Raises ``ValueError`` if there are too few pupils for the number of municipalities.
    """
    codes = municipality_codes()[:municipalities]
    share, rest = divmod(pupils, len(codes))
    if share < FEWEST_PUPILS:
        raise ValueError(f"{len(codes)} municipalities need at least {FEWEST_PUPILS * len(codes)} pupils.")
    first = 0
    for number, code in enumerate(codes):
        layout = lay_out(code, share + (number < rest), seed, first)
        yield layout
        first = layout.next_number


def csv(layout: Layout, kind: str) -> bytes:
    """The municipality's file of schools, classes or pupils in its last school year."""
    rows = {"schools": _schools, "classes": _classes, "pupils": _pupils}[kind](layout)
    columns = COLUMNS[kind]
    lines = (TIDY.row(columns, fields, number) for number, fields in enumerate(rows, start=1))
    return b"".join(TIDY.encode(line) for line in chain([TIDY.header(columns)], lines))


def _schools(layout: Layout) -> Iterator[Sequence[str]]:
    for school in layout.schools:
        yield school.institution_number, school.name, school.kind


def _classes(layout: Layout) -> Iterator[Sequence[str]]:
    year = school_days.name(FIRST_YEARS[_LAST])
    for line in (line for lines in layout.lines for line in lines if line.exists(_LAST)):
        kind = "special" if line.special else "ordinary"
        name, grade = line.class_name(_LAST), str(line.grade(_LAST))
        yield line.school.institution_number, year, name, grade, kind


def _pupils(layout: Layout) -> Iterator[Sequence[str]]:
    for pupil in roster.everyone(layout):
        for place, membership in enumerate(pupil.memberships):
            if membership.year == _LAST:
                yield membership_fields(pupil, place)
