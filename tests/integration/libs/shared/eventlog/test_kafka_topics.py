"""What ``topics apply`` sets and reports on a real Kafka."""

import time
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from libs.shared.eventlog.kafka import KafkaEventLog
from libs.shared.eventlog.kafka.address import KafkaAddress
from libs.shared.eventlog.kafka.topics import apply
from libs.shared.eventlog.port import TopicSpec

pytestmark = pytest.mark.kafka


@pytest.fixture
async def admin(kafka_bootstrap: str) -> AsyncIterator[AIOKafkaAdminClient]:
    client = AIOKafkaAdminClient(bootstrap_servers=kafka_bootstrap)
    await client.start()
    yield client
    await client.close()


@pytest.fixture
async def log(kafka_bootstrap: str) -> AsyncIterator[KafkaEventLog]:
    made = KafkaEventLog(KafkaAddress.parse(f"kafka://{kafka_bootstrap}"), client_id="test")
    yield made
    await made.close()


async def settings(admin: AIOKafkaAdminClient, topic: str) -> dict[str, str]:
    (answer,) = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)])
    ((_, _, _, _, entries),) = answer.resources
    return {entry[0]: entry[1] for entry in entries}


async def test_what_counts_as_written_is_set_on_new_topics_and_on_those_that_are_there(
    log: KafkaEventLog, admin: AIOKafkaAdminClient
) -> None:
    new, old = (f"test.{uuid4().hex[:12]}" for _ in range(2))
    await admin.create_topics(
        [NewTopic(old, 1, 1, topic_configs={"min.insync.replicas": "2", "max.message.bytes": "2000000"})]
    )
    lines = await log.apply_topics([TopicSpec(name, 1, compacted=True) for name in (new, old)])
    assert sorted(lines) == sorted([f"{new}: created with 1 partitions, 1 copies", f"{old}: settings changed"])
    for name in (new, old):
        assert (await settings(admin, name))["min.insync.replicas"] == "1"
        assert (await settings(admin, name))["cleanup.policy"] == "compact"
    assert (await settings(admin, old))["max.message.bytes"] == "2000000", "what an operator has set stays"
    assert await log.apply_topics([TopicSpec(name, 1, compacted=True) for name in (new, old)]) == []


async def test_a_topic_with_fewer_copies_than_there_could_be_is_reported_each_time(log: KafkaEventLog) -> None:
    """The situation arises if ``topics apply`` runs while two of three brokers are away."""
    spec = TopicSpec(f"test.{uuid4().hex[:12]}", 1, compacted=True)
    await log.apply_topics([spec])
    for _ in range(2):
        (line,) = await apply(log._cluster, [spec], copies=3)
        assert f"{spec.name}: has 1 of 3 copies" in line


async def test_the_ends_of_many_topics_are_found_at_once_and_not_one_topic_after_another(
    log: KafkaEventLog, kafka_bootstrap: str
) -> None:
    """A service reads its lag before its first event, and aiokafka waits 0.1 s for each new topic."""
    names = [f"test.{uuid4().hex[:12]}" for _ in range(12)]
    await log.apply_topics([TopicSpec(name, 1, compacted=True) for name in names])
    await log.end_offsets(names)  # all topics have leaders now
    quickest = float("inf")
    for _ in range(10):  # on a busy machine one quick attempt of ten is enough
        fresh = KafkaEventLog(KafkaAddress.parse(f"kafka://{kafka_bootstrap}"), client_id="test")
        try:
            await fresh.start()
            began = time.monotonic()
            assert len(await fresh.end_offsets(names)) == len(names)
            quickest = min(quickest, time.monotonic() - began)
        finally:
            await fresh.close()
        if quickest < 0.1 * len(names):
            return
    raise AssertionError(f"{quickest:.2f} s at the best")
