"""Scripts about the roster that failed before files were settled as a whole."""

from datetime import date

from tests.contract.imports.roster_scripts import EVERY_CLASS, TEST_DAYS
from tests.contract.imports.roster_steps import (
    CPR,
    LOCAL,
    LOGIN,
    CalendarFile,
    DayRow,
    IndicatorFile,
    IndicatorRow,
    Key,
    PupilFile,
    PupilRow,
    RosterFile,
)

ASK = (CPR, "6101120008")
NEW_NUMBER = (CPR, "6111120008")
OWN_ID = (LOCAL, "L-1")
FIRST, TURN = date(2022, 8, 1), date(2023, 2, 1)


def stay(
    class_name: str, first: date, until: date | None, *others: Key, login: str = "ask00001", bare: bool = False
) -> PupilRow:
    return PupilRow(login, others, "Ask Prøvesen 1", "north", 2022, class_name, first, until, bare)


def results(value: str | None, by: Key) -> IndicatorFile:
    return IndicatorFile((IndicatorRow(by[1], 4, TEST_DAYS[0], value),), by[0], 4000)


OTHERS = tuple(stay("5A", FIRST, None, login=f"other{n:03}") for n in range(8))
"""Rows of others, so that the file has many slices."""

JOINED = tuple(
    row
    for login, number in (("ask00001", ASK), ("bo000002", (CPR, "6201120008")), ("cia00003", (CPR, "6301120008")))
    for row in (
        stay("5A", FIRST, TURN, login=login),
        stay("5B", TURN, None, number, login=login, bare=True),
        stay("5B", FIRST, FIRST, number, login=login),
    )
)
"""Of each pupil a row by the login, one by the number, and one by both, which withdraws what never was."""

PLANTED: dict[str, list[RosterFile]] = {
    "a transfer over a cut": [
        EVERY_CLASS,
        PupilFile((stay("5A", FIRST, None, ASK),), 4000),
        PupilFile((stay("5B", TURN, None, ASK), *OTHERS, stay("5A", FIRST, TURN, ASK)), 60),
    ],
    "an older waiting result after a newer one": [
        EVERY_CLASS,
        PupilFile((stay("5A", FIRST, None),), 4000),
        results("mangelfuld", ASK),
        results("god", (LOGIN, "ask00001")),
        PupilFile((stay("5A", FIRST, None, ASK),), 4000),
    ],
    "an unchanged result renews what is known": [
        EVERY_CLASS,
        PupilFile((stay("5A", FIRST, None),), 4000),
        results("god", (LOGIN, "ask00001")),
        results("mangelfuld", ASK),
        results("god", (LOGIN, "ask00001")),
        PupilFile((stay("5A", FIRST, None, ASK),), 4000),
    ],
    "a result that is not there is taken back while an older one waits": [
        EVERY_CLASS,
        PupilFile((stay("5A", FIRST, None),), 4000),
        results("mangelfuld", ASK),
        results(None, (LOGIN, "ask00001")),
        PupilFile((stay("5A", FIRST, None, ASK),), 4000),
    ],
    "a result taken back": [
        EVERY_CLASS,
        PupilFile((stay("5A", FIRST, None, ASK),), 4000),
        results("god", ASK),
        results(None, ASK),
        results(None, ASK),
    ],
    "a school day taken back": [
        CalendarFile((DayRow("north", FIRST, True), DayRow("north", TURN, True)), 60),
        CalendarFile((DayRow("north", TURN, False), DayRow("south", TURN, False)), 60),
        CalendarFile((DayRow("north", TURN, True),), 60),
    ],
    "a new CPR number beside the other identifiers": [
        EVERY_CLASS,
        PupilFile((stay("5A", FIRST, None, ASK, OWN_ID),), 4000),
        PupilFile((stay("5A", FIRST, None, NEW_NUMBER, OWN_ID),), 4000),
    ],
    "the same results of somebody unknown every night": [
        EVERY_CLASS,
        results("god", ASK),
        results("god", ASK),
        results("jævn", ASK),
        PupilFile((stay("5A", FIRST, None, ASK),), 4000),
    ],
    "rows of one pupil over a cut, joined by a later one": [
        EVERY_CLASS,
        PupilFile((stay("5A", FIRST, TURN, ASK, bare=True), *OTHERS, stay("5B", TURN, None, ASK)), 60),
    ],
    "rows of a new pupil that a third row joins": [
        EVERY_CLASS,
        PupilFile((*JOINED, *OTHERS), 60),
    ],
    "a number that came with the withdrawal of what never was": [
        EVERY_CLASS,
        PupilFile((stay("5A", FIRST, None),), 4000),
        PupilFile((stay("5B", FIRST, FIRST, ASK),), 4000),
        results("god", ASK),
        PupilFile((stay("5A", FIRST, None, ASK),), 4000),
    ],
}
