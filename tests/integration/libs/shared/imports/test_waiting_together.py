"""An arrival and a row that waits for it commit in every order, and the last one sees the other. No lock is needed."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from libs.shared.db.database import WriteSession
from libs.shared.db.scope import Scope
from libs.shared.imports.batch import Batch, Judged
from libs.shared.imports.parked import due
from tests.factories.import_bench import Bench
from tests.factories.imported import cpr, day_file, day_lines
from tests.factories.waiting import Placing, arrive, keys_of, now_waiting, pupil_of, replay, replayer, write_arrival

FILE = day_file(day_lines(40, pupils=2))


class Pausing(Placing):
    """Pauses after it has judged, until ``go_on``: in an import (``of_replay`` False) or in a replay."""

    def __init__(self, *, of_replay: bool) -> None:
        super().__init__()
        self.of_replay = of_replay
        self.judged, self.go_on = asyncio.Event(), asyncio.Event()

    async def judge(self, session: WriteSession, batch: Batch) -> Judged[Batch]:
        judged = await super().judge(session, batch)
        if batch.replay is self.of_replay:
            self.judged.set()
            async with asyncio.timeout(30):
                await self.go_on.wait()
        return judged


@asynccontextmanager
async def arriving(bench: Bench, *numbers: str) -> AsyncIterator[None]:
    """A pupil event whose transaction is open inside the block."""
    async with bench.db.write(Scope.of("101")) as session:
        await write_arrival(session, keys_of(bench, *numbers))
        yield


async def test_the_arrival_commits_between_an_imports_look_and_its_commit(bench: Bench) -> None:
    bench.handler = handler = Pausing(of_replay=False)
    sent = await bench.send(FILE)
    importing = asyncio.create_task(bench.work())
    async with asyncio.timeout(30):
        await handler.judged.wait()
        await arrive(bench, cpr(0), cpr(1))
        await replay(bench)
        handler.go_on.set()
        await importing
    await replay(bench)
    assert (await now_waiting(bench, sent), await bench.days()) == (0, 40)


async def test_the_import_commits_and_is_looked_at_while_the_arrival_is_open(bench: Bench) -> None:
    async with arriving(bench, cpr(0), cpr(1)):
        receipt = await bench.done(FILE)
        await replay(bench)
        assert await now_waiting(bench, receipt) == 40
    await replay(bench)
    assert (await now_waiting(bench, receipt), await bench.days()) == (0, 40)


async def test_the_arrival_commits_between_a_replays_look_and_its_commit(bench: Bench) -> None:
    receipt = await bench.done(FILE)
    bench.handler = handler = Pausing(of_replay=True)
    playing = asyncio.create_task(replayer(bench).step())
    async with asyncio.timeout(30):
        await handler.judged.wait()
        await arrive(bench, cpr(0), cpr(1))
        handler.go_on.set()
        await playing
    assert await bench.days() == 0
    await replay(bench)
    assert (await now_waiting(bench, receipt), await bench.days()) == (0, 40)


async def test_the_rows_are_sent_again_between_a_replays_look_and_its_locks(bench: Bench) -> None:
    await bench.done(FILE, "first")
    await arrive(bench, cpr(0))

    class Late(Placing):
        async def lock(self, session: WriteSession, batch: Batch) -> None:
            if batch.replay and not again.done():
                again.set_result(await bench.done(FILE, "second"))
            await super().lock(session, batch)

    again: asyncio.Future[object] = asyncio.get_running_loop().create_future()
    bench.clock.forward(seconds=1)
    bench.handler = Late()
    await replay(bench)
    assert again.done()
    assert await bench.days() == 20


async def test_a_note_with_a_lower_number_that_is_committed_later_is_not_passed_over(bench: Bench) -> None:
    receipt = await bench.done(FILE)
    await replay(bench)
    async with bench.db.write(Scope.of("101")) as early:
        await due(early, "101", pupils=[pupil_of(keys_of(bench, cpr(0))[0])])
        await arrive(bench, cpr(1))
        await replay(bench)
        await write_arrival(early, keys_of(bench, cpr(0)))
    await replay(bench)
    assert (await now_waiting(bench, receipt), await bench.days()) == (0, 40)


async def test_a_note_about_more_rows_than_are_marked_at_once_reaches_them_all(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("libs.shared.imports.parked.news.MARKED_AT_ONCE", 7)
    receipt = await bench.done(FILE)
    await replay(bench)
    await arrive(bench, cpr(0), cpr(1))
    await replay(bench, rows_at_once=5)
    assert (await now_waiting(bench, receipt), await bench.days()) == (0, 40)


async def test_several_workers_events_and_files_at_once_end_without_a_deadlock_and_nothing_is_missed(
    bench: Bench,
) -> None:
    pupils, order = 8, random.Random(10)  # noqa: S311 - a test that can be repeated
    ended = asyncio.Event()

    async def play() -> None:
        player = replayer(bench, rows_at_once=15)
        while not ended.is_set():
            if not await player.step():
                await asyncio.sleep(0.02)

    async def send(number: int) -> None:
        lines = day_lines(120, pupils=pupils)
        order.shuffle(lines)
        await bench.send(day_file(lines), f"file-{number}")
        await bench.work()

    async def tell() -> None:
        for number in order.sample(range(pupils), pupils):
            await arrive(bench, cpr(number))
            await asyncio.sleep(order.random() / 20)

    players = [asyncio.create_task(play()) for _ in range(2)]
    async with asyncio.timeout(60):
        await asyncio.gather(*(send(number) for number in range(3)), tell())
    ended.set()
    await asyncio.gather(*players)
    await bench.work()
    await replay(bench)
    assert await bench.days() == 120
