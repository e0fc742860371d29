"""The number of pupil-months of a reported month is published with the report, and again whenever it changes."""

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text

from libs.shared.db.database import WriteSession
from libs.shared.db.scope import Scope
from libs.shared.events.outbox import Outbox
from libs.shared.imports.batch import Batch
from services.absence_ingest.completeness import queries
from services.absence_ingest.completeness.use_cases import CompletenessImport
from tests.factories.files import counts
from tests.factories.places import weekdays
from tests.integration.services.absence_ingest.service import ASK, BO, NORTH, SOUTH, YEAR, AbsenceIngest, pupil_id

REPORT = f"institution_number;month\n{NORTH};2022-09\n{NORTH};2022-10\n"
SPLIT = date(2022, 9, 15)


async def _told(ingest: AbsenceIngest, month: str = "2022-09", school: str = NORTH) -> list[tuple[int, int | None]]:
    """(version, number) of each event of the school's month, in order."""
    return [
        (event["aggregate_version"], event["pupil_months"])
        for event in await ingest.events("absence.completeness")
        if (event["institution_number"], event["month"]) == (school, month)
    ]


async def _pupils(ingest: AbsenceIngest, identifiers: Iterable[str] = (ASK, BO)) -> None:
    await ingest.take([ingest.by_cpr(name, number) for name, number in zip(("ask", "bo"), identifiers, strict=True)])


async def test_a_report_says_how_many_pupil_months_it_vouches_for(ingest: AbsenceIngest) -> None:
    await _pupils(ingest)
    await ingest.days(f"{ASK};2022-09-05;illness;1", f"{BO};2022-09-06;illness;1", f"{BO};2022-10-03;illness;1")
    await ingest.send("completeness", REPORT)
    assert (await _told(ingest), await _told(ingest, "2022-10")) == ([(1, 2)], [(1, 1)])


async def test_absence_that_comes_later_is_told_once_for_a_file_however_it_is_cut(ingest: AbsenceIngest) -> None:
    await _pupils(ingest)
    await ingest.send("completeness", REPORT)
    rows = [f"{pupil};2022-09-{day:02};illness;1" for day in (5, 6, 7, 8) for pupil in (ASK, BO)]
    content = "pupil;date;category;days\n" + "\n".join(rows) + "\n"
    receipt = await ingest.queue("absence", content, chunk_bytes=40)
    worker = ingest.worker()
    while not (await ingest.receipt(receipt)).final:
        await worker.work_once()
        await ingest.recount()  # the loop runs at the same time, and waits for the end of the file
    await ingest.recount()
    assert counts(await ingest.receipt(receipt)) == (8, 0, 0, 0)
    assert await _told(ingest) == [(1, 0), (2, 2)]
    assert await _told(ingest, "2022-10") == [(1, 0)]


async def test_a_report_never_overtakes_absence_that_was_sent_before_it(ingest: AbsenceIngest) -> None:
    await _pupils(ingest)
    days = weekdays(date(2022, 9, 1), date(2022, 9, 30))
    rows = "".join(f"{pupil};{day};illness;1\n" for day in days for pupil in (ASK, BO))
    absence = await ingest.queue("absence", "pupil;date;category;days\n" + rows, chunk_bytes=60)
    ingest.now += timedelta(seconds=1)
    report = await ingest.queue("completeness", REPORT)  # much smaller, so it would otherwise be taken first
    worker = ingest.worker()
    while not (await ingest.receipt(report)).final:
        await worker.work_once()
    assert (await ingest.receipt(absence)).final
    assert await _told(ingest) == [(1, 2)]


async def test_what_changes_no_number_tells_nothing(ingest: AbsenceIngest) -> None:
    await _pupils(ingest)
    await ingest.days(f"{ASK};2022-09-05;illness;1")
    await ingest.send("completeness", REPORT)
    await ingest.days(f"{ASK};2022-09-05;illness;0", f"{ASK};2022-09-06;illness;1")
    await ingest.take([ingest.by_cpr("ask", ASK, version=2)])
    await ingest.recount()
    assert await _told(ingest) == [(1, 1)]


async def test_a_pupil_who_moves_is_told_of_at_both_schools_once_for_the_batch(ingest: AbsenceIngest) -> None:
    await ingest.school(SOUTH, weekdays(date(2022, 8, 8), date(2023, 6, 23)))
    await _pupils(ingest)
    await ingest.days(f"{ASK};2022-09-05;illness;1", f"{BO};2022-09-06;illness;1", f"{BO};2022-10-03;illness;1")
    await ingest.send("completeness", REPORT + f"{SOUTH};2022-09\n{SOUTH};2022-10\n")
    moved = ((NORTH, YEAR[0], SPLIT), (SOUTH, SPLIT, YEAR[1]))
    await ingest.take(
        [ingest.by_cpr("bo", BO, moved, version=2), ingest.by_cpr("ask", ASK, ((SOUTH, *YEAR),), version=2)]
    )
    await ingest.recount()
    assert await _told(ingest) == [(1, 2), (2, 1)]  # bo was here until the 15th
    assert await _told(ingest, school=SOUTH) == [(1, 0), (2, 2)]
    assert await _told(ingest, "2022-10") == [(1, 1), (2, 0)]
    assert await _told(ingest, "2022-10", SOUTH) == [(1, 0), (2, 1)]


async def test_rows_that_waited_for_their_pupil_count_when_they_are_played(ingest: AbsenceIngest) -> None:
    await ingest.days(f"{ASK};2022-09-05;illness;1")
    await ingest.send("completeness", REPORT)
    await ingest.take([ingest.by_cpr("ask", ASK)])
    await ingest.settle()
    assert await _told(ingest) == [(1, 0), (2, 1)]


async def test_a_month_taken_back_is_not_counted_and_is_told_anew_with_its_number(ingest: AbsenceIngest) -> None:
    await _pupils(ingest)
    await ingest.send("completeness", REPORT)
    await ingest.send("completeness", f"institution_number;month;reported\n{NORTH};2022-09;0\n")
    await ingest.days(f"{ASK};2022-09-05;illness;1")
    await ingest.recount()
    await ingest.send("completeness", REPORT)
    assert await _told(ingest) == [(1, 0), (2, None), (3, 1)]


async def _a_month(session: WriteSession, name: str) -> None:
    """Write what a slice of absence writes for a pupil's first absence in September."""
    await session.execute(
        text("INSERT INTO pupil_month VALUES (:pupil, '2022-09-01', 2, 0, 0, '101', 1)"), {"pupil": pupil_id(name)}
    )
    await queries.due(session, "101", [date(2022, 9, 1)], None)


async def test_a_month_reported_while_a_slice_of_absence_is_not_committed_is_counted_after_both(
    ingest: AbsenceIngest,
) -> None:
    await _pupils(ingest)
    async with ingest.db.write(Scope.of("101")) as slice_of_absence:
        await _a_month(slice_of_absence, "ask")
        await ingest.send("completeness", REPORT)
        await ingest.recount()
    assert await _told(ingest) == [(1, 0)]
    await ingest.recount()
    assert await _told(ingest) == [(1, 0), (2, 1)]


@pytest.mark.parametrize("again", [False, True])
async def test_absence_committed_while_a_report_is_not_is_counted_after_both(
    ingest: AbsenceIngest, *, again: bool
) -> None:
    """The report is counted before the absence is written, and is not yet visible when the absence is counted."""
    await _pupils(ingest)
    if again:
        await ingest.send("completeness", REPORT)
        await ingest.send("completeness", f"institution_number;month;reported\n{NORTH};2022-09;0\n")
    handler = CompletenessImport(Outbox("absence_ingest"))
    columns = {"institution_number": [NORTH], "month": ["2022-09"], "reported": ["1"]}
    batch = Batch("completeness", "101", uuid4(), ingest.now, [1], columns)
    async with ingest.db.write(Scope.of("101")) as report:
        await handler.lock(report, batch)
        await handler.write(report, batch, await handler.judge(report, batch))
        async with ingest.db.write(Scope.of("101")) as slice_of_absence:
            await _a_month(slice_of_absence, "ask")
        await ingest.recount()
    await ingest.recount()
    assert (await _told(ingest))[-2:] == ([(3, 0), (4, 1)] if again else [(1, 0), (2, 1)])


async def test_two_slices_that_end_while_the_other_is_counted_are_both_seen(ingest: AbsenceIngest) -> None:
    await _pupils(ingest)
    await ingest.send("completeness", REPORT)
    async with ingest.db.write(Scope.of("101")) as first:
        await _a_month(first, "ask")
        async with ingest.db.write(Scope.of("101")) as second:
            await _a_month(second, "bo")
        await ingest.recount()
    await ingest.recount()
    assert await _told(ingest) == [(1, 0), (2, 1), (3, 2)]


async def test_counting_again_waits_for_nobody_and_nobody_waits_for_it(ingest: AbsenceIngest) -> None:
    await _pupils(ingest)
    await ingest.send("completeness", REPORT)
    await ingest.take([ingest.by_cpr("ask", ASK, version=2)])
    async with ingest.db.write(Scope.of("101")) as counting:
        await _a_month(counting, "ask")
        await queries.lock(counting, "101", [(None, date(2022, 9, 1))])
        # Absence can be written while the lock of its month is held.
        await ingest.days(f"{BO};2022-09-06;illness;1")
    await ingest.recount()
    assert await _told(ingest) == [(1, 0), (2, 2)]
