"""A file is cancelled on request, by its municipality or by ops; rows that were written stay."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import text

from libs.shared.base.errors import NotFound
from libs.shared.db.database import WriteSession
from libs.shared.db.scope import Scope
from libs.shared.imports.batch import Batch, Judged
from libs.shared.imports.problems import KeyReused, UploadTakenOver
from libs.shared.imports.receipts.receipt import Atomic, ReceiptState
from libs.shared.imports.worker.cancelling import AlreadyFinal, cancel, imports_command
from tests.factories.import_bench import Bench, counts
from tests.factories.imported import DaysHandler, cpr, day_file, day_lines
from tests.integration.libs.shared.imports.test_limits import left

FILE = day_file(day_lines(300))
OURS = Scope.of("101")


async def test_a_queued_file_is_ended_and_never_begun(bench: Bench) -> None:
    sent = await bench.send(FILE)
    ended = await cancel(bench.db, OURS, sent.id, bench.clock)
    assert (ended.state, ended.written, ended.final) == (ReceiptState.CANCELLED, False, True)
    await bench.work()
    assert await bench.receipt(sent.id) == replace(ended, phase=None)
    assert await left(bench) == 0


async def test_a_file_that_is_worked_on_is_ended_after_the_step_under_way_and_tells_what_was_written(
    bench: Bench,
) -> None:
    await bench.know(*map(cpr, range(10)))
    reached, go_on = asyncio.Event(), asyncio.Event()

    class Slow(DaysHandler):
        async def write(self, session: WriteSession, batch: Batch, judged: Judged[Batch]) -> None:
            await super().write(session, batch, judged)
            reached.set()
            await go_on.wait()

    bench.handler = Slow()
    sent = await bench.send(FILE)
    working = asyncio.create_task(bench.work())
    async with asyncio.timeout(60):
        await reached.wait()
        ending = asyncio.create_task(cancel(bench.db, OURS, sent.id, bench.clock))
        await asyncio.sleep(0.2)
        assert not ending.done()
        go_on.set()
        ended = await ending
        await working
    assert (ended.state, ended.written) == (ReceiptState.CANCELLED, True)
    assert counts(ended) == (await bench.days(), await bench.days(), 0, 0, 0)
    assert 0 < ended.accepted < 300
    assert await bench.receipt(sent.id) == replace(ended, phase=None)
    assert await left(bench) == 0


async def test_an_upload_that_is_still_coming_in_is_ended_and_its_sender_is_told(bench: Bench) -> None:
    almost, go_on = asyncio.Event(), asyncio.Event()
    whole = day_file(day_lines(3_000, pupils=300))

    async def body() -> AsyncIterator[bytes]:
        yield whole[:-2_000]
        almost.set()
        await go_on.wait()
        yield whole[-2_000:]

    sending = asyncio.create_task(bench.send(body()))
    async with asyncio.timeout(30):
        await almost.wait()
        found = await unfinished(bench)
        await cancel(bench.db, OURS, found[0], bench.clock)
        go_on.set()
        with pytest.raises((UploadTakenOver, KeyReused)):
            await sending
    await bench.work()
    assert (await bench.receipt(found[0])).state is ReceiptState.CANCELLED
    assert await left(bench) == 0


async def unfinished(bench: Bench) -> list[UUID]:
    async with bench.db.read(OURS) as session:
        return list((await session.execute(text("SELECT id FROM import_receipt WHERE state = 'receiving'"))).scalars())


@pytest.mark.parametrize("atomic", list(Atomic))
async def test_a_final_file_cannot_be_ended_and_one_that_was_stays_so(bench: Bench, atomic: Atomic) -> None:
    done = await bench.done(FILE, atomic=atomic)
    with pytest.raises(AlreadyFinal):
        await cancel(bench.db, OURS, done.id, bench.clock)
    ended = await cancel(bench.db, OURS, (await bench.send(FILE, "next")).id, bench.clock)
    assert await cancel(bench.db, OURS, ended.id, bench.clock) == ended


async def test_the_next_file_of_the_municipality_goes_on(bench: Bench) -> None:
    sent = await bench.send(FILE)
    bench.clock.forward(seconds=1)
    behind = await bench.send(FILE, "behind")
    await cancel(bench.db, OURS, sent.id, bench.clock)
    await bench.work()
    assert (await bench.receipt(behind.id)).state is ReceiptState.COMPLETED


async def test_another_municipalitys_file_is_not_there(bench: Bench) -> None:
    sent = await bench.send(FILE)
    with pytest.raises(NotFound):
        await cancel(bench.db, Scope.of("147"), sent.id, bench.clock)
    assert (await bench.receipt(sent.id)).state is ReceiptState.QUEUED


async def test_ops_ends_files_of_any_municipality_by_a_command(bench: Bench) -> None:
    sent, other = await bench.send(FILE), await bench.send(FILE, code="147")
    told: list[str] = []
    ids = [str(sent.id), str(other.id)]
    assert await imports_command(["cancel", *ids], db=bench.db, clock=bench.clock, write=told.append) == 0
    assert told == [f"{each}: cancelled\n" for each in ids]
    assert (await bench.receipt(other.id, "147")).state is ReceiptState.CANCELLED
    done = await bench.done(FILE, "done")
    assert await imports_command(["cancel", str(done.id)], db=bench.db, clock=bench.clock, write=told.append) == 1
    assert told[-1] == f"{done.id}: has come to its end already\n"
