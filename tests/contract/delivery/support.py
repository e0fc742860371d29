"""What the tests of the consumer say things with."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from libs.shared.contracts.absence import PupilMonthChanged
from libs.shared.contracts.codec import encode
from libs.shared.contracts.envelope import Event
from libs.shared.contracts.state import State
from libs.shared.delivery.handling import Handling
from libs.shared.delivery.limits import Limit
from libs.shared.delivery.subscriptions import Subscription, Subscriptions, TombstoneHandler
from libs.shared.eventlog.port import EventLog, Outgoing, TopicPartition
from tests.contract.delivery.conftest import GROUP
from tests.factories.delivery import TOPIC, append_effects, effects, rows, until
from tests.realparts.databases import OwnDatabase

Handle = Callable[..., Awaitable[None]]


def outgoing(state: State, event_id: UUID | None = None) -> Outgoing:
    """The record of a state, with an event id of one's own."""
    event: Event[State] = Event(id=event_id or uuid4(), source="/absence_ingest", time=datetime.now(UTC), data=state)
    headers, value = encode(event)
    return Outgoing(event.topic, event.key, value, headers)


def with_header(record: Outgoing, name: str, value: bytes) -> Outgoing:
    return Outgoing(
        record.topic, record.key, record.value, (*(h for h in record.headers if h[0] != name), (name, value))
    )


def handling(
    own: OwnDatabase,
    handler: Handle = append_effects,
    *,
    tombstones: Mapping[str, TombstoneHandler] | None = None,
    **kwargs: Any,
) -> Handling:
    subscriptions = Subscriptions(Subscription(PupilMonthChanged, handler), tombstones=tombstones)
    return Handling(own.db, GROUP, subscriptions, **kwargs)


async def caught_up(log: EventLog) -> bool:
    """Whether the group's committed offsets are the ends of the log."""
    ends = await log.end_offsets([TOPIC])
    committed = await log.committed(GROUP, [TOPIC])
    return all(committed.get(at, 0) == end for at, end in ends.items())


async def wait_caught_up(log: EventLog, seconds: float = 40.0) -> None:
    await until(lambda: caught_up(log), seconds)


async def wait_effects(own: OwnDatabase, count: int, seconds: float = 40.0) -> None:
    async def enough() -> bool:
        return len(await effects(own)) >= count

    await until(enough, seconds)


async def letters(own: OwnDatabase) -> list[Any]:
    return await rows(own, "SELECT * FROM dead_letter ORDER BY at")


def keys_by_partition(log_ends: Mapping[TopicPartition, int], records: Sequence[Any]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {at.partition: [] for at in log_ends}
    for record in records:
        found[record.partition].append(record.key)
    return found


def limit(most: int) -> Limit:
    return Limit(most=most)
