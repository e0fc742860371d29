"""Files of several municipalities: small ones overtake large ones, and none waits for ever."""

import asyncio
from dataclasses import replace

from sqlalchemy import text

from libs.shared.db.database import WriteSession
from libs.shared.db.scope import Access, Scope
from libs.shared.imports.batch import Batch, Judged
from libs.shared.imports.http.api import wait_until_final
from libs.shared.imports.receipts.receipt import Receipt, ReceiptState
from libs.shared.imports.worker.queue import Lane, candidates
from tests.factories.import_bench import Bench, counts
from tests.factories.imported import DAYS, DaysHandler, cpr, day_file, day_lines

LARGE = day_file(day_lines(600, pupils=100))
SMALL = day_file(day_lines(20))


async def states(bench: Bench, sent: dict[str, Receipt]) -> dict[str, ReceiptState]:
    return {code: (await bench.receipt(receipt.id, code)).state for code, receipt in sent.items()}


async def test_a_small_file_overtakes_a_large_one_of_another_municipality_and_both_are_done(bench: Bench) -> None:
    sent = {"101": await bench.send(LARGE)}
    worker = bench.worker
    for _ in range(5):
        await worker.work_once()
    bench.clock.forward(seconds=1)
    sent["147"] = await bench.send(SMALL, code="147")
    rounds = 0
    while (await states(bench, sent))["147"] is not ReceiptState.COMPLETED:
        await worker.work_once()
        rounds += 1
    assert rounds <= 6
    assert (await states(bench, sent))["101"] is ReceiptState.WORKING
    await bench.work()
    assert counts(await bench.receipt(sent["101"].id))[0] == 600


async def test_a_large_file_goes_on_however_many_small_ones_come(bench: Bench) -> None:
    large = await bench.send(LARGE)
    worker = bench.worker
    number = 0
    while not (await bench.receipt(large.id)).final:
        bench.clock.forward(seconds=1)
        code = str(200 + number % 300)
        await bench.send(SMALL, f"small {number}", code=code)
        number += 1
        await worker.work_once()
        assert number < 200
    assert counts(await bench.receipt(large.id)) == (600, 0, 0, 600, 0)


async def test_a_kind_that_waits_for_another_is_not_begun_before_it(bench: Bench) -> None:
    first = await bench.send(SMALL)
    bench.clock.forward(seconds=1)
    later = replace(DAYS, name="later", after=("days",))
    sent = await bench.send(SMALL, "later", kind="later")
    kinds = type(bench.kinds)([(DAYS, bench.handler), (later, bench.handler)])
    async with bench.db.read(Scope(access=Access.IMPORT_WORKER)) as session:
        for lane in Lane:
            found = await candidates(session, kinds, lane, bench.clock(), {})
            assert [each.id for each in found] == [first.id]
    assert sent.state is ReceiptState.QUEUED


async def test_both_lanes_are_woken_over_one_connection_and_work_on_one_file_together(bench: Bench) -> None:
    bench.poll_seconds = 600
    bench.kind = replace(DAYS, parallel=True)
    await bench.know(*map(cpr, range(100)))
    together = asyncio.Barrier(2)

    class Meeting(DaysHandler):
        async def write(self, session: WriteSession, batch: Batch, judged: Judged[Batch]) -> None:
            await super().write(session, batch, judged)
            if not met.is_set():
                await together.wait()
                met.set()

    met = asyncio.Event()
    bench.handler = Meeting()
    stop = asyncio.Event()
    running = asyncio.create_task(bench.worker.run(stop))
    async with asyncio.timeout(60):
        await until_listening(bench)
        sent = await bench.send(LARGE)
        await wait_until_final(bench.db, sent, 50)
        stop.set()
        await running
    assert met.is_set()
    assert counts(await bench.receipt(sent.id)) == (600, 600, 0, 0, 0)


async def until_listening(bench: Bench) -> None:
    """Wait until one connection listens for both lanes, and both have found nothing to do."""
    while await listening(bench) == 0:  # noqa: ASYNC110 - the server sends no event
        await asyncio.sleep(0.05)
    await asyncio.sleep(1)
    assert await listening(bench) == 1


async def listening(bench: Bench) -> int:
    async with bench.db.read(Scope.of("101")) as session:
        found = await session.execute(
            text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query ILIKE 'LISTEN%'")
        )
        return int(found.scalar_one())


async def test_a_municipality_with_many_files_does_not_keep_another_waiting(bench: Bench) -> None:
    """The short lane takes the other's file last, because it is the largest; in the long lane municipalities take
    turns.
    """
    for number in range(12):
        await bench.send(SMALL, f"small {number}")
    bench.clock.forward(seconds=1)
    other = await bench.send(LARGE, code="147")
    worker = bench.worker
    for _ in range(20):
        bench.clock.forward(seconds=1)
        await worker.work_once()
    async with bench.db.read(Scope(access=Access.IMPORT_WORKER)) as session:
        waiting = await candidates(session, bench.kinds, Lane.SHORT, bench.clock(), {})
    assert "101" in {each.municipality_code for each in waiting}
    assert (await bench.receipt(other.id, "147")).chunks_done >= 3
