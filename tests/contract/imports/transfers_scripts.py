"""Random files of three schools: one sends CSV files with days, complete ones and corrections, one complete files
without a first day as SkoleGrunddata has them, with corrections, and one OneRoster: whole zips, and changes to them.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from hypothesis import strategies as st

from tests.contract.imports.transfers_reference import AFTER, FIRST, Change, File, Row

TURNS = (FIRST, date(2022, 9, 1), date(2022, 10, 17), date(2023, 1, 9))
MADE = (date(2022, 6, 20), *(date(2022, month, 17) for month in (8, 9, 10, 11)), date(2023, 1, 9), date(2023, 2, 9))
LATER = timedelta(days=1)
"""A zip has no zone in its moment, so no file of another school is made on the same day."""
PUPILS = (1, 2)
OTHERS = 5
"""A pupil of each school whom a file has if it has nobody else: 5, 6 and 7."""
DATED, UNDATED, ONEROSTER = range(3)
CLASSES = ("5A", "5B")


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[File], list[File]]:
    """The files of three schools in two orders of arrival. Those of one school keep their order."""
    files = [draw(files_of(DATED)), draw(files_of(UNDATED)), draw(zips())]
    turns = [school for school, of in enumerate(files) for _ in of]
    return tuple(_in_order(files, draw(st.permutations(turns))) for _ in range(2))  # type: ignore[return-value] # two


def _in_order(files: Sequence[Sequence[File]], turns: Sequence[int]) -> list[File]:
    left = [iter(of) for of in files]
    return [next(left[school]) for school in turns]


@st.composite
def files_of(draw: st.DrawFn, school: int) -> list[File]:
    """The files of one school, in order."""
    made: list[date | None] = [*sorted(draw(st.lists(st.sampled_from(MADE), unique=True, max_size=3)))]
    if draw(st.booleans()):
        made.insert(draw(st.integers(0, len(made))), None)
    return [File(school, each, draw(rows_of(school, dated=school == DATED or each is None))) for each in made]


@st.composite
def zips(draw: st.DrawFn) -> list[File]:
    """The zips of one source, in order; the first one is whole."""
    made = sorted(draw(st.lists(st.sampled_from(MADE), unique=True, max_size=4)))
    files = []
    for number, day in enumerate(each + LATER for each in made):
        if number and draw(st.integers(0, 2)):
            files.append(File(ONEROSTER, day, changes=draw(changes_until(day))))
        else:
            files.append(File(ONEROSTER, day, draw(rows_of(ONEROSTER, dated=draw(st.booleans())))))
    return files


@st.composite
def rows_of(draw: st.DrawFn, school: int, *, dated: bool) -> tuple[Row, ...]:
    """The rows of one file."""
    rows = []
    for pupil in PUPILS:
        if draw(st.integers(0, 3)):
            first = draw(st.sampled_from((FIRST, FIRST, *TURNS))) if dated else None
            until = draw(st.sampled_from((AFTER, AFTER, AFTER, *TURNS) if dated else (None, None, None, *TURNS)))
            until = max(first, until) if first and until else until
            rows.append(Row(pupil, draw(st.sampled_from(CLASSES)), first, until, draw(st.booleans())))
    return tuple(rows or [Row(OTHERS + school, "5A", FIRST if dated else None, AFTER)])


@st.composite
def changes_until(draw: st.DrawFn, made: date) -> tuple[Change, ...]:
    """What has changed until a day. The other pupil's user is always there, so that the zip is not empty."""
    found = [Change(OTHERS + ONEROSTER, None, made, removed=False)]
    for pupil in PUPILS:
        day, named, real = made - timedelta(days=draw(st.integers(0, 30))), draw(st.booleans()), draw(st.booleans())
        name, other = draw(st.permutations(CLASSES))
        first = draw(st.sampled_from((None, day, *TURNS)))
        starts = Change(pupil, name, day, removed=False, first=first, named=named, real=real)
        ends = Change(pupil, other, day, removed=True, named=named, real=real)
        user = Change(pupil, None, day, removed=draw(st.booleans()), real=real)
        found += draw(st.sampled_from(([], [starts], [ends], [starts, ends], [ends, starts], [user], [user])))
    return tuple(found)


_AUGUST, _SEPTEMBER, _OCTOBER = (date(2022, month, 18) for month in (8, 9, 10))
_ZIPS = [
    File(ONEROSTER, _AUGUST, (Row(1, "5A", None, None, real=False), Row(2, "5A", FIRST, AFTER, real=False))),
    File(
        ONEROSTER,
        _SEPTEMBER,
        changes=(
            Change(1, "5B", _SEPTEMBER, removed=False, first=_SEPTEMBER, named=False),
            Change(1, "5A", _SEPTEMBER, removed=True, named=False),
            Change(2, "5A", _SEPTEMBER, removed=False, real=False),
        ),
    ),
    File(ONEROSTER, _OCTOBER, changes=(Change(1, None, _OCTOBER, removed=True, real=False),)),
]
_UNDATED = [File(UNDATED, date(2022, 10, 1), (Row(1, "5A", None, None, real=False), Row(2, "5B", None, None)))]
_DATED = [File(DATED, None, (Row(2, "5A", date(2022, 11, 1), AFTER),))]
PLANTED = ([*_ZIPS, *_UNDATED, *_DATED], [*_DATED, *_UNDATED, *_ZIPS])
"""A move within a school, a user who is taken away after a transfer, a transfer by a correction, and real numbers."""
