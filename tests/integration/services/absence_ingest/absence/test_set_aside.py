"""Absence that no longer fits after a change of a stay or a calendar is set aside, listed and published, and counts
again when it fits.
"""

import asyncio
from datetime import date

import pytest
from sqlalchemy import text as _text

from libs.shared.db.scope import Scope
from libs.shared.events.outbox import Outbox
from services.absence_ingest.absence import rechecking
from services.absence_ingest.absence.domain import SetAside
from services.absence_ingest.absence.events import MonthPublisher
from services.absence_ingest.absence.queries import set_aside
from services.absence_ingest.absence.rechecking import Rechecking
from services.absence_ingest.access import Reach
from tests.factories.files import counts
from tests.factories.places import weekdays
from tests.integration.services.absence_ingest.service import ASK, BO, NORTH, SOUTH, YEAR, AbsenceIngest, pupil_id

SEPTEMBER = (pupil_id("Ask"), "2022-09")
DAYS = weekdays(date(2022, 8, 8), date(2023, 6, 23))
LATER = ((NORTH, date(2022, 10, 1), YEAR[1]),)


@pytest.fixture(autouse=True)
async def ask(ingest: AbsenceIngest) -> None:
    """A known pupil, at the northern school all year, with three rows of absence on two days of September."""
    await ingest.take([ingest.by_cpr("Ask", ASK)])
    receipt = await ingest.days(
        f"{ASK};2022-09-05;illness;1", f"{ASK};2022-09-06;illness;0,5", f"{ASK};2022-09-06;authorised;0,5"
    )
    assert counts(receipt) == (3, 0, 0, 0)


async def listed(ingest: AbsenceIngest, institutions: frozenset[str] | None = None) -> list[SetAside]:
    async with ingest.db.read(Scope.of("101")) as session:
        reach = Reach(frozenset({"101"}), institutions)
        return await set_aside.page(session, reach, date(2023, 3, 1), after=None, size=100)


async def _until_somebody_waits(ingest: AbsenceIngest) -> None:
    """Wait until a transaction of this database waits for another's lock."""
    waits = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    async with asyncio.timeout(20):
        while not await ingest.rows(waits):  # noqa: ASYNC110 - the server sends no event
            await asyncio.sleep(0.02)


async def test_days_outside_a_shortened_stay_are_set_aside_listed_and_told_and_count_again_when_it_is_restored(
    ingest: AbsenceIngest,
) -> None:
    await ingest.take([ingest.by_cpr("Ask", ASK, LATER, version=2)])
    await ingest.settle()
    assert await ingest.months() == {SEPTEMBER: (0, 0, 0, 2)}
    assert (await ingest.events())[-1]["illness"] == "0"
    assert [(each.day, each.category, each.halves, each.code) for each in await listed(ingest)] == [
        (date(2022, 9, 5), "illness", 2, "absence.not_a_member"),
        (date(2022, 9, 6), "authorised", 1, "absence.not_a_member"),
        (date(2022, 9, 6), "illness", 1, "absence.not_a_member"),
    ]
    await ingest.take([ingest.by_cpr("Ask", ASK, version=3)])
    await ingest.settle()
    assert await ingest.months() == {SEPTEMBER: (3, 1, 0, 3)}
    assert await listed(ingest) == []
    assert [event["aggregate_version"] for event in await ingest.events()] == [1, 2, 3]


async def test_a_school_day_that_is_taken_back_takes_its_absence_along_and_only_that(ingest: AbsenceIngest) -> None:
    await ingest.take([ingest.calendar(NORTH, [day for day in DAYS if day != date(2022, 9, 6)], version=2)])
    await ingest.settle()
    assert await ingest.months() == {SEPTEMBER: (2, 0, 0, 2)}
    assert {each.code for each in await listed(ingest)} == {"absence.not_a_school_day"}
    await ingest.take([ingest.calendar(NORTH, [], version=3)])
    await ingest.settle()
    assert {each.code for each in await listed(ingest)} == {"absence.no_calendar"}
    assert await ingest.months() == {SEPTEMBER: (0, 0, 0, 3)}
    await ingest.take([ingest.calendar(NORTH, DAYS, version=4)])
    await ingest.settle()
    assert await ingest.months() == {SEPTEMBER: (3, 1, 0, 4)}


async def test_a_move_to_a_school_with_other_days_judges_each_day_by_the_new_school(ingest: AbsenceIngest) -> None:
    await ingest.school(SOUTH, [day for day in DAYS if day != date(2022, 9, 5)])
    await ingest.take([ingest.by_cpr("Ask", ASK, [(SOUTH, *YEAR)], version=2)])
    await ingest.settle()
    assert await ingest.months() == {SEPTEMBER: (1, 1, 0, 2)}


async def test_what_is_set_aside_can_be_withdrawn_and_still_fills_its_day(ingest: AbsenceIngest) -> None:
    await ingest.take([ingest.by_cpr("Ask", ASK, LATER, version=2)])
    await ingest.settle()
    assert counts(await ingest.days(f"{ASK};2022-09-05;illness;0")) == (1, 0, 0, 0)
    assert len(await listed(ingest)) == 2
    await ingest.take([ingest.by_cpr("Ask", ASK, version=3)])
    full = await ingest.days(f"{ASK};2022-09-06;unauthorised;0,5")
    assert await ingest.refused(full) == {1: ("days", "absence.over_one_day")}
    await ingest.settle()
    assert await ingest.months() == {SEPTEMBER: (1, 1, 0, 3)}


async def test_a_row_that_repeats_what_is_set_aside_waits_for_its_place_like_any_other(ingest: AbsenceIngest) -> None:
    await ingest.take([ingest.by_cpr("Ask", ASK, LATER, version=2)])
    await ingest.settle()
    assert counts(await ingest.days(f"{ASK};2022-09-05;illness;1")) == (0, 0, 1, 0)
    await ingest.take([ingest.by_cpr("Ask", ASK, version=3)])
    await ingest.settle()
    assert await ingest.rows("SELECT 1 FROM parked_row") == []
    assert await ingest.months() == {SEPTEMBER: (3, 1, 0, 3)}


async def test_a_school_of_many_pupils_is_judged_page_by_page(
    ingest: AbsenceIngest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rechecking, "AT_ONCE", 2)
    numbers = {f"pupil {n}": f"6{n}01120008" for n in range(2, 8)}
    await ingest.take([ingest.by_cpr(name, number) for name, number in numbers.items()])
    await ingest.days(*(f"{number};2022-09-07;illness;1" for number in numbers.values()))
    await ingest.take([ingest.calendar(NORTH, [day for day in DAYS if day.day > 7], version=2)])
    await ingest.settle()
    assert {month[:3] for month in (await ingest.months()).values()} == {(0, 0, 0)}
    assert len(await listed(ingest)) == 3 + len(numbers)
    assert await ingest.rows("SELECT 1 FROM recheck_due") == []


async def test_one_municipality_with_many_schools_due_never_holds_up_another(ingest: AbsenceIngest) -> None:
    await ingest.school("851001", DAYS, municipality="851")
    await ingest.take([ingest.by_cpr("Bo", BO, [("851001", *YEAR)], municipality="851")])
    await ingest.days(f"{BO};2022-09-05;illness;1", municipality="851")
    for number in ("910111", "910112", "910113"):
        await ingest.school(number, DAYS)
    await ingest.take(
        [ingest.by_cpr("Bo", BO, [("851001", date(2022, 10, 1), YEAR[1])], municipality="851", version=2)]
    )
    loop = Rechecking(ingest.db, MonthPublisher(Outbox("absence_ingest")), clock=ingest.clock)
    assert await loop.once()
    assert await loop.once()
    assert (await ingest.months("851"))[pupil_id("Bo"), "2022-09"] == (0, 0, 0, 2)
    assert await ingest.rows("SELECT 1 FROM recheck_due")


async def test_whoever_is_held_to_institutions_is_shown_pupils_who_are_there_today(ingest: AbsenceIngest) -> None:
    await ingest.take([ingest.by_cpr("Ask", ASK, LATER, version=2)])
    await ingest.settle()
    assert len(await listed(ingest, frozenset({NORTH}))) == 3
    assert await listed(ingest, frozenset({SOUTH})) == []


async def test_a_file_that_judged_by_the_former_calendar_is_seen_by_whoever_judges_again(
    ingest: AbsenceIngest,
) -> None:
    """The file holds its pupil's lock when the calendar's event is committed, and commits afterwards."""
    async with ingest.db.write(Scope.of("101")) as slow:
        await slow.execute(_text("SELECT 1 FROM pupil FOR NO KEY UPDATE"))
        await ingest.take([ingest.calendar(NORTH, [day for day in DAYS if day.month != 9], version=2)])
        judging = asyncio.create_task(ingest.settle())
        await _until_somebody_waits(ingest)
        await slow.execute(
            _text(
                "INSERT INTO absence_day (pupil_id, day, category, halves, as_of, municipality_code)"
                " VALUES (:pupil, '2022-09-08', 'illness', 2, now(), '101')"
            ),
            {"pupil": pupil_id("Ask")},
        )
    await asyncio.wait_for(judging, 30)
    assert date(2022, 9, 8) in {each.day for each in await listed(ingest)}
    assert await ingest.months() == {SEPTEMBER: (0, 0, 0, 2)}


async def test_no_month_ever_holds_more_absence_than_the_pupil_has_school_days(ingest: AbsenceIngest) -> None:
    """A case from practice: ten days of absence, and a later event that leaves five of them inside the stay."""
    days = [day for day in DAYS if date(2022, 9, 5) <= day <= date(2022, 9, 16)]
    await ingest.days(*(f"{ASK};{day};illness;1" for day in days if day != date(2022, 9, 6)))
    assert (await ingest.months())[SEPTEMBER][:3] == (19, 1, 0)
    await ingest.take([ingest.by_cpr("Ask", ASK, [(NORTH, date(2022, 9, 12), YEAR[1])], version=2)])
    await ingest.settle()
    assert (await ingest.months())[SEPTEMBER][:3] == (10, 0, 0)
