"""The records that a writer leaves on Kafka when it is killed during an append."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaProducer

from libs.shared.eventlog.kafka import KafkaEventLog
from libs.shared.eventlog.kafka.address import KafkaAddress
from libs.shared.eventlog.kafka.writer import abandon, transactional_id
from libs.shared.eventlog.port import TopicPartition, TopicSpec
from tests.contract.eventlog.support import at_rest, group_name, nothing_more, outgoing, read, values
from tests.realparts.eventlogs import QUICK, append

pytestmark = pytest.mark.kafka


@pytest.fixture
async def log(kafka_bootstrap: str) -> AsyncIterator[KafkaEventLog]:
    made = KafkaEventLog(KafkaAddress.parse(f"kafka://{kafka_bootstrap}"), client_id="test", times=QUICK)
    yield made
    await made.close()


async def test_readers_wait_before_an_open_transaction_until_the_next_writer_of_the_name_enters(
    log: KafkaEventLog, kafka_bootstrap: str
) -> None:
    topic, name = f"test.{uuid4().hex[:12]}", group_name()
    await log.apply_topics([TopicSpec(topic, 1, compacted=True)])
    await append(log, outgoing(topic, ["a"], start=0))
    killed = AIOKafkaProducer(bootstrap_servers=kafka_bootstrap, transactional_id=transactional_id(name))
    await killed.start()
    await killed.begin_transaction()
    await killed.send_and_wait(topic, b"100", key=b"a")
    await abandon(killed)
    await append(log, outgoing(topic, ["a"], start=1))

    member = log.consumer(group_name(), [topic])
    await member.start()
    assert values(await read(member, 1)) == [0]
    await nothing_more(member)
    end = await log.end_offsets([topic])
    assert member.position(TopicPartition(topic, 0)) == end[TopicPartition(topic, 0)], "what cannot be read is no lag"

    async with log.writer(name) as writer:
        assert values(await read(member, 1)) == [1]
        await writer.append(outgoing(topic, ["a"], start=2))
    assert values(await read(member, 1)) == [2]
    await member.commit({TopicPartition(topic, 0): member.position(TopicPartition(topic, 0)) or 0})
    await at_rest(member)
    await member.close()
