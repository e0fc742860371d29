"""Absence: corrections, withdrawals, full days, school days, and the events about them."""

from datetime import date, timedelta

import pytest

from libs.shared.db.scope import Access
from libs.shared.imports.receipts.receipt import Mode, ReceiptState
from libs.shared.privacy.identifiers import IdentifierKind
from tests.factories.files import counts
from tests.factories.places import weekdays
from tests.integration.services.absence_ingest.service import (
    ASK,
    BO,
    HEADER,
    NORTH,
    SOUTH,
    YEAR,
    AbsenceIngest,
    pupil_id,
)

SEPTEMBER = (pupil_id("Ask"), "2022-09")


@pytest.fixture(autouse=True)
async def ask(ingest: AbsenceIngest) -> None:
    """A known pupil, who is at the northern school all year."""
    await ingest.take([ingest.by_cpr("Ask", ASK)])


async def test_days_are_summed_by_category_and_an_event_tells_the_month(ingest: AbsenceIngest) -> None:
    receipt = await ingest.days(
        f"{ASK};2022-09-05;illness;1",
        f"{ASK};2022-09-06;illness;0,5",
        f"{ASK};2022-09-06;authorised;0.5",
        f"{ASK};03-10-2022;unauthorised;1",
    )
    assert counts(receipt) == (4, 0, 0, 0)
    assert await ingest.months() == {SEPTEMBER: (3, 1, 0, 1), (pupil_id("Ask"), "2022-10"): (0, 0, 2, 1)}
    events = {event["month"]: event for event in await ingest.events()}
    assert events["2022-09"] == {
        "aggregate_version": 1,
        "municipality_code": "101",
        "pupil_id": str(pupil_id("Ask")),
        "month": "2022-09",
        "illness": "1.5",
        "authorised": "0.5",
        "unauthorised": "0",
    }


async def test_the_same_key_again_corrects_the_row_and_raises_the_version_once(ingest: AbsenceIngest) -> None:
    await ingest.days(f"{ASK};2022-09-05;illness;1", f"{ASK};2022-09-06;illness;1")
    corrected = await ingest.days(f"{ASK};2022-09-05;illness;0,5", f"{ASK};2022-09-06;illness;1")
    assert counts(corrected) == (1, 1, 0, 0)
    assert await ingest.months() == {SEPTEMBER: (3, 0, 0, 2)}
    assert [event["aggregate_version"] for event in await ingest.events()] == [1, 2]


async def test_a_correction_that_leaves_the_sum_as_it_was_says_nothing(ingest: AbsenceIngest) -> None:
    await ingest.days(f"{ASK};2022-09-05;illness;1", f"{ASK};2022-09-06;illness;0,5")
    swapped = await ingest.days(f"{ASK};2022-09-05;illness;0,5", f"{ASK};2022-09-06;illness;1")
    assert counts(swapped) == (2, 0, 0, 0)
    assert await ingest.months() == {SEPTEMBER: (3, 0, 0, 1)}
    assert len(await ingest.events()) == 1


async def test_zero_days_withdraw_a_row_and_withdrawing_nothing_changes_nothing(ingest: AbsenceIngest) -> None:
    await ingest.days(f"{ASK};2022-09-05;illness;1")
    withdrawn = await ingest.days(f"{ASK};2022-09-05;illness;0", f"{ASK};2022-09-06;illness;0")
    assert counts(withdrawn) == (1, 1, 0, 0)
    assert await ingest.months() == {SEPTEMBER: (0, 0, 0, 2)}
    assert (await ingest.events())[-1]["illness"] == "0"
    assert counts(await ingest.days(f"{ASK};2022-09-05;illness;0")) == (0, 1, 0, 0)
    assert counts(await ingest.days(f"{ASK};2022-09-05;illness;1")) == (1, 0, 0, 0)
    assert await ingest.months() == {SEPTEMBER: (2, 0, 0, 3)}


async def test_categories_of_a_day_must_fit_in_it_with_what_is_recorded_before(ingest: AbsenceIngest) -> None:
    first = await ingest.days(f"{ASK};2022-09-05;illness;1", f"{ASK};2022-09-05;authorised;0,5")
    assert await ingest.refused(first) == {2: ("days", "absence.over_one_day")}
    second = await ingest.days(f"{ASK};2022-09-05;unauthorised;0,5")
    assert await ingest.refused(second) == {1: ("days", "absence.over_one_day")}
    moved = await ingest.days(f"{ASK};2022-09-05;unauthorised;1", f"{ASK};2022-09-05;illness;0")
    assert counts(moved) == (2, 0, 0, 0)
    assert await ingest.months() == {SEPTEMBER: (0, 0, 2, 2)}


async def test_two_days_in_one_row_are_too_many_whoever_the_pupil_is_and_the_row_repeats_no_other(
    ingest: AbsenceIngest,
) -> None:
    receipt = await ingest.days(
        f"{ASK};2022-09-05;illness;2", f"{BO};2022-09-05;illness;2", *[f"{ASK};2022-09-05;illness;1"] * 2
    )
    assert await ingest.refused(receipt) == {
        1: ("days", "absence.over_one_day"),
        2: ("days", "absence.over_one_day"),
        4: ("", "row.duplicate"),
    }


async def test_a_day_without_school_is_refused_when_the_calendar_is_known(ingest: AbsenceIngest) -> None:
    receipt = await ingest.days(
        f"{ASK};2022-09-03;illness;1",
        f"{ASK};2023-07-05;illness;1",
        f"{ASK};2023-07-06;illness;0",
        f"{ASK};2022-09-05;illness;1",
    )
    assert await ingest.refused(receipt) == {
        1: ("date", "absence.not_a_school_day"),
        2: ("date", "absence.not_a_school_day"),
    }
    assert counts(receipt) == (1, 1, 0, 2)


async def test_without_a_calendar_of_the_year_a_row_waits_for_it_and_is_refused_where_none_can_come(
    ingest: AbsenceIngest,
) -> None:
    await ingest.take([ingest.by_cpr("Bo", BO, [(SOUTH, *YEAR), (NORTH, date(2021, 8, 1), date(2022, 8, 1))])])
    rows = (f"{BO};2022-09-05;illness;1", f"{BO};2021-09-06;illness;1")
    told = await ingest.days(*rows, after="told")
    no_calendar = ("date", "absence.no_calendar")
    assert await ingest.refused(told) == {1: no_calendar, 2: no_calendar}
    receipt = await ingest.days(*rows)
    assert counts(receipt) == (0, 0, 2, 0)
    await ingest.school(SOUTH, [date(2022, 9, 5)])
    await ingest.settle()
    assert await ingest.months() == {(pupil_id("Bo"), "2022-09"): (2, 0, 0, 1)}
    assert (await ingest.receipt(receipt)).parked_now == 1


async def test_a_pupil_of_two_schools_is_away_on_a_school_day_of_either(ingest: AbsenceIngest) -> None:
    await ingest.school(SOUTH, [date(2022, 9, 3)])
    await ingest.take([ingest.by_cpr("Bo", BO, [(SOUTH, *YEAR), (NORTH, *YEAR)])])
    rows = (f"{BO};2022-09-03;illness;1", f"{BO};2022-09-05;illness;1", f"{BO};2022-09-04;illness;1")
    receipt = await ingest.days(*rows)
    assert await ingest.refused(receipt) == {3: ("date", "absence.not_a_school_day")}
    assert counts(receipt) == (2, 0, 0, 1)


async def test_a_new_calendar_takes_the_place_of_the_former_and_an_older_one_does_not(ingest: AbsenceIngest) -> None:
    saturday = date(2022, 9, 3)
    await ingest.take([ingest.calendar(NORTH, [saturday], version=3)])
    await ingest.take([ingest.calendar(NORTH, weekdays(date(2022, 8, 8), date(2023, 6, 23)), version=2)])
    receipt = await ingest.days(f"{ASK};2022-09-03;illness;1", f"{ASK};2022-09-05;illness;1")
    assert await ingest.refused(receipt) == {2: ("date", "absence.not_a_school_day")}


async def test_each_date_is_held_against_the_school_the_pupil_went_to_then(ingest: AbsenceIngest) -> None:
    moved, holiday = date(2023, 1, 1), date(2022, 10, 17)
    every = weekdays(date(2022, 8, 8), date(2023, 6, 23))
    await ingest.school(SOUTH, [day for day in every if day != holiday + timedelta(days=140)])
    await ingest.take([ingest.calendar(NORTH, [day for day in every if day != holiday], version=2)])
    await ingest.take([ingest.by_cpr("Bo", BO, [(NORTH, YEAR[0], moved), (SOUTH, moved, YEAR[1])])])
    later = holiday + timedelta(days=140)
    receipt = await ingest.days(*(f"{BO};{day};illness;1" for day in (holiday, later, date(2022, 10, 18))))
    assert await ingest.refused(receipt) == {
        1: ("date", "absence.not_a_school_day"),
        2: ("date", "absence.not_a_school_day"),
    }


async def test_a_date_in_no_membership_waits_or_is_refused_and_the_last_day_is_the_one_before_valid_to(
    ingest: AbsenceIngest,
) -> None:
    await ingest.take([ingest.by_cpr("Bo", BO, [(NORTH, date(2022, 9, 5), date(2022, 9, 9))])])
    rows = [f"{BO};2022-09-{day:02};illness;1" for day in (2, 5, 8, 9)]
    assert counts(await ingest.days(*rows, mode=Mode.VALIDATE)) == (2, 0, 2, 0)
    receipt = await ingest.days(*rows, after="told")
    assert await ingest.refused(receipt) == {
        1: ("date", "absence.not_a_member"),
        4: ("date", "absence.not_a_member"),
    }


async def test_absence_can_be_withdrawn_after_the_membership_it_lay_in_was_corrected(ingest: AbsenceIngest) -> None:
    await ingest.days(f"{ASK};2022-09-05;illness;1")
    await ingest.take([ingest.by_cpr("Ask", ASK, [(NORTH, date(2022, 10, 1), YEAR[1])], version=2)])
    assert counts(await ingest.days(f"{ASK};2022-09-05;illness;0")) == (1, 0, 0, 0)
    assert await ingest.months() == {SEPTEMBER: (0, 0, 0, 2)}


async def test_two_identifiers_of_one_pupil_do_not_make_two_rows_of_one_day(ingest: AbsenceIngest) -> None:
    former = "6301120008"
    numbers = [(IdentifierKind.CPR_NUMBER, BO), (IdentifierKind.CPR_NUMBER, former)]
    await ingest.take([ingest.pupil("Bo", numbers)])
    receipt = await ingest.days(
        f"{BO};2022-09-05;illness;1", f"{former};2022-09-05;illness;0,5", f"{former};2022-09-06;illness;1"
    )
    assert await ingest.refused(receipt) == {2: ("", "row.duplicate")}
    assert await ingest.months() == {(pupil_id("Bo"), "2022-09"): (4, 0, 0, 1)}


async def test_a_file_names_pupils_by_the_identifier_it_says(ingest: AbsenceIngest) -> None:
    await ingest.take([ingest.pupil("Bo", [(IdentifierKind.LOCAL_ID, "B-7"), (IdentifierKind.UNI_LOGIN, "bo000001")])])
    local = await ingest.days("B-7;2022-09-05;illness;1", identifier=IdentifierKind.LOCAL_ID)
    login = await ingest.days("BO000001 ;2022-09-06;illness;1", identifier=IdentifierKind.UNI_LOGIN)
    wrong = await ingest.days("B-7;2022-09-07;illness;1", identifier=IdentifierKind.UNI_LOGIN)
    assert (counts(local), counts(login)) == ((1, 0, 0, 0), (1, 0, 0, 0))
    assert counts(wrong) == (0, 0, 1, 0)
    assert await ingest.months() == {(pupil_id("Bo"), "2022-09"): (4, 0, 0, 2)}


async def test_absence_lands_on_the_pupil_of_the_municipality_that_sends_it(ingest: AbsenceIngest) -> None:
    await ingest.school("851001", [date(2022, 9, 5)], municipality="851")
    await ingest.take([ingest.by_cpr("Ask in 851", ASK, [("851001", *YEAR)], municipality="851")])
    await ingest.days(f"{ASK};2022-09-05;illness;1")
    await ingest.days(f"{ASK};2022-09-05;illness;0,5", municipality="851")
    assert await ingest.months("101") == {SEPTEMBER: (2, 0, 0, 1)}
    assert await ingest.months("851") == {(pupil_id("Ask in 851"), "2022-09"): (1, 0, 0, 1)}


async def test_a_validated_file_is_judged_and_nothing_of_it_is_kept(ingest: AbsenceIngest) -> None:
    rows = (f"{ASK};2022-09-05;illness;1", f"{ASK};2022-09-03;illness;1", f"{BO};2022-09-05;illness;1")
    validated = await ingest.days(*rows, mode=Mode.VALIDATE)
    assert counts(validated) == (1, 0, 1, 1)
    assert (await ingest.months(), await ingest.events()) == ({}, [])
    assert await ingest.rows("SELECT count(*) FROM parked_row") == [(0,)]
    assert counts(await ingest.days(*rows)) == (1, 0, 1, 1)
    assert len(await ingest.events()) == 1


async def test_a_file_of_many_chunks_comes_to_the_same_as_one_of_one(ingest: AbsenceIngest) -> None:
    days = weekdays(date(2022, 8, 8), date(2023, 6, 23))
    lines = [f"{ASK};{day};illness;{'1' if n % 3 else '0,5'}\n" for n, day in enumerate(days)]
    queued = await ingest.queue("absence", HEADER + "".join(lines), chunk_bytes=200)
    assert queued.chunks > 20
    receipt = await ingest.finish(queued)
    assert (receipt.state, counts(receipt)) == (ReceiptState.COMPLETED, (len(days), 0, 0, 0))
    whole = sum(2 if n % 3 else 1 for n in range(len(days)))
    assert sum(month[0] for month in (await ingest.months()).values()) == whole
    versions = [event["aggregate_version"] for event in await ingest.events() if event["month"] == "2022-09"]
    assert versions == list(range(1, len(versions) + 1))


async def test_another_municipality_sees_nothing_and_ops_may_count(ingest: AbsenceIngest) -> None:
    await ingest.days(f"{ASK};2022-09-05;illness;1", f"{BO};2022-09-05;illness;1")
    for table in ("pupil", "lookup_key", "membership", "absence_day", "pupil_month", "parked_row", "import_receipt"):
        assert await ingest.rows(f"SELECT 1 FROM {table}", "101"), table
        assert await ingest.rows(f"SELECT 1 FROM {table}", "851") == [], table
    for table in ("pupil", "absence_day", "pupil_month", "parked_row"):
        assert await ingest.rows(f"SELECT 1 FROM {table}", "851", access=Access.OPERATOR), table
