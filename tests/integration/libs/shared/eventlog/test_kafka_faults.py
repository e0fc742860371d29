"""Kafka's broker is killed and started again while a writer and a reader use it."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator

import pytest

from libs.shared.eventlog.kafka import KafkaEventLog
from libs.shared.eventlog.kafka.address import KafkaAddress
from libs.shared.eventlog.port import LogUnavailable, PartitionLost, Record, TopicSpec, WriterFenced
from tests.contract.eventlog.support import ends, group_name, outgoing, values
from tests.realparts.eventlogs import QUICK, append
from tests.realparts.kafka import own_kafka_or_skip
from tests.realparts.kafka_server import KafkaServer

pytestmark = [pytest.mark.kafka, pytest.mark.slow]


@pytest.fixture(scope="module")
def server() -> Iterator[KafkaServer]:
    """A broker that the tests may kill."""
    with own_kafka_or_skip() as made:
        yield made


@pytest.fixture
async def log(server: KafkaServer) -> AsyncIterator[KafkaEventLog]:
    made = KafkaEventLog(KafkaAddress.parse(f"kafka://{server.bootstrap}"), client_id="test", times=QUICK)
    await made.start()
    yield made
    await made.close()


async def test_nothing_is_lost_when_the_broker_is_killed_under_writer_and_reader(
    server: KafkaServer, log: KafkaEventLog
) -> None:
    topic, group = f"test.{group_name()}", group_name()
    await log.apply_topics([TopicSpec(topic, 2, compacted=True)])
    written: set[int] = set()
    read: set[int] = set()
    finished = asyncio.Event()

    async def write() -> None:
        """Write like the relay: with one writer of the name, and a new one after each failure."""
        start = 0
        while not finished.is_set() or not written:
            try:
                async with log.writer(group) as writer:
                    while not finished.is_set() or not written:
                        await writer.append(outgoing(topic, [f"key-{n}" for n in range(5)], start=start))
                        written.update(range(start, start + 5))
                        start += 5
                        await asyncio.sleep(0.02)
            except (LogUnavailable, WriterFenced):
                await asyncio.sleep(0.2)

    async def follow() -> None:
        member = log.consumer(group, [topic])
        await member.start()
        while not (finished.is_set() and written and written <= read):
            try:
                found = await member.poll(max_records=100, wait_seconds=0.3)
                read.update(values(found))  # polled means read: it may not come again after a failed commit
                await member.commit(ends(found))
            except (LogUnavailable, PartitionLost):
                await asyncio.sleep(0.2)
        await member.close()

    async def disturb() -> None:
        await asyncio.sleep(2)
        for _ in range(2):
            before = len(written)
            await asyncio.to_thread(server.kill)
            await asyncio.sleep(1)
            await asyncio.to_thread(server.start)
            async with asyncio.timeout(60):
                while len(written) < before + 50:  # noqa: ASYNC110 - the writer sends no event
                    await asyncio.sleep(0.2)
        finished.set()

    async with asyncio.timeout(150):  # ``follow`` ends only when it has read everything that was written
        await asyncio.gather(write(), follow(), disturb())
    assert len(written) >= 100


async def test_everything_ends_in_time_when_no_broker_answers(server: KafkaServer, log: KafkaEventLog) -> None:
    topic = f"test.{group_name()}"
    await log.apply_topics([TopicSpec(topic, 1, compacted=True)])
    await append(log, outgoing(topic, ["a"]))
    member = log.consumer(group_name(), [topic])
    await member.start()
    found: list[Record] = []
    async with asyncio.timeout(30):
        while not found:
            found = await member.poll(max_records=10, wait_seconds=0.5)
    await asyncio.to_thread(server.kill)
    try:
        begun = time.monotonic()
        for attempt in (log.check(), append(log, outgoing(topic, ["b"])), member.commit(ends(found)), member.lag()):
            with pytest.raises(LogUnavailable):
                await attempt
        await member.poll(max_records=10, wait_seconds=0.5)
        await member.close()
        await log.close()
        assert time.monotonic() - begun < 120, "each call has a limit of its own"
    finally:
        await asyncio.to_thread(server.start)
