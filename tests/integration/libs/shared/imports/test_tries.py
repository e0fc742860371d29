"""Steps that fail or crash: a try is counted before it begins, a file is given up after some tries, and others are not
affected.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from sqlalchemy import text

from libs.shared.db.database import WriteSession
from libs.shared.db.scope import Scope
from libs.shared.events.failures import RetryLater
from libs.shared.imports.batch import Batch, Judged
from libs.shared.imports.receipts.receipt import Receipt, ReceiptState
from libs.shared.imports.worker.work import MAX_TRIES
from tests.factories.import_bench import Bench, counts
from tests.factories.imported import DaysHandler, cpr, day_file, day_lines

FILE = day_file(day_lines(100))


class Hanging(DaysHandler):
    """Hangs while it writes a slice of 101."""

    def __init__(self) -> None:
        self.reached = asyncio.Event()

    async def write(self, session: WriteSession, batch: Batch, judged: Judged[Batch]) -> None:
        await super().write(session, batch, judged)
        if batch.municipality_code == "101":
            self.reached.set()
            await asyncio.sleep(600)


async def die_at_work(bench: Bench, handler: Hanging) -> None:
    """Cancel a worker in the middle of a step, like a killed process: nothing of the step is committed or reported."""
    bench.handler = handler
    handler.reached.clear()
    working = asyncio.create_task(bench.work())
    async with asyncio.timeout(30):
        reached = asyncio.create_task(handler.reached.wait())
        await asyncio.wait({working, reached}, return_when=asyncio.FIRST_COMPLETED)
    reached.cancel()
    working.cancel()
    await asyncio.gather(working, reached, return_exceptions=True)


async def test_a_file_whose_worker_dies_again_and_again_is_given_up_and_the_next_one_is_done(bench: Bench) -> None:
    await bench.know(*map(cpr, range(10)))
    sent = await bench.send(FILE)
    bench.clock.forward(seconds=1)
    behind = await bench.send(FILE, "behind")
    handler = Hanging()
    for tries in range(1, MAX_TRIES + 1):
        await die_at_work(bench, handler)
        assert await begun(bench, sent) == tries
    bench.handler = DaysHandler()
    await bench.work()
    failed = await bench.receipt(sent.id)
    assert (failed.state, failed.error, failed.written) == (ReceiptState.FAILED, "import.failed", False)
    assert counts(failed) == (0, 0, 0, 0, 0)
    assert counts(await bench.receipt(behind.id)) == (100, 100, 0, 0, 0)


async def begun(bench: Bench, receipt: Receipt) -> int:
    """The number of times that the current step was begun."""
    async with bench.db.read(Scope.of("101")) as session:
        found = await session.execute(
            text("SELECT max(tries) FROM import_claim WHERE receipt_id = :id"), {"id": receipt.id}
        )
        return int(found.scalar_one() or 0)


async def test_progress_begins_the_count_again(bench: Bench) -> None:
    await bench.know(*map(cpr, range(10)))
    sent = await bench.send(FILE)
    handler = Hanging()
    for _ in range(MAX_TRIES - 1):
        await die_at_work(bench, handler)
    bench.handler = DaysHandler()
    await bench.work()
    receipt = await bench.receipt(sent.id)
    assert (receipt.state, receipt.attempts) == (ReceiptState.COMPLETED, 0)
    assert counts(receipt) == (100, 100, 0, 0, 0)


class OutOfMemory(DaysHandler):
    """Fails for 101 with a transient error."""

    async def judge(self, session: WriteSession, batch: Batch) -> Judged[Batch]:
        if batch.municipality_code == "101":
            raise RetryLater
        return await super().judge(session, batch)


async def test_a_failure_that_should_pass_holds_up_nobody_else_and_has_an_end(bench: Bench) -> None:
    for code in ("101", "147"):
        await bench.know(*map(cpr, range(10)), code=code)
    one = await bench.send(FILE)
    other = await bench.send(FILE, code="147")
    bench.handler = OutOfMemory()
    await bench.work()
    waits = await bench.receipt(one.id)
    assert (waits.state, waits.attempts) == (ReceiptState.WORKING, 0)
    assert (await bench.receipt(other.id, "147")).state is ReceiptState.COMPLETED
    for _ in range(40):
        bench.clock.forward(seconds=61)
        await bench.work()
    assert (await bench.receipt(one.id)).state is ReceiptState.FAILED


async def test_it_goes_on_when_it_has_passed(bench: Bench) -> None:
    await bench.know(*map(cpr, range(10)))
    sent = await bench.send(FILE)
    bench.handler = OutOfMemory()
    for _ in range(10):
        await bench.work()
        bench.clock.forward(seconds=61)
    bench.handler = DaysHandler()
    await bench.work()
    assert counts(await bench.receipt(sent.id)) == (100, 100, 0, 0, 0)


async def test_a_step_that_fails_is_begun_so_many_times_and_the_file_is_then_given_up_at_once(bench: Bench) -> None:
    class Failing(DaysHandler):
        times = 0

        async def judge(self, session: WriteSession, batch: Batch) -> Judged[Batch]:
            self.times += 1
            raise RuntimeError

    bench.handler = failing = Failing()
    sent = await bench.send(FILE)
    for tries in range(1, MAX_TRIES + 1):
        assert not (await bench.receipt(sent.id)).final
        await bench.work()
        assert failing.times == tries
        bench.clock.forward(seconds=61 if tries < MAX_TRIES else 0)
    failed = await bench.receipt(sent.id)
    assert (failed.state, failed.error) == (ReceiptState.FAILED, "import.failed")


async def test_a_file_that_is_final_stays_so_when_what_it_leaves_cannot_be_taken_away(bench: Bench) -> None:
    """The fault of the database lasts longer than all tries of a step."""
    await bench.know(*map(cpr, range(10)))
    bench.chunk_bytes = 500
    await as_owner(
        bench,
        "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE division_by_zero; END$$",
        "CREATE TRIGGER fail BEFORE DELETE ON import_chunk FOR EACH STATEMENT EXECUTE FUNCTION fail()",
    )
    done = await bench.done(day_file(day_lines(300)))
    assert (done.state, done.chunks > 10) == (ReceiptState.COMPLETED, True)
    for _ in range(MAX_TRIES + 2):
        bench.clock.forward(seconds=61)
        await bench.work()
    assert await bench.receipt(done.id) == done
    await as_owner(bench, "DROP TRIGGER fail ON import_chunk")
    bench.clock.forward(seconds=61)
    await bench.work()
    after = await bench.receipt(done.id)
    assert (after.state, after.phase, counts(after)) == (ReceiptState.COMPLETED, None, (300, 300, 0, 0, 0))


async def as_owner(bench: Bench, *statements: str) -> None:
    connection = await asyncpg.connect(bench.own.owner_url)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


async def test_what_was_written_is_told_of_a_file_that_is_given_up(bench: Bench) -> None:
    await bench.know(*map(cpr, range(10)))

    class FailsLater(DaysHandler):
        async def judge(self, session: WriteSession, batch: Batch) -> Judged[Batch]:
            judged = await super().judge(session, batch)
            found = await session.execute(text("SELECT count(*) FROM day"))
            if found.scalar_one():
                raise RuntimeError
            return judged

    bench.handler = FailsLater()
    sent = await bench.send(FILE)
    for _ in range(8):
        await bench.work()
        bench.clock.forward(seconds=61)
    failed = await bench.receipt(sent.id)
    assert (failed.state, failed.written) == (ReceiptState.FAILED, True)
    assert failed.rows == failed.accepted == await bench.days() > 0


@asynccontextmanager
async def a_slow_worker(bench: Bench) -> AsyncIterator[None]:
    """A worker claims a step, and begins it only after the block has ended."""
    slow, claimed, go_on = bench.worker, asyncio.Event(), asyncio.Event()
    guarded = slow._guarded

    async def late(*given: Any) -> None:
        claimed.set()
        await go_on.wait()
        await guarded(*given)

    slow._guarded = late  # type: ignore[method-assign]
    behind = asyncio.create_task(slow.work_once())
    async with asyncio.timeout(60):
        await claimed.wait()
        try:
            yield
        finally:
            go_on.set()
            await behind


async def test_a_worker_that_was_only_slow_changes_nothing_when_another_has_finished_the_file(bench: Bench) -> None:
    await bench.know(*map(cpr, range(10)))
    sent = await bench.send(FILE)
    async with a_slow_worker(bench):
        await bench.work()
        done = await bench.receipt(sent.id)
    assert counts(done) == (100, 100, 0, 0, 0)
    assert await bench.receipt(sent.id) == done


async def test_a_worker_that_was_only_slow_does_not_do_a_step_again_that_another_has_done(bench: Bench) -> None:
    """The file is not finished, so only the claim prevents its rows from being staged twice."""
    await bench.know(*map(cpr, range(10)))
    sent = await bench.send(FILE)
    assert sent.chunks > 1
    async with a_slow_worker(bench):
        other = bench.worker
        while (await bench.receipt(sent.id)).chunks_done == 0:
            await other.work_once()
        assert await bench.days() == 0
    await bench.work()
    assert counts(await bench.receipt(sent.id)) == (100, 100, 0, 0, 0)
