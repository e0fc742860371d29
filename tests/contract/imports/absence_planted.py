"""Scripts that failed before files were settled as a whole: the result depended on the cuts, or on the order of
events.
"""

from dataclasses import replace
from datetime import date

from libs.shared.privacy.identifiers import IdentifierKind
from tests.contract.imports.absence_scripts import BOTH_OF_DAN, DAYS, IDENTIFIERS, TURNS
from tests.contract.imports.absence_steps import (
    CalendarComes,
    File,
    How,
    MonthRow,
    Months,
    Passes,
    PupilComes,
    PupilGoes,
    Row,
    Stay,
    Step,
    Together,
)

CPR, LOGIN = IdentifierKind.CPR_NUMBER, IdentifierKind.UNI_LOGIN
ASK, ASK_LOGIN = "6101120008", "ask00001"
MONDAY, TUESDAY = DAYS[2022][:2]
AUTUMN = DAYS[2023][0]
YEARS = (Stay("north", TURNS[0], TURNS[-1]),)
FIRST_YEAR = (Stay("north", TURNS[0], date(2023, 8, 1)),)
CALENDARS = tuple(CalendarComes("north", year, 1, frozenset(days)) for year, days in DAYS.items())
KNOWN = PupilComes("Ask", 1, IDENTIFIERS["Ask"], YEARS)
BY_LOGIN = PupilComes("Ask", 1, ((LOGIN, ASK_LOGIN),), YEARS)


def ask(halves: int, category: str = "illness", day: date = MONDAY) -> Row:
    return Row(ASK, day, category, halves)


def login(halves: int, category: str = "illness", day: date = MONDAY) -> Row:
    return Row(ASK_LOGIN, day, category, halves)


def file(*rows: Row, by: IdentifierKind = CPR, cut: int = 4000, how: How = How.ROWS) -> Together:
    return Together((File(rows, by, cut, how),))


COMPLETE = replace(KNOWN, version=2)
A_WEEK = tuple(ask(2, day=day) for day in DAYS[2022])

BY_BOTH = (Row(BOTH_OF_DAN[0][1], MONDAY, "illness", 2), Row(BOTH_OF_DAN[1][1], MONDAY, "illness", 1))
OTHERS = tuple(Row(f"6{n}0112{8000 + n}", MONDAY, "illness", 2) for n in range(1, 10))
"""Rows of nobody known, so that the file has many slices."""

PLANTED: dict[str, list[Step]] = {
    "a day moved between categories over a cut": [
        *CALENDARS,
        KNOWN,
        file(ask(2)),
        file(ask(2, "authorised"), ask(0), cut=40),
    ],
    "a day moved between categories over a cut, all rows or none": [
        *CALENDARS,
        KNOWN,
        file(ask(2)),
        file(ask(2, "authorised"), ask(0), cut=40, how=How.WHOLE),
    ],
    "two numbers of one pupil over a cut": [
        *CALENDARS,
        PupilComes("Dan", 1, BOTH_OF_DAN, YEARS),
        file(*BY_BOTH, *OTHERS, cut=40),
    ],
    "two numbers of one pupil who comes later": [
        *CALENDARS,
        file(*BY_BOTH, *OTHERS, cut=40),
        PupilComes("Dan", 1, BOTH_OF_DAN, YEARS),
    ],
    "an unchanged row renews what is known": [
        *CALENDARS,
        BY_LOGIN,
        file(login(2), by=LOGIN),
        file(ask(1)),
        file(login(2), by=LOGIN),
        COMPLETE,
    ],
    "a withdrawal of what is not there is remembered": [
        *CALENDARS,
        BY_LOGIN,
        file(ask(2)),
        file(login(0), by=LOGIN),
        COMPLETE,
    ],
    "absence before the new class": [
        *CALENDARS,
        replace(KNOWN, stays=FIRST_YEAR),
        file(ask(2, day=AUTUMN)),
        COMPLETE,
    ],
    "absence before the new class, which never comes": [
        *CALENDARS,
        replace(KNOWN, stays=FIRST_YEAR),
        file(ask(2, day=AUTUMN)),
        Passes(2),
    ],
    "absence before the calendar": [KNOWN, file(*A_WEEK), *CALENDARS],
    "absence before a calendar that lacks the day": [
        KNOWN,
        file(*A_WEEK),
        CalendarComes("north", 2022, 1, frozenset({MONDAY})),
    ],
    "a school day taken back, and given again": [
        *CALENDARS,
        KNOWN,
        file(*A_WEEK),
        CalendarComes("north", 2022, 2, frozenset(DAYS[2022][1:])),
        CalendarComes("north", 2022, 3, frozenset(DAYS[2022])),
    ],
    "a stay corrected, and corrected again": [
        *CALENDARS,
        KNOWN,
        file(*A_WEEK),
        replace(KNOWN, version=2, stays=(Stay("north", date(2022, 10, 1), TURNS[-1]),)),
        replace(KNOWN, version=3),
    ],
    "the same rows of somebody unknown every night": [
        *CALENDARS,
        *(file(*A_WEEK) for _ in range(3)),
        KNOWN,
    ],
    "somebody unknown who never comes": [*CALENDARS, file(*A_WEEK), Passes(100)],
    "a pupil who is gone": [*CALENDARS, KNOWN, file(*A_WEEK), PupilGoes("Ask"), file(ask(1))],
    "a month reported before its absence comes": [
        *CALENDARS,
        KNOWN,
        Months((MonthRow("north", "2022-09"), MonthRow("nowhere", "2022-09")), 40),
        file(*A_WEEK),
        PupilComes("Bo", 1, IDENTIFIERS["Bo"], YEARS),
        file(Row("6201120008", TUESDAY, "illness", 2)),
    ],
    "a reported month taken back, and a pupil who was never there": [
        *CALENDARS,
        KNOWN,
        file(*A_WEEK),
        Months((MonthRow("north", "2022-09"), MonthRow("north", "2022-10"), MonthRow("north", "2022-09")), 40),
        Months((MonthRow("north", "2022-10", reported=False), MonthRow("south", "2022-10", reported=False)), 40),
        replace(KNOWN, version=2, stays=(Stay("south", TURNS[0], TURNS[-1]),)),
    ],
    "a validation, and the file": [
        *CALENDARS,
        KNOWN,
        file(*A_WEEK, ask(1, "authorised", date(2022, 9, 8)), how=How.VALIDATE, cut=40),
        file(*A_WEEK, ask(1, "authorised", date(2022, 9, 8)), cut=40),
    ],
}
