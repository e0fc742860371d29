"""Records of a foreign producer never make ``poll`` raise, and the records around them are not lost."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.protocol.produce import ProduceRequest
from aiokafka.record.default_records import _DefaultRecordBatchBuilderPy
from aiokafka.structs import TopicPartition

from libs.shared.eventlog.kafka import KafkaEventLog
from libs.shared.eventlog.kafka.address import KafkaAddress
from libs.shared.eventlog.port import Outgoing, Record, TopicSpec
from tests.contract.eventlog.support import at_rest, ends, group_name, nothing_more, read
from tests.realparts.eventlogs import QUICK, append

pytestmark = pytest.mark.kafka

CODECS = range(5)
"""Kafka's numbers of compressions. A consumer without one of them stops at the first record of a producer with it."""

Raw = tuple[bytes | None, bytes | None, list[tuple[bytes, bytes | None]]]


class Name(str):
    """A header's name that is sent as these bytes."""

    def __new__(cls, content: bytes) -> "Name":
        made = super().__new__(cls, "x" * len(content))
        made.content = content
        return made

    content: bytes

    def encode(self, *_: object) -> bytes:
        return self.content


@pytest.fixture
async def log(kafka_bootstrap: str) -> AsyncIterator[KafkaEventLog]:
    made = KafkaEventLog(KafkaAddress.parse(f"kafka://{kafka_bootstrap}"), client_id="test", times=QUICK)
    yield made
    await made.close()


async def put(bootstrap: str, topic: str, records: list[Raw], *, compression: int = 0) -> None:
    """Write records in one batch, without any check."""
    batch = _DefaultRecordBatchBuilderPy(2, compression, False, -1, -1, -1, 1_000_000)
    for place, (key, value, headers) in enumerate(records):
        named = [(Name(name), content) for name, content in headers]
        assert batch.append(place, 1_700_000_000_000, key, value, named) is not None
    async with AIOKafkaProducer(bootstrap_servers=bootstrap) as producer:
        await producer.partitions_for(topic)
        leader = producer.client.cluster.leader_for_partition(TopicPartition(topic, 0))
        answer = await producer.client.send(
            leader,
            ProduceRequest(
                transactional_id=None,
                required_acks=-1,
                timeout=10_000,
                topics=[(topic, [(0, bytes(batch.build()))])],
            ),
        )
    assert answer.topics[0][1][0][1] == 0


async def topic_of(log: KafkaEventLog) -> str:
    """A new topic without compaction, because a broker refuses records without a key on a compacted one."""
    name = f"test.{uuid4().hex[:12]}"
    await log.apply_topics([TopicSpec(name, 1, compacted=False)])
    return name


async def test_keys_that_are_no_text_and_keys_that_are_missing_are_read_and_marked(
    log: KafkaEventLog, kafka_bootstrap: str
) -> None:
    topic = await topic_of(log)
    await append(log, [Outgoing(topic, "nøgle", b"0")])
    await put(
        kafka_bootstrap, topic, [(b"\xff\xfe", b"1", []), (None, b"2", []), (b"a\x00b", b"3", []), (b"\xff", None, [])]
    )
    await append(log, [Outgoing(topic, "nøgle", b"5")])
    member = log.consumer(group_name(), [topic])
    await member.start()
    found = await read(member, 6)
    assert [record.value for record in found] == [b"0", b"1", b"2", b"3", None, b"5"]
    assert [record.key for record in found][::3] == ["nøgle", "a\0b"]
    assert found[1].key.encode(errors="surrogateescape") == b"\xff\xfe"
    assert found[2].key == ""
    await member.commit(ends(found))
    await at_rest(member)
    await member.close()


@pytest.mark.parametrize("compression", CODECS)
async def test_names_of_headers_that_are_no_text_are_read_and_the_records_around_them_too(
    log: KafkaEventLog, kafka_bootstrap: str, compression: int
) -> None:
    topic, group = await topic_of(log), group_name()
    await append(log, [Outgoing(topic, "k", str(n).encode(), (("ce_id", b"x"),)) for n in range(3)])
    await put(
        kafka_bootstrap,
        topic,
        [
            (b"k", b"3", [(b"ce_id", b"x"), (b"empty", None)]),
            (b"k", b"4", [(b"\xff\xfename", b"\xff"), (b"ce_id", b"x")]),
            (b"k", b"5", []),
            (None, b"6", [(b"\xc3\x28", None)]),
        ],
        compression=compression,
    )
    await append(log, [Outgoing(topic, "k", str(n).encode(), (("ce_id", b"x"),)) for n in range(7, 10)])
    member = log.consumer(group, [topic])
    await member.start()
    found: list[Record] = []
    while len(found) < 10:  # in small polls, so that one ends before, at and after each of them
        found += await member.poll(max_records=2, wait_seconds=1.0)
        await member.commit(ends(found))
    assert [record.value for record in found] == [str(n).encode() for n in range(10)]
    assert found[3].headers == (("ce_id", b"x"), ("empty", b""))
    (strange, content), kept = found[4].headers
    assert (strange.encode(errors="surrogateescape"), content, kept) == (b"\xff\xfename", b"\xff", ("ce_id", b"x"))
    await nothing_more(member)
    await at_rest(member)
    member.seek(found[0].at, found[0].offset)
    assert [record.offset for record in await read(member, 10)] == [record.offset for record in found]
    await member.close()
