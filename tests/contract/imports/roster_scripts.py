"""Random scripts about the roster: few pupils, classes and dates, so that many rows concern the same ones."""

from datetime import date

from hypothesis import strategies as st

from tests.contract.imports.roster_steps import (
    CPR,
    LOCAL,
    LOGIN,
    CalendarFile,
    ClassFile,
    ClassRow,
    DayRow,
    IndicatorFile,
    IndicatorRow,
    Key,
    PupilFile,
    PupilRow,
    RosterFile,
)

CUTS = st.sampled_from((60, 130, 250, 500, 4000))
SCHOOLS = st.sampled_from(("north",) * 5 + ("south",) * 3 + ("nowhere",))
YEARS = st.sampled_from((2021, 2022))
NAMES = ("5A", "5B", "6C")
LOGINS = {"ask00001": "Ask", "bo000002": "Bo", "cia00003": "Cia"}
NUMBERS = {"ask00001": "6101120008", "bo000002": "6201120008", "cia00003": "6301120008"}
LOCALS = {"ask00001": "L-1", "bo000002": "L-2", "cia00003": "L-3"}
TURNS = {
    year: (date(year, 8, 1), date(year, 11, 1), date(year + 1, 2, 1), date(year + 1, 8, 1)) for year in (2021, 2022)
}
TEST_DAYS = (date(2022, 3, 15), date(2023, 3, 14))
EVERY_CLASS = ClassFile(
    tuple(ClassRow(s, y, name, 5) for s in ("north", "south") for y in (2021, 2022) for name in NAMES[:2]), 4000
)


def classes() -> st.SearchStrategy[ClassFile]:
    """Classes, some of them of a school that was never sent."""
    row = st.builds(ClassRow, SCHOOLS, YEARS, st.sampled_from(NAMES), st.sampled_from((5, 6)))
    return st.builds(ClassFile, _rows(row, 8), CUTS)


def calendars() -> st.SearchStrategy[CalendarFile]:
    """School days, some of them withdrawn."""
    days = [day for year in TURNS for day in TURNS[year][:3]]
    row = st.builds(DayRow, SCHOOLS, st.sampled_from(days), st.sampled_from((True, True, True, False)))
    return st.builds(CalendarFile, _rows(row, 12), CUTS)


@st.composite
def pupils(draw: st.DrawFn) -> PupilFile:
    """Times in classes. One file names a pupil by the same identifiers throughout."""
    named = {login: draw(_others(login)) for login in LOGINS}
    rows = []
    for _ in range(draw(st.integers(1, 8))):
        login, year = draw(st.sampled_from(tuple(LOGINS))), draw(YEARS)
        first = draw(st.sampled_from(TURNS[year]))
        until = draw(st.sampled_from((*TURNS[year][1:], *TURNS[year][1:], TURNS[year][0], None, first)))
        row = PupilRow(
            login,
            named[login],
            f"{LOGINS[login]} Prøvesen 1",
            draw(SCHOOLS),
            year,
            draw(st.sampled_from((*NAMES[:2], *NAMES))),
            first,
            until,
            without_login=draw(st.booleans()),
        )
        rows.append(row)
    return PupilFile(tuple(rows), draw(CUTS))


@st.composite
def _others(draw: st.DrawFn, login: str) -> tuple[Key, ...]:
    given = ((CPR, NUMBERS[login]), (LOCAL, LOCALS[login]))
    return tuple(key for key in given if draw(st.booleans()))


@st.composite
def indicators(draw: st.DrawFn) -> IndicatorFile:
    """Results by one kind of identifier."""
    by, who = draw(st.sampled_from(((CPR, NUMBERS), (LOGIN, {each: each for each in LOGINS}), (LOCAL, LOCALS))))
    row = st.builds(
        IndicatorRow,
        st.sampled_from(tuple(who.values())),
        st.sampled_from((4, 5)),
        st.sampled_from(TEST_DAYS),
        st.sampled_from(("god", "jævn", "mangelfuld", None)),
    )
    return IndicatorFile(draw(_rows(row, 6)), by, draw(CUTS))


def scripts() -> st.SearchStrategy[list[RosterFile]]:
    """A file with most classes, and then files of all kinds in any order."""
    files = st.one_of(pupils(), pupils(), pupils(), indicators(), indicators(), calendars(), classes())
    return st.lists(files, min_size=2, max_size=7).map(lambda given: [EVERY_CLASS, *given])


def _rows(row: st.SearchStrategy, most: int) -> st.SearchStrategy[tuple]:
    return st.lists(row, min_size=1, max_size=most).map(tuple)
