"""Absence that comes before the data it needs waits for the pupil's place, or is refused with a true reason."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from libs.shared.events.positions import Position
from libs.shared.imports.receipts.receipt import Receipt
from tests.factories.files import counts
from tests.factories.places import weekdays
from tests.integration.services.absence_ingest.service import ASK, NORTH, SOUTH, YEAR, AbsenceIngest, pupil_id

LAST_YEAR = (date(2021, 8, 1), date(2022, 8, 1))
DAY = "2022-09-05"
SUNDAY = "2022-09-04"


@pytest.fixture
async def known(ingest: AbsenceIngest) -> AbsenceIngest:
    """A pupil who is known from the year before, and a new school without a calendar."""
    await ingest.take([ingest.by_cpr("Ask", ASK, [(NORTH, *LAST_YEAR)])])
    await ingest.school("910199")
    await ingest.settle()
    return ingest


async def reasons(ingest: AbsenceIngest) -> list[tuple[str, UUID | None]]:
    found = await ingest.rows("SELECT reason, pupil_id FROM parked_row ORDER BY row_no")
    return [(row.reason, row.pupil_id) for row in found]


async def outcome(ingest: AbsenceIngest, receipt: Receipt) -> tuple[int, int]:
    """(rows that still wait, rows refused later)."""
    after = await ingest.receipt(receipt)
    return after.parked_now, after.refused_later


async def test_absence_before_the_new_years_membership_waits_and_is_taken_when_it_comes(known: AbsenceIngest) -> None:
    receipt = await known.days(f"{ASK};{DAY};illness;1")
    assert counts(receipt) == (0, 0, 1, 0)
    assert await reasons(known) == [("not_placed", pupil_id("Ask"))]
    await known.settle()
    assert await outcome(known, receipt) == (1, 0)
    await known.take([known.by_cpr("Ask", ASK, [(NORTH, *LAST_YEAR), (NORTH, *YEAR)], version=2)])
    await known.settle()
    assert await outcome(known, receipt) == (0, 0)
    assert await known.months() == {(pupil_id("Ask"), "2022-09"): (2, 0, 0, 1)}


async def test_absence_before_the_schools_calendar_waits_and_is_taken_when_it_comes(known: AbsenceIngest) -> None:
    await known.take([known.by_cpr("Ask", ASK, [("910199", *YEAR)], version=2)])
    receipt = await known.days(f"{ASK};{DAY};illness;1", f"{ASK};{SUNDAY};illness;1")
    assert counts(receipt) == (0, 0, 2, 0)
    await known.take([known.calendar("910199", weekdays(date(2022, 8, 8), date(2023, 6, 23)))])
    await known.settle()
    assert await known.months() == {(pupil_id("Ask"), "2022-09"): (2, 0, 0, 1)}
    assert await known.refused(receipt) == {2: ("date", "absence.not_a_school_day")}, "at once: the calendar is known"
    assert await outcome(known, receipt) == (0, 1)


async def test_a_calendar_without_a_day_is_none(known: AbsenceIngest) -> None:
    await known.take([known.by_cpr("Ask", ASK, [("910199", *YEAR)], version=2), known.calendar("910199", [])])
    assert counts(await known.days(f"{ASK};{DAY};illness;1")) == (0, 0, 1, 0)


async def test_a_day_that_the_known_calendar_lacks_is_refused_at_once(known: AbsenceIngest) -> None:
    await known.take([known.by_cpr("Ask", ASK, version=2)])
    receipt = await known.days(f"{ASK};{SUNDAY};illness;1")
    assert counts(receipt) == (0, 0, 0, 1)
    assert await known.refused(receipt) == {1: ("date", "absence.not_a_school_day")}


async def test_after_a_day_what_still_does_not_fit_is_refused_with_its_own_reason(known: AbsenceIngest) -> None:
    away = await known.days(f"{ASK};{DAY};illness;1")
    await known.take(
        [known.by_cpr("Ask", ASK, [(NORTH, *LAST_YEAR), ("910199", date(2022, 9, 6), YEAR[1])], version=2)]
    )
    no_calendar = await known.days(f"{ASK};2022-09-06;illness;1")
    await known.settle()
    known.now += timedelta(hours=23)
    await known.settle()
    assert await outcome(known, away) == await outcome(known, no_calendar) == (1, 0)
    known.now += timedelta(hours=1, minutes=2)
    await known.settle()
    assert await known.refused(away) == {1: ("date", "absence.not_a_member")}
    assert await known.refused(no_calendar) == {1: ("date", "absence.no_calendar")}
    assert await outcome(known, away) == await outcome(known, no_calendar) == (0, 1)


async def test_a_file_sent_after_a_reached_position_is_told_at_once_and_unknown_pupils_still_wait(
    known: AbsenceIngest,
) -> None:
    receipt = await known.days(f"{ASK};{DAY};illness;1", f"6301120008;{DAY};illness;1", after=str(Position({})))
    assert counts(receipt) == (0, 0, 1, 1)
    assert await known.refused(receipt) == {1: ("date", "absence.not_a_member")}


async def test_of_two_schools_one_whose_calendar_is_not_known_is_waited_for(known: AbsenceIngest) -> None:
    await known.take([known.by_cpr("Ask", ASK, [(SOUTH, *YEAR), ("910199", *YEAR)], version=2)])
    receipt = await known.days(f"{ASK};{SUNDAY};illness;1")
    assert counts(receipt) == (0, 0, 1, 0)
    await known.take([known.calendar("910199", [date(2022, 9, 4)])])
    await known.settle()
    assert await known.months() == {(pupil_id("Ask"), "2022-09"): (2, 0, 0, 1)}


async def test_an_old_waiting_row_never_overwrites_what_a_later_file_said(known: AbsenceIngest) -> None:
    await known.days(f"{ASK};{DAY};illness;1")
    await known.take([known.by_cpr("Ask", ASK, version=2)])
    await known.days(f"{ASK};{DAY};illness;0,5")
    await known.settle()
    (month,) = (await known.months()).values()
    assert month[:3] == (1, 0, 0)
    assert await reasons(known) == []


async def test_correct_absence_that_overtakes_its_roster_is_all_taken_in_the_end(ingest: AbsenceIngest) -> None:
    """In operation, 3,000 of 4,000 correct rows were once refused right after the roster's final receipt."""
    numbers = [f"{day}0{month}120008" for day in range(61, 89) for month in range(1, 4)]
    pupils = [f"pupil {number}" for number in numbers]
    states = [ingest.by_cpr(name, cpr, [(NORTH, *LAST_YEAR)]) for name, cpr in zip(pupils, numbers, strict=True)]
    await ingest.take(states[:60])
    receipt = await ingest.days(*(f"{number};{DAY};illness;1" for number in numbers))
    assert counts(receipt) == (0, 0, len(numbers), 0)
    moved = [
        ingest.by_cpr(name, cpr, [(NORTH, *LAST_YEAR), (NORTH, *YEAR)], version=2)
        for name, cpr in zip(pupils, numbers, strict=True)
    ]
    for start in range(0, len(moved), 20):
        await ingest.take(moved[start : start + 20])
        await ingest.settle()
    assert await outcome(ingest, receipt) == (0, 0)
    assert len(await ingest.months()) == len(numbers)
