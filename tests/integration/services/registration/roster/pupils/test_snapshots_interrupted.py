"""Snapshots whose worker is killed, whose staged rows a crash empties, and that meet other files."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from libs.shared.base.clock import utc_now
from libs.shared.db.locks import Lock, hold_in_transaction
from libs.shared.db.scope import Scope
from libs.shared.files.snapshot import Snapshot
from libs.shared.imports.receipts.receipt import Phase, Receipt, ReceiptState
from libs.shared.imports.worker import deciding
from libs.shared.imports.worker.deciding import Decision
from services.registration.roster.pupils.use_cases.importing import PupilImport
from tests.factories.small_slices import small_slices
from tests.integration.services.registration.roster.pupils.snapshots import ends, lines
from tests.integration.services.registration.service import PUPIL_HEADER, Registration


def at(day: int, source: str = "tea") -> Snapshot:
    return Snapshot("910101", "2022/2023", source, datetime(2022, 10, day, 6, tzinfo=UTC))


async def queue(registration: Registration, rows: str, day: int, source: str = "tea") -> Receipt:
    return await registration.queue("pupils", PUPIL_HEADER + rows, snapshot=at(day, source))


async def at_rest(registration: Registration, receipt: Receipt) -> Receipt:
    worker = registration.worker()
    for _ in range(500):
        if (receipt := await registration.receipt(receipt)).at_rest:
            return receipt
        await worker.work_once()
    raise AssertionError("the receipt never came to rest")


async def known(registration: Registration, rows: str) -> int:
    """Send a first snapshot; how many events there are after it."""
    await registration.base()
    await at_rest(registration, await queue(registration, rows, 1))
    return len(await registration.events("pupil"))


@pytest.fixture
def killed_in(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Cancels a worker in the midst of a step of the handler, as if its process were killed."""

    async def kill(registration: Registration, receipt: Receipt, name: str) -> None:
        reached = asyncio.Event()
        usual = getattr(PupilImport, name)

        async def hanging(self: PupilImport, *given: Any) -> Any:
            await usual(self, *given)
            reached.set()
            await asyncio.sleep(600)

        with monkeypatch.context() as patched:
            patched.setattr(PupilImport, name, hanging)
            working = asyncio.create_task(at_rest(registration, receipt))
            async with asyncio.timeout(60):
                await reached.wait()
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)

    return kill


async def test_a_worker_killed_while_comparing_writing_and_closing_leaves_a_whole_file_to_the_next(
    registration: Registration, killed_in: Any
) -> None:
    before = await known(registration, lines(1, 8))
    with small_slices(registration.kinds(), 3):
        sent = await queue(registration, lines(5, 12), 2)
        for name in ("compare", "write", "close"):
            await killed_in(registration, sent, name)
            assert not (await registration.receipt(sent)).at_rest
        assert (await registration.receipt(sent)).phase is Phase.CLOSING
        assert set((await ends(registration)).values()) == {"2023-08-01"}
        found = await at_rest(registration, sent)
    assert (found.state, found.accepted, found.unchanged, found.closed) == (ReceiptState.COMPLETED, 4, 4, 4)
    assert {pupil for pupil, end in (await ends(registration)).items() if end == "2022-10-02"} == {1, 2, 3, 4}
    assert len(await registration.events("pupil")) == before + 8


async def test_staged_rows_that_a_crash_empties_between_applying_and_closing_are_not_needed(
    registration: Registration, killed_in: Any
) -> None:
    await known(registration, lines(1, 8))
    with small_slices(registration.kinds(), 3):
        sent = await queue(registration, lines(5, 12), 2)
        for name in ("write", "close"):
            await killed_in(registration, sent, name)
            async with registration.db.write(Scope.of("101")) as session:
                connection = await session.connection()
                await connection.exec_driver_sql("DELETE FROM staged_pupils")
                await connection.exec_driver_sql("DELETE FROM import_staging")
        found = await at_rest(registration, sent)
    assert (found.state, found.rows, found.accepted, found.closed) == (ReceiptState.COMPLETED, 8, 4, 4)
    assert {pupil for pupil, end in (await ends(registration)).items() if end == "2022-10-02"} == {1, 2, 3, 4}


async def test_of_two_that_were_received_at_once_the_older_is_not_applied_after_the_newer(
    registration: Registration,
) -> None:
    await registration.base()
    newer = await queue(registration, lines(1, 8), 5)
    await registration.change("UPDATE import_receipt SET source = 'away'", "101", receipt=str(newer.id))
    older = await queue(registration, lines(1, 4), 4)
    same = await queue(registration, lines(1, 4), 4, source="same")
    await registration.change("UPDATE import_receipt SET source = 'tea'", "101")
    found = [await at_rest(registration, each) for each in (newer, older, same)]
    assert [(each.state, each.error) for each in found] == [
        (ReceiptState.COMPLETED, None),
        (ReceiptState.REJECTED, "snapshot.older"),
        (ReceiptState.REJECTED, "snapshot.older"),
    ]
    assert set((await ends(registration)).values()) == {"2023-08-01"}


async def test_one_that_is_confirmed_behind_a_newer_one_is_replaced(registration: Registration) -> None:
    await known(registration, lines(1, 20))
    held = await at_rest(registration, await queue(registration, lines(10, 20), 2))
    assert held.state is ReceiptState.HELD
    newer = await queue(registration, lines(2, 20), 3)
    await deciding.decide(registration.db, held, Decision.CONFIRMED, "somebody", utc_now)
    assert (await at_rest(registration, newer)).state is ReceiptState.COMPLETED
    found = await at_rest(registration, held)
    assert (found.state, found.error, found.written) == (ReceiptState.REPLACED, "snapshot.replaced", False)
    assert {pupil for pupil, end in (await ends(registration)).items() if end != "2023-08-01"} == {1}


async def test_a_snapshot_and_who_holds_the_roster_wait_for_each_other_without_a_deadlock(
    registration: Registration,
) -> None:
    await known(registration, lines(1, 20))
    sent = await queue(registration, lines(3, 20), 2)
    async with registration.db.write(Scope.of("101")) as session:
        await hold_in_transaction(session, Lock.ROSTER, "101", shared=False)
        working = asyncio.create_task(at_rest(registration, sent))
        await asyncio.sleep(1)
        connection = await session.connection()
        await connection.exec_driver_sql("SELECT 1 FROM membership FOR UPDATE")
        assert not working.done()
    found = await working
    assert (found.state, found.closed) == (ReceiptState.COMPLETED, 2)


async def test_the_deciders_and_the_worker_lock_in_one_order(registration: Registration) -> None:
    await known(registration, lines(1, 20))
    held = await at_rest(registration, await queue(registration, lines(10, 20), 2))
    newer = await queue(registration, lines(9, 20), 3)
    decisions = [
        deciding.decide(registration.db, held, each, "somebody", utc_now)
        for each in (Decision.CONFIRMED, Decision.REJECTED)
    ]
    found = await asyncio.gather(at_rest(registration, newer), *decisions, return_exceptions=True)
    refused = [each for each in found if isinstance(each, BaseException)]
    assert all(isinstance(each, deciding.NotHeld) for each in refused)
    assert len(refused) in {1, 2}
    assert (await at_rest(registration, held)).final


async def test_a_decision_after_its_time_is_refused(registration: Registration) -> None:
    await known(registration, lines(1, 20))
    held = await at_rest(registration, await queue(registration, lines(10, 20), 2))
    await registration.change("UPDATE import_receipt SET held_until = now()", "101", receipt=str(held.id))
    with pytest.raises(deciding.HoldExpired):
        await deciding.decide(registration.db, held, Decision.CONFIRMED, "somebody", utc_now)
