"""A member that ends while its group is rebalancing."""

import asyncio
import time
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient

from libs.shared.eventlog.kafka import KafkaEventLog
from libs.shared.eventlog.kafka.address import KafkaAddress
from libs.shared.eventlog.port import GroupTimes, TopicSpec

pytestmark = [pytest.mark.kafka]

LONG = GroupTimes(session=30.0, heartbeat=0.3, max_poll=60.0, rebalance=30.0)


async def _dies(bootstrap: str, group: str, topic: str) -> None:
    """A member that gets partitions and is then silent, while its session continues."""
    member = AIOKafkaConsumer(topic, bootstrap_servers=bootstrap, group_id=group, session_timeout_ms=30_000)
    await member.start()
    async with asyncio.timeout(20):
        while not member.assignment():  # noqa: ASYNC110 - aiokafka sends no event
            await asyncio.sleep(0.1)
    coordinator = member._coordinator
    for task in (coordinator._coordination_task, coordinator._heartbeat_task, coordinator._commit_refresh_task):
        task.cancel()
    coordinator.generation = -1  # so that closing sends no leave request
    coordinator._closing.set_result(None)
    await member._fetcher.close()
    await member._client.close()
    member._closed = True


async def _members(bootstrap: str, group: str) -> int:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        (answer,) = await admin.describe_consumer_groups([group])
        return len(answer.groups[0][-2] if answer.API_VERSION > 2 else answer.groups[0][-1])
    finally:
        await admin.close()


async def test_a_member_that_ends_while_it_waits_to_join_leaves_its_group(kafka_bootstrap: str) -> None:
    topic, group = f"test.{uuid4().hex[:12]}", f"test-{uuid4().hex[:12]}"
    log = KafkaEventLog(KafkaAddress.parse(f"kafka://{kafka_bootstrap}"), client_id="test", times=LONG)
    await log.start()
    await log.apply_topics([TopicSpec(topic, 2, compacted=True)])
    await _dies(kafka_bootstrap, group, topic)
    member = log.consumer(group, [topic])
    await member.start()
    await member.poll(max_records=1, wait_seconds=3)
    assert not member.assignment()
    assert await _members(kafka_bootstrap, group) == 2, "it waits for the silent member to join"
    begun = time.monotonic()
    await member.close()
    took = time.monotonic() - begun
    assert await _members(kafka_bootstrap, group) == 1, "only the silent one is left"
    assert took < 20
    await log.close()
