"""A worker's loop waits while its database is away, and then continues."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import text

from libs.shared.db.database import Database
from libs.shared.events.background import Background
from libs.shared.events.backoff import Backoff
from tests.factories.events import rows, service_database, until
from tests.factories.logs import events, logged
from tests.factories.wire import Wire, wire_to
from tests.realparts.databases import MakeDatabase, OwnDatabase

QUICK = Backoff(first=0.05, most=0.2)


class Counting:
    """Work that adds one to a row, and counts what was committed."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self.done = 0

    async def __call__(self) -> bool:
        async with self._db.write() as session:
            await session.execute(text("UPDATE aggregate SET version = version + 1"))
        self.done += 1
        return False


@pytest.fixture
async def own(make_database: MakeDatabase) -> OwnDatabase:
    made = await service_database(make_database)
    await rows(made, "INSERT INTO aggregate VALUES ('a', 0)")
    return made


@asynccontextmanager
async def at_work(loop: Background) -> AsyncIterator[asyncio.Task[None]]:
    """Run the loop inside the block; an exception of the loop fails the test."""
    stop = asyncio.Event()
    task = asyncio.create_task(loop.run(stop))
    try:
        yield task
    finally:
        stop.set()
        async with asyncio.timeout(30):
            await task


async def more_is_done(work: Counting) -> None:
    before = work.done

    async def more() -> bool:
        return work.done > before + 1

    await until(more)


async def test_a_loop_rides_out_sessions_that_the_server_ends(own: OwnDatabase) -> None:
    work = Counting(own.db)
    loop = Background("counting", work, db=own.db, poll_seconds=0.02, channel="things", backoff=QUICK)
    async with at_work(loop) as task:
        for _ in range(3):
            await more_is_done(work)
            ended = (
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()"
            )
            await rows(own, ended, own.name)
        await more_is_done(work)
        assert not task.done()
    (row,) = await rows(own, "SELECT version FROM aggregate")
    assert row["version"] >= work.done


async def test_a_loop_rides_out_a_server_that_is_gone_and_tells_of_it(own: OwnDatabase) -> None:
    async with wire_to(own.app_url) as wire:
        db = Database(wire.address(own.app_url))
        work = Counting(db)
        loop = Background("counting", work, db=db, poll_seconds=0.02, channel="things", backoff=QUICK)
        with logged() as lines:
            async with at_work(loop) as task:
                await more_is_done(work)
                await away_for_a_while(wire, failures=lambda: _failures(lines.getvalue()))
                await more_is_done(work)
                assert not task.done()
                assert loop.stuck() is None
        told = [line for line in events(lines) if line["event"] == "loop.failed"]
        assert {line["level"] for line in told} == {"warning"}
        assert {line["loop"] for line in told} == {"counting"}
        await db.close()


async def away_for_a_while(wire: Wire, *, failures: Callable[[], int]) -> None:
    await wire.cut()

    async def tried_again() -> bool:
        return failures() > 2

    await until(tried_again)
    await wire.restore()


def _failures(lines: str) -> int:
    return lines.count('"loop.failed"')


async def test_a_wrong_statement_is_told_as_an_error_and_does_not_end_the_other_loops(own: OwnDatabase) -> None:
    async def wrong() -> bool:
        async with own.db.write() as session:
            await session.execute(text("SELECT * FROM no_such_table"))
        return True

    with logged() as lines:
        async with at_work(Background("wrong", wrong, db=own.db, poll_seconds=0.02, backoff=QUICK)) as task:

            async def told() -> bool:
                return _failures(lines.getvalue()) > 1

            await until(told)
            assert not task.done()
    assert {line["level"] for line in events(lines)} == {"error"}


async def test_an_error_of_the_program_ends_the_loop(own: OwnDatabase) -> None:
    async def wrong() -> bool:
        raise KeyError("Canary")

    with pytest.raises(KeyError):
        await Background("wrong", wrong, db=own.db, poll_seconds=0.02).run(asyncio.Event())


async def test_a_loop_is_stuck_while_a_step_does_not_end_and_only_then(own: OwnDatabase) -> None:
    going_on = asyncio.Event()

    async def hangs() -> bool:
        await going_on.wait()
        return False

    loop = Background("hanging", hangs, db=own.db, poll_seconds=60, stuck_seconds=0.05)
    assert loop.stuck() is None
    async with at_work(loop):

        async def stuck() -> bool:
            return loop.stuck() is not None

        await until(stuck)
        assert "hanging" in (loop.stuck() or "")
        going_on.set()

        async def free() -> bool:
            return loop.stuck() is None

        await until(free)
