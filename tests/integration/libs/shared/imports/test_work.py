"""The worker: counts that add up, whole files, killed workers, failing handlers."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text

from libs.shared.db.database import WriteSession
from libs.shared.db.scope import Access, Scope
from libs.shared.imports.batch import Batch, BatchResult, Judged
from libs.shared.imports.http.api import wait_until_final
from libs.shared.imports.receipts.housekeeping import sweep
from libs.shared.imports.receipts.receipt import Atomic, Mode, ReceiptState
from libs.shared.privacy.keys import KeyRing
from tests.factories.import_bench import NOW, Bench, counts
from tests.factories.imported import DaysHandler, cpr, day_file, day_lines

GOOD = day_lines(300)
BAD = [
    "6113120008;2022-09-30;illness;1",  # month 13 does not exist
    f"{cpr(0)};2022-02-30;illness;1",
    f"{cpr(0)};2022-09-30;illness;2",  # the handler's own refusal
    f"{cpr(0)};2022-08-15;illness;0",  # the first good row's key again
    f"{cpr(0)};2022-09-30;illness",
]
CODES = ["cpr_number.invalid", "date.invalid", "days.invalid", "row.duplicate", "row.columns"]
MIXED = day_file([*GOOD, *BAD])


async def test_every_row_is_accounted_for_and_bad_ones_are_refused_alone(bench: Bench) -> None:
    await bench.know(*map(cpr, range(9)))  # the tenth pupil is unknown
    receipt = await bench.done(MIXED)
    assert receipt.state is ReceiptState.COMPLETED
    assert receipt.written
    assert counts(receipt) == (305, 270, 0, 30, 5)
    assert await bench.refused(receipt) == list(zip(range(301, 306), CODES, strict=True))
    assert receipt.refused_by_code == dict.fromkeys(CODES, 1)
    assert receipt.parked_now == 30
    assert await bench.days() == 270


async def test_a_file_sent_again_under_another_key_changes_nothing(bench: Bench) -> None:
    await bench.know(*map(cpr, range(10)))
    await bench.done(day_file(GOOD))
    assert counts(await bench.done(day_file(GOOD), "again")) == (300, 0, 300, 0, 0)


@pytest.mark.parametrize("chunk_bytes", [150, 2000, 10**6])
async def test_counts_and_refused_rows_do_not_depend_on_the_chunks(bench: Bench, chunk_bytes: int) -> None:
    await bench.know(*map(cpr, range(9)))
    bench.chunk_bytes = chunk_bytes
    receipt = await bench.done(MIXED)
    assert counts(receipt) == (305, 270, 0, 30, 5)
    assert await bench.refused(receipt) == list(zip(range(301, 306), CODES, strict=True))


async def test_a_duplicate_names_the_first_row_even_across_chunks(bench: Bench) -> None:
    await bench.know(*map(cpr, range(10)))
    bench.chunk_bytes = 500
    receipt = await bench.done(day_file([*GOOD, GOOD[6]]))
    text_of = await bench.refused_csv(receipt)
    assert "samme nøgle som række 7 " in text_of


async def test_a_file_taken_as_a_whole_writes_nothing_if_a_row_is_refused(bench: Bench) -> None:
    await bench.know(*map(cpr, range(10)))
    receipt = await bench.done(MIXED, atomic=Atomic.FILE)
    assert receipt.state is ReceiptState.REJECTED
    assert not receipt.written
    assert counts(receipt) == (305, 300, 0, 0, 5)
    assert [code for _, code in await bench.refused(receipt)] == CODES
    assert await bench.days() == 0


async def test_a_good_file_taken_as_a_whole_is_written(bench: Bench) -> None:
    await bench.know(*map(cpr, range(10)))
    receipt = await bench.done(day_file(GOOD), atomic=Atomic.FILE)
    assert (receipt.state, receipt.written) == (ReceiptState.COMPLETED, True)
    assert counts(receipt) == (300, 300, 0, 0, 0)
    assert await bench.days() == 300


async def test_a_file_taken_as_a_whole_parks_nothing_and_is_rejected_for_a_row_that_would_wait(bench: Bench) -> None:
    await bench.know(*map(cpr, range(9)))
    receipt = await bench.done(day_file(GOOD), atomic=Atomic.FILE)
    assert (receipt.state, receipt.written) == (ReceiptState.REJECTED, False)
    assert counts(receipt) == (300, 270, 0, 0, 30)
    assert receipt.refused_by_code == {"row.would_wait": 30}
    assert (receipt.parked_now, await bench.days()) == (0, 0)


async def test_a_validation_counts_and_lists_like_a_commit_and_writes_nothing(bench: Bench) -> None:
    await bench.know(*map(cpr, range(9)))
    receipt = await bench.done(MIXED, mode=Mode.VALIDATE)
    assert receipt.state is ReceiptState.COMPLETED
    assert not receipt.written
    assert counts(receipt) == (305, 270, 0, 30, 5)
    assert [code for _, code in await bench.refused(receipt)] == CODES
    assert (receipt.parked_now, await bench.days()) == (0, 0)


@pytest.mark.parametrize("atomic", list(Atomic))
async def test_a_worker_killed_in_a_chunk_leaves_it_to_the_next_one(bench: Bench, atomic: Atomic) -> None:
    await bench.know(*map(cpr, range(9)))
    reached = asyncio.Event()
    calls = 0

    class StuckAtTheThird(DaysHandler):
        async def judge(self, session: WriteSession, batch: Batch) -> Judged[Batch]:
            nonlocal calls
            calls += 1
            judged = await super().judge(session, batch)
            if calls == 3:  # two slices are done, and this one is not
                await self.write(session, batch, judged)
                reached.set()
                await asyncio.sleep(60)
            return judged

    lines = [*BAD, *GOOD]  # refused rows first, so that some are stored before the kill
    sent = await bench.send(day_file(lines), atomic=atomic, mode=Mode.COMMIT)
    bench.handler = StuckAtTheThird()
    killed = asyncio.create_task(bench.work())
    async with asyncio.timeout(20):
        await reached.wait()
    killed.cancel()
    with pytest.raises(asyncio.CancelledError):
        await killed
    half = await bench.receipt(sent.id)
    assert not half.final
    bench.handler = DaysHandler()
    await bench.work()
    receipt = await bench.receipt(sent.id)
    # The row of BAD with the good row's key now comes first, so the good row is the duplicate.
    assert receipt.rows == 305
    # An atomic file is also rejected for the thirty rows that would wait.
    assert receipt.refused == len(await bench.refused(receipt)) == (35 if atomic is Atomic.FILE else 5)
    assert receipt.state is (ReceiptState.REJECTED if atomic is Atomic.FILE else ReceiptState.COMPLETED)
    assert await bench.days() == (0 if atomic is Atomic.FILE else 270)


async def test_two_workers_share_the_work_and_count_every_row_once(bench: Bench) -> None:
    await bench.know(*map(cpr, range(10)))
    await bench.know(*map(cpr, range(10)), code="147")
    bench.chunk_bytes = 500
    sent = [await bench.send(day_file(GOOD), f"k{n}", code=code) for n in range(3) for code in ("101", "147")]
    async with asyncio.timeout(60):
        for _ in range(5):  # a worker that finds everything taken stops; another round takes what is left
            await asyncio.gather(bench.work(), bench.work())
    for receipt in sent:
        after = await bench.receipt(receipt.id, receipt.upload.municipality_code)
        assert after.state is ReceiptState.COMPLETED
        assert after.rows == after.accepted + after.unchanged == 300


async def test_a_later_file_of_the_same_kind_never_overtakes_an_earlier_one(bench: Bench) -> None:
    await bench.know(*map(cpr, range(10)))
    bench.chunk_bytes = 200
    first = await bench.send(day_file([f"{line[:-1]}1" for line in GOOD]), "first")
    bench.clock.forward(seconds=1)
    second = await bench.send(day_file([f"{line[:-1]}0" for line in reversed(GOOD)]), "second")
    await bench.work()
    async with bench.db.read(Scope.of("101")) as session:
        total = (await session.execute(text("SELECT sum(days) FROM day"))).scalar_one()
    assert total == 0
    one, two = await bench.receipt(first.id), await bench.receipt(second.id)
    assert (one.accepted, two.accepted) == (300, 300)


async def test_a_handler_that_keeps_failing_closes_the_receipt_and_holds_nobody_up(bench: Bench) -> None:
    await bench.know(*map(cpr, range(10)))

    class Broken(DaysHandler):
        async def judge(self, session: WriteSession, batch: Batch) -> Judged[Batch]:
            raise RuntimeError(cpr(3))

    bench.handler = Broken()
    sent = await bench.send(day_file(GOOD))
    for _ in range(10):
        await bench.work()
        bench.clock.forward(hours=1)
    failed = await bench.receipt(sent.id)
    assert (failed.state, failed.error, failed.attempts) == (ReceiptState.FAILED, "import.failed", 5)
    bench.handler = DaysHandler()
    assert counts(await bench.done(day_file(GOOD), "next")) == (300, 300, 0, 0, 0)


async def test_a_handler_that_loses_a_row_is_not_believed(bench: Bench) -> None:
    class Forgetful(DaysHandler):
        async def judge(self, session: WriteSession, batch: Batch) -> Judged[Batch]:
            return Judged(BatchResult(accepted=len(batch) - 1), batch)

    bench.handler = Forgetful()
    sent = await bench.send(day_file(GOOD))
    for _ in range(6):
        await bench.work()
        bench.clock.forward(hours=1)
    assert (await bench.receipt(sent.id)).state is ReceiptState.FAILED


async def test_a_chunk_whose_key_is_gone_fails_at_once_with_its_reason(bench: Bench) -> None:
    sent = await bench.send(day_file(GOOD))
    bench.data_keys = KeyRing.generate("other")
    await bench.work()
    assert (await bench.receipt(sent.id)).error == "import.chunk_unreadable"


async def test_the_running_worker_wakes_for_a_new_file_and_stops_when_told(bench: Bench) -> None:
    await bench.know(*map(cpr, range(10)))
    stop = asyncio.Event()
    running = asyncio.create_task(bench.worker.run(stop))
    sent = await bench.send(day_file(GOOD))
    async with asyncio.timeout(20):
        final = await wait_until_final(bench.db, sent, 15)
        stop.set()
        await running
    assert final.state is ReceiptState.COMPLETED
    assert await bench.days() == 300


async def test_chunks_are_deleted_when_the_receipt_is_final(bench: Bench) -> None:
    await bench.done(MIXED)
    async with bench.db.read(Scope.of("101")) as session:
        assert (await session.execute(text("SELECT count(*) FROM import_chunk"))).scalar_one() == 0


async def test_refused_rows_go_after_thirty_days_and_broken_uploads_after_two(bench: Bench) -> None:
    receipt = await bench.done(MIXED)
    for days, left in ((29, 5), (31, 0)):
        async with bench.db.write(Scope(access=Access.OPERATOR)) as session:
            await sweep(session, NOW + timedelta(days=days))
        assert len(await bench.refused(receipt)) == left
    assert (await bench.receipt(receipt.id)).refused == 5
