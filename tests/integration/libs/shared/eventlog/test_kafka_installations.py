"""Two installations on one Kafka, kept apart by the prefix in their addresses."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import pytest
from aiokafka.admin import AIOKafkaAdminClient

from libs.shared.eventlog.factory import open_event_log
from libs.shared.eventlog.port import EventLog, Record, TopicPartition, TopicSpec, UnknownTopic, WriterFenced
from tests.contract.eventlog.support import at_rest, ends, group_name, outgoing, poll_until, read, values
from tests.realparts.eventlogs import QUICK

pytestmark = pytest.mark.kafka

PARTITIONS = 2


@asynccontextmanager
async def installation(bootstrap: str, prefix: str) -> AsyncIterator[EventLog]:
    log = open_event_log(f"kafka://{bootstrap}?prefix={prefix}", client_id="test", times=QUICK)
    try:
        yield log
    finally:
        await log.close()


async def test_two_installations_on_one_kafka_share_nothing(kafka_bootstrap: str) -> None:
    topic, group, name = f"test.{uuid4().hex[:12]}", group_name(), group_name()
    run = uuid4().hex[:6]
    async with (
        installation(kafka_bootstrap, f"one-{run}.") as one,
        installation(kafka_bootstrap, f"two-{run}.") as two,
    ):
        (line,) = await one.apply_topics([TopicSpec(topic, PARTITIONS, compacted=True)])
        assert line.startswith(f"one-{run}.{topic}: created")
        with pytest.raises(UnknownTopic):
            await two.end_offsets([topic])
        await two.apply_topics([TopicSpec(topic, PARTITIONS, compacted=True)])

        keys = [f"key-{n}" for n in range(10)]
        async with one.writer(name) as first, two.writer(name) as second:
            await first.append(outgoing(topic, keys, start=0))
            await second.append(outgoing(topic, keys, start=100))
            await first.append(outgoing(topic, keys, start=10))
            async with one.writer(name):
                with pytest.raises(WriterFenced):
                    await first.append(outgoing(topic, keys))
            await second.append(outgoing(topic, keys, start=110))

        members = [log.consumer(group, [topic]) for log in (one, two)]
        found: list[list[Record]] = []
        for member in members:
            await member.start()
            found.append(await read(member, 20))
            assert len(member.assignment()) == PARTITIONS, "members of the same group's name do not share it"
        assert [sorted(values(records)) for records in found] == [list(range(20)), list(range(100, 120))]
        assert {record.topic for records in found for record in records} == {topic}

        await members[0].commit(ends(found[0]))
        await at_rest(members[0])
        partitions = {TopicPartition(topic, number) for number in range(PARTITIONS)}
        assert (await one.committed(group, [topic])).keys() == partitions
        assert await two.committed(group, [topic]) == {}
        assert (await one.end_offsets([topic])).keys() == partitions
        at = found[1][0].at
        members[1].pause(frozenset({at}))
        members[1].resume(frozenset({at}))
        members[1].seek(at, 0)
        again: list[Record] = []
        await poll_until(lambda: bool(again), members[1], into=again)
        await asyncio.gather(*(member.close() for member in members))

    admin = AIOKafkaAdminClient(bootstrap_servers=kafka_bootstrap)
    await admin.start()
    try:
        mine = {found for found in await admin.list_topics() if topic in found}
        groups = {found for found, _ in await admin.list_consumer_groups() if group in found}
    finally:
        await admin.close()
    assert mine == {f"one-{run}.{topic}", f"two-{run}.{topic}"}
    assert groups == {f"one-{run}.{group}", f"two-{run}.{group}"}
