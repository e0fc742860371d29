"""Every transient failure is answered 503 with Retry-After; an error of the program is answered 500.

Each failure is really caused behind a real route. An exception that is only raised by the test says so.
"""

import asyncio
import errno
import re
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import asyncpg
import httpx
import pytest
from fastapi import APIRouter, FastAPI
from sqlalchemy import event, make_url, text
from sqlalchemy.pool import QueuePool

from libs.shared.db.database import Database, raw
from libs.shared.observability.metrics import Metrics
from tests.factories.events import rows
from tests.factories.service import Tokens, app_of
from tests.factories.wire import silent_port
from tests.realparts.databases import MakeDatabase, OwnDatabase

Act = Callable[[], Awaitable[object]]
Make = Callable[[OwnDatabase, AsyncExitStack], Awaitable[Act]]


def app_with(act: Act, metrics: Metrics) -> FastAPI:
    router = APIRouter()

    @router.get("/v1/act")
    async def acts() -> None:
        await act()

    return app_of("Things", [router], Tokens(), metrics=metrics)


@pytest.fixture
async def own(make_database: MakeDatabase) -> OwnDatabase:
    made = await make_database()
    owner = await asyncpg.connect(made.owner_url)
    await owner.execute("CREATE TABLE thing (n int PRIMARY KEY)")
    await owner.execute("INSERT INTO thing VALUES (1)")
    await owner.close()
    return made


def opened(url: str, stack: AsyncExitStack, *, connect_seconds: float = 0.5) -> Database:
    """A database at that address with one connection and short timeouts."""
    db = Database(url, pool=1)
    pool = db.engine.sync_engine.pool
    assert isinstance(pool, QueuePool)
    pool._timeout = 0.2

    @event.listens_for(db.engine.sync_engine, "do_connect")
    def hurry(_: object, __: object, ___: object, arguments: dict[str, Any]) -> None:
        arguments["timeout"] = connect_seconds

    stack.push_async_callback(db.close)
    return db


def asking(db: Database, *statements: str) -> Act:
    async def act() -> None:
        async with db.write() as session:
            for statement in statements:
                await session.execute(text(statement))

    return act


def elsewhere(url: str, **place: Any) -> str:
    return make_url(url).set(**place).render_as_string(hide_password=False)


async def unknown_host(own: OwnDatabase, stack: AsyncExitStack) -> Act:
    # Ten seconds, as in production: a resolver may answer slowly.
    url = elsewhere(own.app_url, host="no-such-host.invalid")
    return asking(opened(url, stack, connect_seconds=10), "SELECT 1")


async def closed_port(own: OwnDatabase, stack: AsyncExitStack) -> Act:
    return asking(opened(elsewhere(own.app_url, port=1), stack), "SELECT 1")


async def silent_server(own: OwnDatabase, stack: AsyncExitStack) -> Act:
    port = await stack.enter_async_context(silent_port())
    return asking(opened(elsewhere(own.app_url, port=port), stack), "SELECT 1")


async def exhausted_pool(own: OwnDatabase, stack: AsyncExitStack) -> Act:
    db = opened(own.app_url, stack)
    session = await stack.enter_async_context(db.read())
    await session.execute(text("SELECT 1"))
    return asking(db, "SELECT 1")


async def wrong_password(own: OwnDatabase, stack: AsyncExitStack) -> Act:
    return asking(opened(elsewhere(own.app_url, password="another"), stack), "SELECT 1")


async def missing_database(own: OwnDatabase, stack: AsyncExitStack) -> Act:
    return asking(opened(elsewhere(own.admin_url, database="t_never_made"), stack), "SELECT 1")


async def too_many_connections(own: OwnDatabase, stack: AsyncExitStack) -> Act:
    await rows(own, f'ALTER ROLE "{own.name}_app" CONNECTION LIMIT 0')
    return asking(opened(own.app_url, stack), "SELECT 1")


async def ended_session(own: OwnDatabase, stack: AsyncExitStack) -> Act:
    async def act() -> None:
        async with opened(own.app_url, stack).write() as session:
            pid = await session.scalar(text("SELECT pg_backend_pid()"))
            await rows(own, "SELECT pg_terminate_backend($1)", pid)
            await session.execute(text("SELECT 1"))

    return act


async def closed_connection(own: OwnDatabase, stack: AsyncExitStack) -> Act:
    async def act() -> None:
        async with opened(own.app_url, stack).write() as session:
            driver = await raw(session)
            driver.terminate()
            await driver.fetch("SELECT 1")  # without SQLAlchemy, like COPY

    return act


async def replica(own: OwnDatabase, stack: AsyncExitStack) -> Act:
    await rows(own, f'ALTER ROLE "{own.name}_app" SET default_transaction_read_only = on')
    return asking(opened(own.app_url, stack), "INSERT INTO thing VALUES (2)")


async def held_lock(own: OwnDatabase, stack: AsyncExitStack) -> Act:
    session = await stack.enter_async_context(own.db.write())
    await session.execute(text("UPDATE thing SET n = 2"))
    return asking(opened(own.app_url, stack), "SET LOCAL lock_timeout = '50ms'", "UPDATE thing SET n = 3")


async def lost_race(own: OwnDatabase, stack: AsyncExitStack) -> Act:
    async def act() -> None:
        async with opened(own.app_url, stack).engine.connect() as connection:
            await connection.execution_options(isolation_level="REPEATABLE READ")
            await connection.execute(text("SELECT * FROM thing"))
            await asking(own.db, "UPDATE thing SET n = 2")()
            await connection.execute(text("UPDATE thing SET n = 3"))

    return act


async def slow_statement(own: OwnDatabase, stack: AsyncExitStack) -> Act:
    return asking(opened(own.app_url, stack), "SET LOCAL statement_timeout = '50ms'", "SELECT pg_sleep(10)")


async def no_route(own: OwnDatabase, stack: AsyncExitStack) -> Act:
    """Only raised here, because no address is certain to have no route from this machine."""

    async def act() -> None:
        raise OSError(errno.EHOSTUNREACH, "No route to host")

    return act


@pytest.mark.parametrize(
    ("make", "code", "cause"),
    [
        (unknown_host, "dependency.unavailable", "dns"),
        (closed_port, "dependency.unavailable", "connection"),
        (no_route, "dependency.unavailable", "connection"),
        (silent_server, "dependency.unavailable", "timeout"),
        (exhausted_pool, "dependency.unavailable", "pool"),
        (wrong_password, "dependency.unavailable", "password"),
        (missing_database, "dependency.unavailable", "database_missing"),
        (too_many_connections, "dependency.unavailable", "resources"),
        (ended_session, "dependency.unavailable", "shutdown|connection"),  # the message may come before the end, or not
        (closed_connection, "dependency.unavailable", "connection"),
        (replica, "dependency.unavailable", "read_only"),
        (held_lock, "busy", "lock"),
        (lost_race, "busy", "conflict"),
        (slow_statement, "dependency.unavailable", "statement_timeout"),
    ],
    ids=lambda given: given.__name__ if callable(given) else "",
)
async def test_what_passes_by_itself_is_answered_503_with_its_cause_counted(
    own: OwnDatabase, make: Make, code: str, cause: str
) -> None:
    metrics = Metrics(process=False)
    async with AsyncExitStack() as stack:
        answer = await get(app_with(await make(own, stack), metrics))
    assert answer.status_code == 503, answer.text
    assert int(answer.headers["retry-after"]) > 0
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["code"] == code
    assert body["messages"]["da"] != body["messages"]["en"]
    assert "127.0.0.1" not in answer.text
    counted = rf'skoleloeft_unavailable_answers_total{{cause="({cause})"}} 1\.0'
    assert re.search(counted, metrics.exposition()[0].decode())


async def unknown_table(own: OwnDatabase, stack: AsyncExitStack) -> Act:
    return asking(opened(own.app_url, stack), "SELECT * FROM no_such_table")


async def wrong_argument(own: OwnDatabase, stack: AsyncExitStack) -> Act:
    async def act() -> None:
        async with opened(own.app_url, stack).write() as session:
            await session.execute(text("SELECT * FROM thing WHERE n = :n"), {"n": "no number"})

    return act


async def two_at_once_on_one_connection(own: OwnDatabase, stack: AsyncExitStack) -> Act:
    async def act() -> None:
        async with opened(own.app_url, stack).write() as session:
            driver = await raw(session)
            await asyncio.gather(driver.fetch("SELECT pg_sleep(0.1)"), driver.fetch("SELECT 1"))

    return act


async def no_right(own: OwnDatabase, stack: AsyncExitStack) -> Act:
    return asking(opened(own.app_url, stack), "DROP TABLE thing")


async def missing_file(own: OwnDatabase, stack: AsyncExitStack) -> Act:
    async def act() -> None:
        await asyncio.to_thread(open, "/nowhere/at/all")

    return act


@pytest.mark.parametrize("make", [unknown_table, wrong_argument, two_at_once_on_one_connection, no_right, missing_file])
async def test_an_error_of_the_program_stays_500_and_is_not_counted_as_away(own: OwnDatabase, make: Make) -> None:
    metrics = Metrics(process=False)
    async with AsyncExitStack() as stack:
        answer = await get(app_with(await make(own, stack), metrics))
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert "retry-after" not in answer.headers
    assert "skoleloeft_unavailable_answers_total{" not in metrics.exposition()[0].decode()


async def get(app: FastAPI) -> httpx.Response:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://things", timeout=30) as client:
        return await client.get("/v1/act")
