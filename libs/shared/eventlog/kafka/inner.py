"""Creates aiokafka's consumer with our settings, and stops it reliably."""

import asyncio
from operator import itemgetter

from aiokafka import AIOKafkaConsumer
from aiokafka.client import ConnectionGroup
from aiokafka.protocol.group import LeaveGroupRequest
from aiokafka.structs import ConsumerRecord
from aiokafka.structs import TopicPartition as KafkaPartition

from libs.shared.eventlog.kafka.address import KafkaAddress
from libs.shared.eventlog.kafka.failures import ended_well
from libs.shared.eventlog.port import MOST_POLLED_BYTES, GroupTimes, Headers, Record, TopicPartition

STOP_SECONDS = 10.0
PATIENCE_SECONDS = 1.0
"""Seconds that a working member needs to leave its group and stop."""
LEAVE_SECONDS = 3.0
PARTITION_BYTES = 1024 * 1024
"""What aiokafka reads ahead per partition. A broker sends at least one batch, even if it is larger."""

_VALUE = itemgetter(1)


def make(address: KafkaAddress, group: str, *, client_id: str, times: GroupTimes) -> AIOKafkaConsumer:
    """A member of ``group``, not started and not yet subscribed."""
    return AIOKafkaConsumer(
        **address.client(),
        client_id=client_id,
        group_id=group,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        isolation_level="read_committed",  # records of a fenced writer must not be seen
        session_timeout_ms=int(times.session * 1000),
        heartbeat_interval_ms=int(times.heartbeat * 1000),
        max_poll_interval_ms=int(times.max_poll * 1000),
        rebalance_timeout_ms=int(times.rebalance * 1000),
        fetch_max_bytes=MOST_POLLED_BYTES,
        max_partition_fetch_bytes=PARTITION_BYTES,
        # A join request is answered when all members have joined, so its time-out must be longer than a rebalance.
        request_timeout_ms=int(times.rebalance * 1000) + 10_000,
    )


def record_of(found: ConsumerRecord, at: TopicPartition) -> Record:
    """Converts a record to the port's form. A foreign producer may have written no key, any bytes, or a header without
    a value.
    """
    return Record(
        at.topic,
        at.partition,
        found.offset,
        (found.key or b"").decode(errors="surrogateescape"),
        found.value,
        _headers(found),
        found.timestamp,
    )


def _headers(found: ConsumerRecord) -> Headers:
    """The record's headers; one without a value gets an empty value."""
    if None not in map(_VALUE, found.headers):
        return tuple(found.headers)
    return tuple([header if header[1] is not None else (header[0], b"") for header in found.headers])


def position(inner: AIOKafkaConsumer, at: KafkaPartition) -> int | None:
    """The next offset the member will fetch, past markers and aborted records; None while it must still be requested.

    The public ``position`` waits until it is known; hence the private name.
    """
    subscription = inner._subscription.subscription
    assignment = subscription.assignment if subscription is not None else None
    if assignment is None or at not in assignment.tps:
        return None
    state = assignment.state_value(at)
    return int(state.position) if state.has_valid_position else None


async def end(inner: AIOKafkaConsumer) -> None:
    """Stop the consumer. If the brokers do not answer, cancel its tasks, so that it does not rejoin as an unused
    member.

    ``stop`` waits for the brokers without a limit, and no public method ends the tasks; hence the private names.
    """
    stopping = asyncio.create_task(ended_well(inner.stop(), STOP_SECONDS))
    await asyncio.wait({stopping}, timeout=PATIENCE_SECONDS)
    if not stopping.done():
        await ended_well(_leave(inner), LEAVE_SECONDS)
    if await stopping:
        return
    coordinator, fetcher = inner._coordinator, inner._fetcher
    for owner, name in (
        (coordinator, "_coordination_task"),
        (coordinator, "_heartbeat_task"),
        (coordinator, "_commit_refresh_task"),
        (fetcher, "_fetch_task"),
    ):
        task = getattr(owner, name, None)
        if task is not None:
            task.cancel()
    for task in tuple(getattr(fetcher, "_pending_tasks", ())):
        task.cancel()
    await ended_well(inner._client.close(), STOP_SECONDS)


async def _leave(inner: AIOKafkaConsumer) -> None:
    """Remove a member from its group while it waits for the answer to its own request to join.

    ``stop`` waits for that answer, which comes when all other members have joined or their sessions have ended, and an
    abandoned member would be assigned partitions and hold them for a session. The request uses a connection other than
    the coordinator's, on which the broker answers nothing before the join.
    """
    coordinator = inner._coordinator
    member, node = getattr(coordinator, "member_id", None), getattr(coordinator, "coordinator_id", None)
    if member and node is not None:
        await inner._client.send(node, LeaveGroupRequest(coordinator.group_id, member), group=ConnectionGroup.DEFAULT)
