"""aiokafka's consumer: made with our settings, and ended for sure."""

from aiokafka import AIOKafkaConsumer
from aiokafka.structs import ConsumerRecord

from libs.shared.eventlog.kafka.address import KafkaAddress
from libs.shared.eventlog.kafka.failures import ended_well
from libs.shared.eventlog.port import GroupTimes, Record

STOP_SECONDS = 10.0


def make(address: KafkaAddress, group: str, *, client_id: str, times: GroupTimes) -> AIOKafkaConsumer:
    """A member of ``group``, not started and not yet subscribed."""
    return AIOKafkaConsumer(
        **address.client(),
        client_id=client_id,
        group_id=group,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        session_timeout_ms=int(times.session * 1000),
        heartbeat_interval_ms=int(times.heartbeat * 1000),
        max_poll_interval_ms=int(times.max_poll * 1000),
        rebalance_timeout_ms=int(times.rebalance * 1000),
        # A join is answered when all members have come, so the request must wait longer than they may take.
        request_timeout_ms=int(times.rebalance * 1000) + 10_000,
    )


def record_of(found: ConsumerRecord) -> Record:
    """As the port has it."""
    return Record(
        found.topic,
        found.partition,
        found.offset,
        (found.key or b"").decode(),
        found.value,
        tuple(found.headers),
        found.timestamp,
    )


async def end(inner: AIOKafkaConsumer) -> None:
    """Stop, and if the brokers do not answer, end its tasks, so that it cannot come back as a ghost member.

    ``stop`` waits for the brokers without end and no public way ends the tasks: hence the private names.
    """
    if await ended_well(inner.stop(), STOP_SECONDS):
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
