"""Rows that wait for their pupil, and what happens when the pupil comes."""

import asyncio
from datetime import date, timedelta

import asyncpg

from libs.shared.contracts.registration import PupilChanged
from libs.shared.db.scope import Scope
from libs.shared.privacy.identifiers import IdentifierKind
from libs.shared.privacy.keys import KeyRing
from services.absence_ingest.copies.pupils import queries as pupils
from tests.factories.files import counts
from tests.integration.services.absence_ingest.service import (
    ASK,
    BO,
    HEADER,
    MIGRATIONS,
    NORTH,
    YEAR,
    AbsenceIngest,
    pupil_id,
)
from tests.realparts.databases import MakeDatabase

SEPTEMBER = (pupil_id("Ask"), "2022-09")
LOGIN = (IdentifierKind.UNI_LOGIN, "ask00001")


async def parked(ingest: AbsenceIngest) -> int:
    return int((await ingest.rows("SELECT count(*) FROM parked_row"))[0][0])


async def test_parked_rows_play_when_their_pupil_comes_and_the_receipt_keeps_its_first_counts(
    ingest: AbsenceIngest,
) -> None:
    receipt = await ingest.days(f"{ASK};2022-09-05;illness;1", f"{BO};2022-09-05;illness;1")
    assert counts(receipt) == (0, 0, 2, 0)
    await ingest.take([ingest.by_cpr("Ask", ASK)])
    assert await ingest.months() == {}, "not in the event's own transaction"
    await ingest.settle()
    assert await ingest.months() == {SEPTEMBER: (2, 0, 0, 1)}
    receipt = await ingest.receipt(receipt)
    assert (counts(receipt), receipt.parked_now) == ((0, 0, 2, 0), 1)


async def test_several_pupils_of_several_municipalities_come_in_one_batch(ingest: AbsenceIngest) -> None:
    await ingest.days(f"{ASK};2022-09-05;illness;1", f"{BO};2022-09-05;authorised;1")
    await ingest.school("851001", [date(2022, 9, 6)], municipality="851")
    await ingest.days(f"{ASK};2022-09-06;illness;1", municipality="851")
    await ingest.take(
        [
            ingest.by_cpr("Ask", ASK),
            ingest.by_cpr("Ask in 851", ASK, [("851001", *YEAR)], municipality="851"),
            ingest.by_cpr("Bo", BO),
            ingest.by_cpr("Bo", BO, version=2),
        ]
    )
    await ingest.settle()
    assert await ingest.months() == {SEPTEMBER: (2, 0, 0, 1), (pupil_id("Bo"), "2022-09"): (0, 2, 0, 1)}
    assert await ingest.months("851") == {(pupil_id("Ask in 851"), "2022-09"): (2, 0, 0, 1)}


async def test_a_played_row_meets_the_rules_and_its_refusal_stands_on_its_receipt(ingest: AbsenceIngest) -> None:
    receipt = await ingest.days(
        f"{ASK};2022-09-03;illness;1", f"{ASK};2022-10-03;illness;1", f"{ASK};2023-03-01;illness;1"
    )
    await ingest.take([ingest.by_cpr("Ask", ASK, [(NORTH, date(2022, 8, 1), date(2023, 1, 1))])])
    await ingest.settle()
    assert await ingest.refused(receipt) == {1: ("date", "absence.not_a_school_day")}
    ingest.now += timedelta(days=2)
    await ingest.settle()
    assert await ingest.refused(receipt) == {
        1: ("date", "absence.not_a_school_day"),
        3: ("date", "absence.not_a_member"),
    }
    receipt = await ingest.receipt(receipt)
    assert (counts(receipt), receipt.parked_now, receipt.refused_later) == ((0, 0, 3, 0), 0, 2)


async def test_files_about_one_unknown_pupil_play_in_the_order_they_came(ingest: AbsenceIngest) -> None:
    await ingest.days(f"{ASK};2022-09-05;illness;1")
    await ingest.days(f"{ASK};2022-09-05;illness;0,5")
    await ingest.take([ingest.by_cpr("Ask", ASK)])
    await ingest.settle()
    assert await ingest.months() == {SEPTEMBER: (1, 0, 0, 1)}


async def test_a_row_that_waited_never_overwrites_what_a_later_file_said(ingest: AbsenceIngest) -> None:
    await ingest.take([ingest.pupil("Ask", [LOGIN])])
    await ingest.days(f"{ASK};2022-09-05;illness;1", f"{ASK};2022-09-06;illness;1")
    await ingest.days("ask00001;2022-09-05;illness;0,5", identifier=IdentifierKind.UNI_LOGIN)
    await ingest.take([ingest.pupil("Ask", [LOGIN, (IdentifierKind.CPR_NUMBER, ASK)], version=2)])
    await ingest.settle()
    assert await parked(ingest) == 0
    assert await ingest.months() == {SEPTEMBER: (3, 0, 0, 2)}


async def test_an_older_event_changes_nothing_and_plays_nothing(ingest: AbsenceIngest) -> None:
    await ingest.take([ingest.pupil("Ask", [LOGIN], version=2)])
    await ingest.days(f"{ASK};2022-09-05;illness;1")
    await ingest.take([ingest.by_cpr("Ask", ASK, version=1)])
    await ingest.settle()
    assert await parked(ingest) == 1
    assert await ingest.rows("SELECT kind FROM lookup_key") == [("uni_login",)]


async def test_a_key_that_the_pupil_has_no_longer_finds_nobody(ingest: AbsenceIngest) -> None:
    await ingest.take([ingest.pupil("Ask", [LOGIN, (IdentifierKind.CPR_NUMBER, BO)])])
    await ingest.take([ingest.pupil("Ask", [LOGIN, (IdentifierKind.CPR_NUMBER, ASK)], version=2)])
    assert counts(await ingest.days(f"{ASK};2022-09-05;illness;1", f"{BO};2022-09-05;illness;1")) == (1, 0, 1, 0)


async def test_rows_parked_under_a_former_key_play_when_the_pupil_comes_with_both(ingest: AbsenceIngest) -> None:
    await ingest.days(f"{ASK};2022-09-05;illness;1")
    former = ingest.lookup_keys
    ingest.lookup_keys = KeyRing({"k2": bytes(32), former.active_id: former[former.active_id]})
    await ingest.days(f"{ASK};2022-09-06;illness;1")
    await ingest.take([ingest.by_cpr("Ask", ASK)])
    await ingest.settle()
    assert await ingest.months() == {SEPTEMBER: (4, 0, 0, 2)}


async def test_an_import_and_a_replay_for_one_pupil_wait_for_each_other_and_no_sum_is_lost(
    ingest: AbsenceIngest,
) -> None:
    await ingest.take([ingest.pupil("Ask", [LOGIN])])
    await ingest.days(f"{ASK};2022-09-05;authorised;1", f"{ASK};2022-09-06;illness;1")
    changed: PupilChanged = ingest.pupil("Ask", [LOGIN, (IdentifierKind.CPR_NUMBER, ASK)], version=2)
    await ingest.take([changed])
    newer = await ingest.queue(
        "absence", f"{HEADER}ask00001;2022-09-05;illness;1\n", identifier=IdentifierKind.UNI_LOGIN
    )
    async with ingest.db.write(Scope.of("101")) as session:
        await pupils.lock(session, [pupil_id("Ask")])
        both = asyncio.gather(ingest.settle(), ingest.settle())
        await asyncio.sleep(0.5)
        assert await ingest.months() == {}
    async with asyncio.timeout(30):
        await both
    assert await parked(ingest) == 0
    assert newer is not None
    (halves,) = (await ingest.months()).values()
    assert halves[0] + halves[1] == 4, "a whole day on each of two dates, whichever came first"
    versions = [event["aggregate_version"] for event in await ingest.events()]
    assert versions == sorted(set(versions))


async def test_no_table_holds_an_identifier_in_the_clear(make_database: MakeDatabase) -> None:
    own = await make_database(MIGRATIONS)
    ingest = AbsenceIngest(own.db)
    await ingest.school(NORTH, [date(2022, 9, 5)])
    await ingest.take([ingest.pupil("Ask", [LOGIN, (IdentifierKind.CPR_NUMBER, ASK)])])
    await ingest.days(f"{ASK};2022-09-05;illness;1", f"{BO};2022-09-05;illness;1", f"{ASK};2022-09-06;illness;1")
    await ingest.queue("absence", f"pupil;date;category;days\n{ASK};2022-09-05;illness;0,5\n")
    connection = await asyncpg.connect(own.admin_url)
    try:
        tables = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        dump = [
            str(row[0])
            for table in tables
            for row in await connection.fetch(f"SELECT t::text FROM {table['tablename']} AS t")
        ]
    finally:
        await connection.close()
    assert len(dump) > 10
    clear = (ASK, BO, "ask00001")
    spelled = [*clear, *(number.encode().hex() for number in clear)]
    assert [text for text in spelled if any(text in line for line in dump)] == []
