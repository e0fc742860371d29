"""A notification wakes the listener, even after its connection was cut."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import asyncpg
import pytest
import structlog
from sqlalchemy import text

from libs.shared.db import listen as module
from libs.shared.db.connecting import Connection
from libs.shared.db.database import Database
from libs.shared.db.limits import ConnectionLimits
from libs.shared.db.listen import listen
from libs.shared.eventlog.postgres.connection import Connections
from libs.shared.eventlog.postgres.news import CHANNEL, News
from tests.integration.libs.shared.db.silence import network_to
from tests.realparts.databases import MakeDatabase, OwnDatabase

Opened = Callable[[], AbstractAsyncContextManager[Connection]]


async def test_a_notification_wakes_and_silence_times_out(make_database: MakeDatabase) -> None:
    own = await make_database()
    async with listen(own.db, "t") as wake:
        await wake.wait(5)  # the first wake means that listening has begun
        assert not await wake.wait(0.05)
        async with own.db.write() as session:
            await session.execute(text("NOTIFY t"))
        assert await wake.wait(5)


async def test_a_cut_connection_is_opened_again_and_wakes_once_for_what_was_missed(make_database: MakeDatabase) -> None:
    own = await make_database()
    async with listen(own.db, "t") as wake:
        await wake.wait(5)
        async with own.db.write() as session:
            await session.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE application_name LIKE '%-dedicated' AND datname = current_database()"
                )
            )
        assert await wake.wait(10)
        async with own.db.write() as session:
            await session.execute(text("NOTIFY t"))
        assert await wake.wait(5)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("RECONNECT_SECONDS", "ASK_SECONDS", "ANSWER_SECONDS"):
        monkeypatch.setattr(module, name, 0.2)


def failing_first(real: Opened, failures: list[Exception]) -> Opened:
    """Like ``real``, but each of the first calls raises the next of these failures."""

    @asynccontextmanager
    async def opened() -> AsyncIterator[Connection]:
        if failures:
            raise failures.pop(0)
        async with real() as connection:
            yield connection

    return opened


def every_failure() -> list[Exception]:
    """Failures of the driver, and one that is not expected."""
    return [
        asyncpg.InternalClientError("the server ended between two of its answers"),
        asyncpg.InterfaceError("connection is closed"),
        asyncpg.TooManyConnectionsError(),
        ConnectionRefusedError(),
        TimeoutError(),
        RuntimeError("nobody expects this"),
    ]


@pytest.mark.usefixtures("quick")
async def test_listening_survives_every_failure_and_says_so(
    make_database: MakeDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = await make_database()
    failures = every_failure()
    monkeypatch.setattr(own.db, "dedicated", failing_first(own.db.dedicated, failures))
    with structlog.testing.capture_logs() as logs:
        async with listen(own.db, "t") as wake:
            assert await wake.wait(20)
    assert not failures
    assert logs[0]["event"] == "listen.failed"
    assert logs[0]["failure"]["type"].endswith("InternalClientError")


@pytest.mark.usefixtures("quick")
async def test_the_event_logs_listening_survives_every_failure(
    make_database: MakeDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = await make_database()
    connections, failures = Connections(own.app_url, client_id="t", size=1), every_failure()
    monkeypatch.setattr(connections, "dedicated", failing_first(connections.dedicated, failures))
    news = News(connections)
    event = news.subscribe("t:topic")
    async with asyncio.timeout(20):
        await event.wait()  # the first wake means that listening has begun
    assert not failures
    event.clear()
    await notify(own, CHANNEL, "t:topic")
    async with asyncio.timeout(20):
        await event.wait()
    await news.close()


async def notify(own: OwnDatabase, channel: str, payload: str) -> None:
    async with own.db.write() as session:
        await session.execute(text("SELECT pg_notify(:channel, :payload)"), {"channel": channel, "payload": payload})


@pytest.mark.usefixtures("quick")
async def test_a_listening_connection_that_fell_silent_is_opened_again(make_database: MakeDatabase) -> None:
    own = await make_database()
    async with network_to(own.app_url) as network:
        far = Database(network.address(own.app_url))
        async with listen(far, "t") as wake:
            assert await wake.wait(20)
            network.fall_silent()
            assert await wake.wait(20)  # the connection listens again
            await notify(own, "t", "")
            assert await wake.wait(20)
        await far.close()


async def test_a_listening_connection_is_not_ended_for_being_idle(
    make_database: MakeDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ASK_SECONDS", 0.2)
    own = await make_database()
    db = Database(own.app_url, limits=ConnectionLimits(idle_session_seconds=1.0))
    async with listen(db, "t") as wake:
        assert await wake.wait(20)
        assert not await wake.wait(2)  # a lost connection would wake it
    await db.close()


def test_asking_is_far_more_frequent_than_the_server_wants() -> None:
    assert ConnectionLimits().idle_session_seconds > module.ASK_SECONDS + module.ANSWER_SECONDS
