"""Nothing waits longer than its stated limit, whatever the server, a client or the network does."""

import asyncio
import socket
import time
from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from libs.shared.db.address import Address
from libs.shared.db.connecting import connect
from libs.shared.db.database import Database, raw
from libs.shared.db.limits import ConnectionLimits, WorkLimits
from libs.shared.eventlog.port import LogUnavailable
from libs.shared.eventlog.postgres.connection import Connections
from libs.shared.events.failures import passes
from libs.shared.events.relay import Relay
from libs.shared.observability.failures import sqlstate
from tests.factories.events import QUICK_RELAY, absence_outbox, month, rows, service_database, until
from tests.factories.own_topics import memory_log
from tests.integration.libs.shared.db.silence import network_to
from tests.realparts.databases import MakeDatabase

QUICK = ConnectionLimits(connect_seconds=1.0, ping_seconds=0.5, pool_seconds=1.0, idle_session_seconds=2.0)
SHORT = WorkLimits(statement_seconds=0.5, lock_seconds=0.3, idle_seconds=0.5, answer_seconds=0.5)
ENDS = 20.0
"""What a slow machine may take for a second's work; without limits these tests would wait for minutes."""


async def test_requests_on_pooled_connections_that_fell_silent_end_in_time_and_get_new_ones(
    make_database: MakeDatabase,
) -> None:
    own = await make_database()
    async with network_to(own.app_url) as network:
        db = Database(network.address(own.app_url), limits=QUICK)
        await asyncio.gather(*(db.check() for _ in range(5)))
        network.fall_silent()
        async with asyncio.timeout(ENDS):
            await asyncio.gather(*(db.check() for _ in range(5)))
        await db.close()


async def test_while_the_whole_server_is_silent_requests_fail_in_time_and_afterwards_they_work(
    make_database: MakeDatabase,
) -> None:
    own = await make_database()
    async with network_to(own.app_url) as network:
        db = Database(network.address(own.app_url), limits=QUICK)
        await asyncio.gather(*(db.check() for _ in range(5)))
        network.fall_silent(new_too=True)
        async with asyncio.timeout(ENDS):
            failures = await asyncio.gather(*(db.check() for _ in range(10)), return_exceptions=True)
        assert all(isinstance(failure, Exception) and passes(failure) for failure in failures), failures
        network.recover()
        async with asyncio.timeout(ENDS):
            await asyncio.gather(*(db.check() for _ in range(5)))
        await db.close()


@pytest.mark.parametrize("way", ["statement", "copy", "commit"])
async def test_a_server_that_falls_silent_within_a_transaction_costs_its_connection_and_no_more(
    make_database: MakeDatabase, way: str
) -> None:
    own = await make_database()
    async with network_to(own.app_url) as network:
        db = Database(network.address(own.app_url), pool=1, limits=QUICK, work=SHORT)

        async def request() -> None:
            async with db.write() as session:
                await session.execute(text("CREATE TEMPORARY TABLE t (n int)"))
                network.fall_silent()
                if way == "statement":
                    await session.execute(text("SELECT 1"))
                elif way == "copy":
                    await (await raw(session)).copy_records_to_table("t", records=[(1,)])

        async with asyncio.timeout(ENDS):
            with pytest.raises(TimeoutError):
                await request()
            await db.check()
        await db.close()


async def test_a_statement_that_takes_too_long_is_ended_by_the_server_and_its_connection_stays(
    make_database: MakeDatabase,
) -> None:
    own = await make_database()
    db = Database(own.app_url, pool=1, work=replace(SHORT, answer_seconds=30.0))

    async def process() -> int:
        async with db.read() as session:
            return int((await session.execute(text("SELECT pg_backend_pid()"))).scalar_one())

    before = await process()
    with pytest.raises(Exception, match="statement timeout") as caught:
        async with db.read() as session:
            await session.execute(text("SELECT pg_sleep(60)"))
    assert sqlstate(caught.value) == "57014"
    assert await process() == before
    await db.close()


async def test_work_that_may_take_longer_does_and_the_next_request_on_its_connection_may_not(
    make_database: MakeDatabase,
) -> None:
    own = await make_database()
    db = Database(own.app_url, pool=1, work=replace(SHORT, statement_seconds=0.2, answer_seconds=0.1))
    longer = db.within(WorkLimits(statement_seconds=60.0))
    async with longer.read() as session:
        await session.execute(text("SELECT pg_sleep(0.8)"))  # longer than both sides allow a request
    async with longer.moment() as session:
        await session.execute(text("SELECT pg_sleep(0.8)"))
    async with asyncio.timeout(ENDS):
        with pytest.raises(Exception, match="statement timeout"):
            async with db.read() as session:
                await session.execute(text("SELECT pg_sleep(60)"))
    await db.close()


async def test_this_side_gives_up_by_the_limits_of_the_transaction_and_not_of_the_one_before(
    make_database: MakeDatabase,
) -> None:
    own = await make_database()
    async with network_to(own.app_url) as network:
        db = Database(network.address(own.app_url), pool=1, limits=QUICK, work=SHORT)
        async with db.within(WorkLimits(statement_seconds=600.0)).read():
            pass

        async def request() -> None:
            async with db.read() as session:
                network.fall_silent()
                await session.execute(text("SELECT 1"))

        async with asyncio.timeout(ENDS):
            with pytest.raises(TimeoutError):
                await request()
        await db.close()


async def test_a_lock_is_waited_for_as_long_as_stated_and_its_failure_passes(make_database: MakeDatabase) -> None:
    own = await make_database()
    db = Database(own.app_url, work=replace(SHORT, statement_seconds=60.0, idle_seconds=60.0))
    async with db.write() as holder:
        await holder.execute(text("SELECT pg_advisory_xact_lock(1)"))
        async with asyncio.timeout(ENDS):
            with pytest.raises(Exception, match="lock timeout") as caught:
                async with db.write() as session:
                    await session.execute(text("SELECT pg_advisory_xact_lock(1)"))
    assert sqlstate(caught.value) == "55P03"
    assert passes(caught.value)
    await db.close()


async def test_a_transaction_that_nobody_goes_on_with_is_ended_by_the_server(make_database: MakeDatabase) -> None:
    own = await make_database()
    db = Database(own.app_url, pool=1, work=SHORT)

    async def hesitate() -> None:
        async with db.write() as session:
            await asyncio.sleep(1.5)
            await session.execute(text("SELECT 1"))

    with pytest.raises(DBAPIError) as caught:
        await hesitate()
    assert passes(caught.value)
    await db.check()
    await db.close()


async def test_who_finds_all_connections_in_use_is_told_in_time(make_database: MakeDatabase) -> None:
    own = await make_database()
    db = Database(own.app_url, pool=1, limits=replace(QUICK, pool_seconds=0.2))
    async with db.read():
        with pytest.raises(PoolTimeout) as caught:
            async with asyncio.timeout(ENDS):
                await db.check()
    assert passes(caught.value)
    await db.check()
    await db.close()


async def test_a_relay_that_fell_silent_loses_the_lock_and_a_standby_takes_over(make_database: MakeDatabase) -> None:
    own, log = await service_database(make_database), await memory_log("g")
    async with network_to(own.app_url) as network:
        far = Database(network.address(own.app_url), limits=QUICK)
        first, second = (Relay(db, log, name="absence_ingest", settings=QUICK_RELAY) for db in (far, own.db))
        first_runs = asyncio.create_task(first.run(asyncio.Event()))

        async def active() -> bool:
            return first.active

        await until(active)
        second_runs = asyncio.create_task(second.run(asyncio.Event()))
        network.fall_silent(new_too=True)
        since = time.monotonic()
        async with own.db.write() as session:
            await absence_outbox().add(session, month())

        async def published() -> bool:
            return not await rows(own, "SELECT 1 FROM outbox WHERE published_at IS NULL")

        async with asyncio.timeout(ENDS):
            await until(published)
        assert second.active
        assert time.monotonic() - since > QUICK.idle_session_seconds / 2  # the idle limit ended the silent connection
        for task in (first_runs, second_runs):
            task.cancel()
        await asyncio.gather(first_runs, second_runs, return_exceptions=True)
        await far.close()


async def test_both_sides_notice_by_tcp_that_the_other_is_gone(make_database: MakeDatabase) -> None:
    own = await make_database()
    connection = await connect(Address.parse(own.app_url), application_name="t", silent_seconds=30.0)
    found = connection._transport.get_extra_info("socket")
    assert found.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
    assert found.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == 10
    assert found.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 20_000
    told = {
        name: await connection.fetchval(f"SHOW {name}")
        for name in ("tcp_keepalives_idle", "tcp_keepalives_interval", "tcp_keepalives_count", "tcp_user_timeout")
    }
    assert told == {
        "tcp_keepalives_idle": "10",
        "tcp_keepalives_interval": "5",
        "tcp_keepalives_count": "3",
        "tcp_user_timeout": "20000",
    }
    assert await connection.fetchval("SHOW idle_session_timeout") == "30s"
    await connection.close()


async def test_the_event_logs_connections_that_fell_silent_are_told_as_unavailable_and_replaced(
    make_database: MakeDatabase,
) -> None:
    own = await make_database()
    async with network_to(own.app_url) as network:
        connections = Connections(network.address(own.app_url), client_id="t", size=3, limits=QUICK, work=SHORT)
        with pytest.raises(LogUnavailable, match="not migrated"):
            await connections.open()

        async def ask() -> None:
            async with connections.connection() as connection:
                await connection.execute("SELECT pg_sleep(0.1)")

        await asyncio.gather(*(ask() for _ in range(3)))
        network.fall_silent()
        async with asyncio.timeout(ENDS):
            with pytest.raises(LogUnavailable):
                await ask()
            await asyncio.gather(*(ask() for _ in range(3)))
        await connections.close()
