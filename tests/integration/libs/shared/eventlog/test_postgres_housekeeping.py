"""The records that compaction and retention remove, and those that they must keep."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from datetime import timedelta

import asyncpg
import pytest

from libs.shared.db.bootstrap import bootstrap
from libs.shared.db.roles import SharedRoles
from libs.shared.eventlog.port import LogUnavailable, Outgoing, TopicPartition, TopicSpec
from libs.shared.eventlog.postgres import PostgresEventLog
from libs.shared.eventlog.postgres.connection import Connections
from libs.shared.eventlog.postgres.housekeeping import compact
from libs.shared.eventlog.postgres.migrate import migrate
from tests.contract.eventlog.support import group_name, outgoing, read
from tests.realparts.databases import drop, log_roles_of
from tests.realparts.eventlogs import QUICK, append


@pytest.fixture
async def roles(postgres_dsn: str) -> AsyncIterator[SharedRoles]:
    """A database for this test alone, because housekeeping treats all topics; not yet migrated."""
    name = f"t_{secrets.token_hex(6)}"
    made = log_roles_of(postgres_dsn, name)
    await bootstrap(postgres_dsn, [made])
    yield made
    await drop(postgres_dsn, name)


@pytest.fixture
async def log(roles: SharedRoles) -> AsyncIterator[PostgresEventLog]:
    await migrate(roles.owner_url)
    made = PostgresEventLog(roles.owner_url, client_id="test", times=QUICK)
    await made.start()
    yield made
    await made.close()


async def keys_left(log: PostgresEventLog, topic: str) -> list[tuple[int, str, bytes | None]]:
    member = log.consumer(group_name(), [topic])
    await member.start()
    found = await member.poll(max_records=1000, wait_seconds=0.3)
    await member.close()
    return [(record.offset, record.key, record.value) for record in found]


async def test_compaction_keeps_the_last_record_of_each_key(log: PostgresEventLog) -> None:
    await log.apply_topics([TopicSpec("t", 1, compacted=True)])
    await append(log, outgoing("t", ["a", "b", "a", "c", "a", "b"]))
    (tidied,) = await log.compact()
    assert (tidied.topic, tidied.partition, tidied.removed) == ("t", 0, 3)
    assert await keys_left(log, "t") == [(3, "c", b"3"), (4, "a", b"4"), (5, "b", b"5")]
    assert await log.compact() == []
    assert await log.end_offsets(["t"]) == {TopicPartition("t", 0): 6}


async def test_nothing_beyond_the_smallest_committed_offset_is_touched(log: PostgresEventLog) -> None:
    await log.apply_topics([TopicSpec("t", 1, compacted=True)])
    await append(log, outgoing("t", ["a"] * 6))
    at = TopicPartition("t", 0)
    for place in (2, 5):
        member = log.consumer(group_name(), ["t"])
        await member.start()
        await read(member, 6)
        await member.commit({at: place})
        await member.close()
    await log.compact()
    assert [offset for offset, _, _ in await keys_left(log, "t")] == [2, 3, 4, 5]


async def test_what_the_lag_limits_goes_though_a_group_has_not_read_it(
    log: PostgresEventLog, roles: SharedRoles
) -> None:
    await log.apply_topics([TopicSpec("t", 1, compacted=True, max_compaction_lag_ms=3_600_000)])
    member = log.consumer(group_name(), ["t"])
    await member.start()
    await append(log, outgoing("t", ["a", "b", "a"]))
    await read(member, 3)
    await member.commit({TopicPartition("t", 0): 1})
    await member.close()
    connection = await asyncpg.connect(roles.owner_url)
    await connection.execute("UPDATE record SET created = created - interval '2 hours'")
    await connection.close()
    await append(log, outgoing("t", ["b"]))
    await log.compact()
    assert [(offset, key) for offset, key, _ in await keys_left(log, "t")] == [(1, "b"), (2, "a"), (3, "b")]


async def test_a_tombstone_goes_after_its_time_and_the_lag_stays_true(
    log: PostgresEventLog, roles: SharedRoles
) -> None:
    await log.apply_topics([TopicSpec("t", 1, compacted=True)])
    await append(log, [Outgoing("t", "a", b"1"), Outgoing("t", "b", b"2"), Outgoing("t", "a", None)])
    await log.compact()
    assert [offset for offset, _, _ in await keys_left(log, "t")] == [1, 2]
    connections = Connections(roles.owner_url, client_id="test", size=1)
    await connections.open()
    await compact(connections, tombstones_kept=timedelta(0))
    await connections.close()
    assert [offset for offset, _, _ in await keys_left(log, "t")] == [1]
    member = log.consumer(group_name(), ["t"])
    await member.start()
    found = await read(member, 1)
    await member.commit({found[0].at: 2})
    assert await member.lag() == {TopicPartition("t", 0): 0}, "the end that was compacted away is not waited for"
    await append(log, outgoing("t", ["c"]))
    assert [record.offset for record in await read(member, 1)] == [3]
    await member.close()


async def test_retention_takes_only_what_is_older(log: PostgresEventLog, roles: SharedRoles) -> None:
    specs = [TopicSpec("short", 1, compacted=False, retention_hours=1), TopicSpec("kept", 1, compacted=False)]
    await log.apply_topics(specs)
    for topic in ("short", "kept"):
        await append(log, outgoing(topic, ["a", "a", "b"]))
    connection = await asyncpg.connect(roles.owner_url)
    await connection.execute("UPDATE record SET created = created - interval '2 hours' WHERE \"offset\" < 2")
    await connection.close()
    await log.compact()
    assert [offset for offset, _, _ in await keys_left(log, "short")] == [2]
    assert [offset for offset, _, _ in await keys_left(log, "kept")] == [0, 1, 2]


async def test_only_one_process_tidies_at_a_time(log: PostgresEventLog, roles: SharedRoles) -> None:
    await log.apply_topics([TopicSpec("t", 1, compacted=True)])
    await append(log, outgoing("t", ["a"] * 50))
    done = await asyncio.gather(*(log.compact() for _ in range(4)))
    assert sum(tidied.removed for each in done for tidied in each) == 49


async def test_compaction_beside_a_reader_loses_no_last_state(log: PostgresEventLog) -> None:
    await log.apply_topics([TopicSpec("t", 2, compacted=True)])
    member = log.consumer(group_name(), ["t"])
    await member.start()
    state: dict[str, bytes | None] = {}

    async def write() -> None:
        for turn in range(30):
            await append(log, [Outgoing("t", f"key-{n}", str(turn).encode()) for n in range(10)])

    async def tidy() -> None:
        for _ in range(10):
            await log.compact()
            await asyncio.sleep(0.01)

    async def follow() -> None:
        while set(state.values()) != {b"29"} or len(state) < 10:
            found = await member.poll(max_records=40, wait_seconds=2)
            state.update({record.key: record.value for record in found})
            await member.commit({record.at: record.offset + 1 for record in found})

    async with asyncio.timeout(30):
        await asyncio.gather(write(), tidy(), follow())
    await member.close()


async def test_migrating_many_times_at_once_takes_each_step_once(roles: SharedRoles) -> None:
    lines = await asyncio.gather(*(migrate(roles.owner_url) for _ in range(6)))
    assert sorted(map(len, lines)) == [0, 0, 0, 0, 0, 1]


async def test_all_tables_are_logged(log: PostgresEventLog, roles: SharedRoles) -> None:
    connection = await asyncpg.connect(roles.owner_url)
    kinds = await connection.fetch("SELECT relpersistence FROM pg_class WHERE relnamespace = 'public'::regnamespace")
    await connection.close()
    assert {row["relpersistence"] for row in kinds} == {b"p"}


async def test_a_database_not_migrated_is_told_as_unavailable(roles: SharedRoles) -> None:
    log = PostgresEventLog(roles.owner_url, client_id="test")
    with pytest.raises(LogUnavailable, match="not migrated"):
        await log.start()
    await log.close()
