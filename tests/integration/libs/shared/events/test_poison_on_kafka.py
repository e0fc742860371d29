"""A foreign producer may write any bytes and headers without values to a real broker. None of them stops a consumer.

A record without any key is refused by the broker itself on a compacted topic.
"""

from uuid import uuid4

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.structs import TopicPartition as KafkaPartition

from libs.shared.contracts.absence import PupilMonthChanged
from libs.shared.contracts.topics import dead_letter_topic
from libs.shared.eventlog.factory import open_event_log
from libs.shared.eventlog.port import TopicPartition
from libs.shared.events.dead_letters import listed
from libs.shared.events.handling import Handling
from libs.shared.events.subscriptions import Subscription, Subscriptions
from tests.contract.events.support import outgoing
from tests.factories.events import append_effects, consuming, effects, month, relaying, service_database, until
from tests.factories.own_topics import TOPIC, OwnTopics, with_topics
from tests.realparts.databases import MakeDatabase
from tests.realparts.eventlogs import QUICK

pytestmark = pytest.mark.kafka

GROUP = "evaluation_export"
LETTERS = dead_letter_topic(GROUP)
FOREIGN: list[tuple[bytes | None, bytes | None, list[tuple[str, bytes | None]], int]] = [
    (b"\xff\xfe", b"{}", [], 1_700_000_000_000),
    (b"a\x00b", b"{}", [], 1_700_000_000_000),
    (b"", None, [], 1_700_000_000_000),
    (b"\xff", None, [("ce_municipality", b"\xff\x00")], 1_700_000_000_000),
    (b"long", b"\xff" * 990_000, [], 1_700_000_000_000),
    (b"no values", b"{}", [("ce_type", None), ("ce_schemaversion", None), ("", b"")], 1_700_000_000_000),
    (b"many headers", b"{}", [(f"h{n}", b"x") for n in range(20_000)], 1_700_000_000_000),
    (b"1970", b"{}", [], 0),
]
"""Each has a key of its own: the topic is compacted, and records so old are compacted at once."""


async def test_what_a_foreign_producer_writes_becomes_dead_letters_and_the_next_event_is_taken(
    make_database: MakeDatabase, kafka_bootstrap: str
) -> None:
    own, good = await service_database(make_database), outgoing(month())
    inner = open_event_log(f"kafka://{kafka_bootstrap}", client_id=f"test-{uuid4().hex[:6]}", times=QUICK)
    await inner.start()
    log = OwnTopics(inner)
    await with_topics(log, GROUP, partitions=1)
    at = KafkaPartition(log.prefix + TOPIC, 0)
    async with AIOKafkaProducer(bootstrap_servers=kafka_bootstrap, max_request_size=1_040_000) as producer:
        for key, value, headers, stamp in FOREIGN:
            await producer.send_and_wait(
                at.topic, value, key=key, headers=headers, partition=at.partition, timestamp_ms=stamp
            )
        await producer.send_and_wait(at.topic, good.value, key=good.key.encode(), headers=list(good.headers))
    handling = Handling(own.db, GROUP, Subscriptions(Subscription(PupilMonthChanged, append_effects)))

    async def told() -> bool:
        ends = await log.end_offsets([LETTERS])
        return bool(await effects(own)) and ends[TopicPartition(LETTERS, 0)] >= len(FOREIGN)

    async with consuming(log, handling), relaying(own.db, log):
        await until(told)
    async with own.db.read() as session:
        found = await listed(session, GROUP)
    assert [letter.record.offset for letter in found] == list(range(len(FOREIGN)))
    assert [letter.record.key.encode("utf-8", "surrogateescape") for letter in found] == [
        key or b"" for key, *_ in FOREIGN
    ]
    await inner.close()
