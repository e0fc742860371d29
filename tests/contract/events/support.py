"""Helpers for the tests of the consumer."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from libs.shared.contracts.absence import PupilMonthChanged
from libs.shared.contracts.codec import encode
from libs.shared.contracts.envelope import Event
from libs.shared.contracts.state import State
from libs.shared.eventlog.factory import open_event_log
from libs.shared.eventlog.port import EventLog, Outgoing, TopicPartition
from libs.shared.events.handling import Handling
from libs.shared.events.limits import Limit
from libs.shared.events.subscriptions import Subscription, Subscriptions, TombstoneHandler
from tests.contract.events.conftest import GROUP
from tests.factories.events import absence_outbox, append_effects, consuming, effects, month, relaying, rows, until
from tests.factories.own_topics import TOPIC, OwnTopics
from tests.realparts.databases import OwnDatabase
from tests.realparts.eventlogs import QUICK

Handle = Callable[..., Awaitable[None]]


def outgoing(state: State, event_id: UUID | None = None) -> Outgoing:
    """The record of a state, with the given event id or a new one."""
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


async def ends_of(log: EventLog) -> dict[TopicPartition, int]:
    """The ends of the topic, with all that was appended."""
    return await (log.ends([TOPIC]) if isinstance(log, OwnTopics) else log.end_offsets([TOPIC]))


async def caught_up(log: EventLog) -> bool:
    """Whether the group's committed offsets are the ends of the log."""
    ends = await ends_of(log)
    committed = await log.committed(GROUP, [TOPIC])
    return all(committed.get(at, 0) >= end for at, end in ends.items())


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


async def goes_on_by_itself(own: OwnDatabase, url: str, come: Callable[[], Awaitable[None]]) -> None:
    """Check that relay and consumer wait for the log at ``url``, which is started by ``come``, and then continue by
    themselves.
    """
    log = open_event_log(url, client_id="test-away", times=QUICK)
    try:
        async with own.db.write() as session:
            await absence_outbox().add(session, month())
        async with relaying(own.db, log) as relay, consuming(log, handling(own)) as consumer:
            async with asyncio.timeout(40):
                while relay.failing_seconds() < 1:  # noqa: ASYNC110 - the relay has no event to wait for
                    await asyncio.sleep(0.05)
            assert not relay.stuck()
            assert not consumer.stuck()
            await come()
            await wait_effects(own, 1, seconds=60)
    finally:
        await log.close()
