"""The PostgreSQL log with interleaved transactions."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from libs.shared.eventlog.port import LogUnavailable, PartitionLost, Record, TopicPartition, TopicSpec
from libs.shared.eventlog.postgres import PostgresEventLog
from tests.contract.eventlog.support import group_name, nothing_more, outgoing, poll_until, read, values
from tests.realparts.eventlogs import QUICK, append


@pytest.fixture
async def log(eventlog_url: str) -> AsyncIterator[PostgresEventLog]:
    made = PostgresEventLog(eventlog_url, client_id="test", times=QUICK)
    await made.start()
    yield made
    await made.close()


async def topic_of(log: PostgresEventLog, partitions: int) -> str:
    name = f"test.{group_name()}"
    await log.apply_topics([TopicSpec(name, partitions, compacted=True)])
    return name


async def test_no_record_of_a_transaction_still_open_is_skipped(log: PostgresEventLog, eventlog_url: str) -> None:
    """The slow transaction took its offset first; the quick one must not become readable before it."""
    topic = await topic_of(log, 1)
    member = log.consumer(group_name(), [topic])
    await member.start()
    slow_connection, quick_connection = await asyncpg.connect(eventlog_url), await asyncpg.connect(eventlog_url)
    try:
        slow = slow_connection.transaction()
        await slow.start()
        await log.append_in(slow_connection, outgoing(topic, ["slow"], start=0))

        async def append_quickly() -> None:
            async with quick_connection.transaction():
                await log.append_in(quick_connection, outgoing(topic, ["quick"], start=1))

        quick = asyncio.create_task(append_quickly())
        await nothing_more(member)
        assert not quick.done()
        await slow.commit()
        await quick
        found = await read(member, 2)
        assert [record.key for record in found] == ["slow", "quick"]
        assert [record.offset for record in found] == [0, 1]
        await nothing_more(member, 0.2)
    finally:
        await member.close()
        await slow_connection.close()
        await quick_connection.close()


async def test_a_transaction_that_fails_leaves_no_hole(log: PostgresEventLog, eventlog_url: str) -> None:
    topic = await topic_of(log, 1)
    connection = await asyncpg.connect(eventlog_url)
    try:
        failing = connection.transaction()
        await failing.start()
        await log.append_in(connection, outgoing(topic, ["lost"] * 5))
        await failing.rollback()
    finally:
        await connection.close()
    await append(log, outgoing(topic, ["kept"]))
    assert await log.end_offsets([topic]) == {TopicPartition(topic, 0): 1}


async def test_appends_over_the_same_partitions_in_any_order_never_deadlock(log: PostgresEventLog) -> None:
    topics = [await topic_of(log, 3) for _ in range(3)]
    keys = [f"key-{n}" for n in range(9)]

    async def writer(number: int) -> None:
        for turn in range(15):
            order = topics if (number + turn) % 2 else topics[::-1]
            batch = [record for topic in order for record in outgoing(topic, keys)]
            await append(log, batch if turn % 2 else batch[::-1])

    await asyncio.gather(*(writer(number) for number in range(6)))
    assert sum((await log.end_offsets(topics)).values()) == 6 * 15 * 27


async def test_a_reader_beside_many_writers_misses_nothing(log: PostgresEventLog) -> None:
    topic = await topic_of(log, 2)
    member = log.consumer(group_name(), [topic])
    await member.start()
    found: list[int] = []

    async def writer(number: int) -> None:
        for turn in range(20):
            await append(log, outgoing(topic, [f"writer-{number}"], start=number * 100 + turn))

    async def reader() -> None:
        records: list[Record] = []
        await poll_until(lambda: len(records) >= 160, member, into=records)
        found.extend(values(records))

    await asyncio.gather(reader(), *(writer(number) for number in range(8)))
    assert sorted(found) == [number * 100 + turn for number in range(8) for turn in range(20)]
    await member.close()


async def test_a_commit_waits_for_a_rebalance_under_way_and_then_fails(
    log: PostgresEventLog, eventlog_url: str
) -> None:
    """The fence: a rebalance and a commit both lock the group's row, so they exclude each other."""
    topic, group = await topic_of(log, 1), group_name()
    await append(log, outgoing(topic, ["a", "b"]))
    member = log.consumer(group, [topic])
    await member.start()
    found = await read(member, 2)
    thief = await asyncpg.connect(eventlog_url)
    try:
        taking = thief.transaction()
        await taking.start()
        await thief.execute("SELECT 1 FROM consumer_group WHERE name = $1 FOR UPDATE", group)
        commit = asyncio.create_task(member.commit({found[0].at: 2}))
        await asyncio.sleep(0.3)
        assert not commit.done()
        await thief.execute("UPDATE group_partition SET owner = 'thief' WHERE group_name = $1", group)
        await taking.commit()
        with pytest.raises(PartitionLost):
            await commit
        assert await log.committed(group, [topic]) == {}
    finally:
        await thief.close()
        await member.close()


async def test_a_lost_connection_is_told_as_unavailable_and_the_next_call_works(
    log: PostgresEventLog, postgres_dsn: str
) -> None:
    topic = await topic_of(log, 1)
    await append(log, outgoing(topic, ["a"]))
    admin = await asyncpg.connect(postgres_dsn)
    try:
        await admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'test'")
    finally:
        await admin.close()
    for _ in range(5):
        try:
            await append(log, outgoing(topic, ["b"], start=1))
            break
        except LogUnavailable:
            await asyncio.sleep(0.1)
    assert await log.end_offsets([topic]) == {TopicPartition(topic, 0): 2}


async def test_a_member_survives_lost_connections(log: PostgresEventLog, postgres_dsn: str) -> None:
    topic = await topic_of(log, 1)
    member = log.consumer(group_name(), [topic])
    await member.start()
    admin = await asyncpg.connect(postgres_dsn)
    try:
        await admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'test'")
    finally:
        await admin.close()
    await asyncio.sleep(0.1)
    for _ in range(5):
        try:
            await append(log, outgoing(topic, ["a"]))
            break
        except LogUnavailable:
            await asyncio.sleep(0.1)
    found = []
    for _ in range(20):
        try:
            found += await member.poll(max_records=10, wait_seconds=0.5)
        except LogUnavailable:
            await asyncio.sleep(0.1)
        if found:
            break
    assert values(found) == [0]
    await member.close()


async def test_an_unreachable_server_is_told_within_seconds() -> None:
    log = PostgresEventLog("postgresql://nobody:secret@127.0.0.1:1/none", client_id="test")
    with pytest.raises(LogUnavailable) as told:
        await log.start()
    assert "secret" not in str(told.value)
    await log.close()
