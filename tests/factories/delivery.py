"""What tests of delivery say things with: a service's database, its events, and a log of one's own on a shared one."""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import asyncpg
from sqlalchemy import text

from libs.shared.contracts.absence import PupilMonthChanged
from libs.shared.contracts.envelope import Event
from libs.shared.contracts.topics import dead_letter_topic
from libs.shared.db import tenancy
from libs.shared.db.database import Database, WriteSession
from libs.shared.db.scope import Access
from libs.shared.delivery import STEPS
from libs.shared.delivery.backoff import Backoff
from libs.shared.delivery.consumer import Consumer
from libs.shared.delivery.handling import Handling
from libs.shared.delivery.outbox import Outbox
from libs.shared.delivery.relay import Relay, RelaySettings
from libs.shared.delivery.settings import ConsumerSettings
from libs.shared.eventlog.memory import MemoryEventLog
from libs.shared.eventlog.port import (
    EventLog,
    LogConsumer,
    LogWriter,
    Outgoing,
    Record,
    RevokedCallback,
    TopicPartition,
    TopicSpec,
)
from tests.realparts.databases import MakeDatabase, OwnDatabase
from tests.realparts.eventlogs import append

TOPIC = PupilMonthChanged.TOPIC

EFFECTS = """
CREATE TABLE effect (
    n bigint GENERATED ALWAYS AS IDENTITY, event_id uuid NOT NULL, key text NOT NULL, version integer NOT NULL
);
CREATE TABLE aggregate (key text PRIMARY KEY, version integer NOT NULL DEFAULT 0);
CREATE TABLE pupil_month (
    municipality_code text NOT NULL, pupil_id uuid NOT NULL, month text NOT NULL, illness numeric NOT NULL,
    aggregate_version integer NOT NULL, PRIMARY KEY (pupil_id, month)
);
"""

QUICK_TRIES = ConsumerSettings(
    wait_seconds=0.1,
    lag_seconds=0.2,
    between_tries=Backoff(first=0.02, most=0.1),
    until_passed=Backoff(first=0.05, most=0.2),
    log_away=Backoff(first=0.05, most=0.2),
)
QUICK_RELAY = RelaySettings(poll_seconds=0.2, standby_seconds=0.05, backoff=Backoff(first=0.05, most=0.2))


class _Statements:
    def __init__(self) -> None:
        self.all: list[str] = []

    def execute(self, sqltext: str) -> None:
        self.all.append(sqltext)


async def service_database(make_database: MakeDatabase, *, pool: int = 5) -> OwnDatabase:
    """A database with delivery's tables, an append-only ``effect`` table and a read model with tenants."""
    own = await make_database(pool=pool)
    op = _Statements()
    for number in STEPS.numbers():
        STEPS.up(op, number)
    op.execute(EFFECTS)
    tenancy.enable(op, "pupil_month", read=[Access.OPERATOR])
    owner = await asyncpg.connect(own.owner_url)
    try:
        for statement in op.all:
            await owner.execute(statement)
    finally:
        await owner.close()
    return own


def month(
    pupil: UUID | None = None, version: int = 1, *, municipality: str = "101", name: str = "2022-09"
) -> PupilMonthChanged:
    """A pupil's month; its illness tells the version."""
    return PupilMonthChanged(
        aggregate_version=version,
        municipality_code=municipality,
        pupil_id=pupil or uuid4(),
        month=name,
        illness=Decimal(version % 31),
        authorised=Decimal(0),
        unauthorised=Decimal(0),
    )


def absence_outbox() -> Outbox:
    """The outbox of the service that owns the events of ``month``."""
    return Outbox("absence_ingest")


async def append_effects(session: WriteSession, events: Sequence[Event[PupilMonthChanged]]) -> None:
    """A handler that only adds rows: what is handled twice is there twice."""
    for event in events:
        await session.execute(
            text("INSERT INTO effect (event_id, key, version) VALUES (:id, :key, :version)"),
            {"id": event.id, "key": event.key, "version": event.data.aggregate_version},
        )


async def upsert_months(session: WriteSession, events: Sequence[Event[PupilMonthChanged]]) -> None:
    """A handler as services have it: a set-based upsert under the version guard."""
    from libs.shared.delivery.subscriptions import newest

    await session.execute(
        text(
            "INSERT INTO pupil_month VALUES (:municipality, :pupil, :month, :illness, :version)"
            " ON CONFLICT (pupil_id, month) DO UPDATE SET illness = excluded.illness,"
            " aggregate_version = excluded.aggregate_version"
            " WHERE excluded.aggregate_version > pupil_month.aggregate_version"
        ),
        [
            {
                "municipality": event.data.municipality_code,
                "pupil": event.data.pupil_id,
                "month": event.data.month,
                "illness": event.data.illness,
                "version": event.data.aggregate_version,
            }
            for event in newest(events)
        ],
    )


async def effects(own: OwnDatabase) -> list[tuple[UUID, str, int]]:
    """The rows of ``append_effects`` in the order they came."""
    return [tuple(row) for row in await rows(own, "SELECT event_id, key, version FROM effect ORDER BY n")]


async def rows(own: OwnDatabase, query: str, *args: object) -> list[Any]:
    """Rows as the superuser sees them, past row-level security."""
    connection = await asyncpg.connect(own.admin_url)
    try:
        return list(await connection.fetch(query, *args))
    finally:
        await connection.close()


async def until(done: Callable[[], Awaitable[bool]], seconds: float = 40.0) -> None:
    """Wait until ``done`` says so; fails after ``seconds``."""
    deadline = time.monotonic() + seconds
    while not await done():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        await asyncio.sleep(0.05)


class OwnTopics:
    """An ``EventLog`` on another whose topics have a prefix, so that tests share a server and no records."""

    def __init__(self, log: EventLog) -> None:
        self.inner = log
        self.prefix = f"t{secrets.token_hex(5)}."

    def _in(self, at: TopicPartition) -> TopicPartition:
        return TopicPartition(self.prefix + at.topic, at.partition)

    def _out(self, at: TopicPartition) -> TopicPartition:
        return TopicPartition(at.topic.removeprefix(self.prefix), at.partition)

    async def start(self) -> None: ...

    @asynccontextmanager
    async def writer(self, name: str) -> AsyncIterator["_OwnWriter"]:
        async with self.inner.writer(self.prefix + name) as writer:
            yield _OwnWriter(self, writer)

    async def write(self, writer: LogWriter, records: Sequence[Outgoing]) -> None:
        """What every writer's ``append`` does; a log that fails in some way does it in another."""
        await writer.append([Outgoing(self.prefix + r.topic, r.key, r.value, r.headers) for r in records])

    async def append(self, records: Sequence[Outgoing]) -> None:
        """Write records as a writer that nobody follows."""
        await append(self, records)

    def consumer(self, group: str, topics: Sequence[str], *, on_revoked: RevokedCallback | None = None) -> LogConsumer:
        async def told(partitions: frozenset[TopicPartition]) -> None:
            if on_revoked is not None:
                await on_revoked(frozenset(map(self._out, partitions)))

        inner = self.inner.consumer(self.prefix + group, [self.prefix + topic for topic in topics], on_revoked=told)
        return _OwnConsumer(self, inner)

    async def apply_topics(self, specs: Sequence[TopicSpec]) -> list[str]:
        return await self.inner.apply_topics(
            [TopicSpec(self.prefix + s.name, s.partitions, s.compacted, s.retention_hours) for s in specs]
        )

    async def end_offsets(self, topics: Sequence[str]) -> dict[TopicPartition, int]:
        found = await self.inner.end_offsets([self.prefix + topic for topic in topics])
        return {self._out(at): offset for at, offset in found.items()}

    async def committed(self, group: str, topics: Sequence[str]) -> dict[TopicPartition, int]:
        found = await self.inner.committed(self.prefix + group, [self.prefix + topic for topic in topics])
        return {self._out(at): offset for at, offset in found.items()}

    async def forget_group(self, group: str) -> None:
        await self.inner.forget_group(self.prefix + group)

    async def check(self) -> None:
        await self.inner.check()

    async def close(self) -> None: ...


class _OwnWriter:
    def __init__(self, own: OwnTopics, inner: LogWriter) -> None:
        self._own = own
        self._inner = inner

    async def append(self, records: Sequence[Outgoing]) -> None:
        await self._own.write(self._inner, records)


class _OwnConsumer:
    def __init__(self, own: OwnTopics, inner: LogConsumer) -> None:
        self._own = own
        self._inner = inner

    async def start(self) -> None:
        await self._inner.start()

    async def poll(self, *, max_records: int, wait_seconds: float) -> list[Record]:
        found = await self._inner.poll(max_records=max_records, wait_seconds=wait_seconds)
        return [
            Record(
                r.topic.removeprefix(self._own.prefix), r.partition, r.offset, r.key, r.value, r.headers, r.timestamp
            )
            for r in found
        ]

    async def commit(self, offsets: Mapping[TopicPartition, int]) -> None:
        await self._inner.commit({self._own._in(at): offset for at, offset in offsets.items()})

    def assignment(self) -> frozenset[TopicPartition]:
        return frozenset(map(self._own._out, self._inner.assignment()))

    def position(self, at: TopicPartition) -> int | None:
        return self._inner.position(self._own._in(at))

    def seek(self, at: TopicPartition, offset: int) -> None:
        self._inner.seek(self._own._in(at), offset)

    def pause(self, partitions: frozenset[TopicPartition]) -> None:
        self._inner.pause(frozenset(map(self._own._in, partitions)))

    def resume(self, partitions: frozenset[TopicPartition]) -> None:
        self._inner.resume(frozenset(map(self._own._in, partitions)))

    async def lag(self) -> dict[TopicPartition, int]:
        return {self._own._out(at): lag for at, lag in (await self._inner.lag()).items()}

    async def close(self) -> None:
        await self._inner.close()


async def with_topics(log: EventLog, group: str, *, partitions: int = 3) -> EventLog:
    """Apply the test's topic and the group's dead-letter topic."""
    await log.apply_topics(
        [TopicSpec(TOPIC, partitions, compacted=True), TopicSpec(dead_letter_topic(group), 1, False, 24)]
    )
    return log


async def memory_log(group: str = "evaluation_export", *, partitions: int = 3) -> MemoryEventLog:
    """A log in memory with the test's topics."""
    log = MemoryEventLog()
    await with_topics(log, group, partitions=partitions)
    return log


@asynccontextmanager
async def relaying(db: Database, log: EventLog, settings: RelaySettings = QUICK_RELAY) -> AsyncIterator[Relay]:
    """A relay at work inside the block."""
    relay, stop = Relay(db, log, name="absence_ingest", settings=settings), asyncio.Event()
    task = asyncio.create_task(relay.run(stop))
    try:
        yield relay
    finally:
        stop.set()
        async with asyncio.timeout(20):
            await task


@asynccontextmanager
async def consuming(
    log: EventLog, handling: Handling, settings: ConsumerSettings = QUICK_TRIES
) -> AsyncIterator[Consumer]:
    """A consumer at work inside the block; its end must be a good one."""
    consumer, stop = Consumer(log, handling, settings=settings), asyncio.Event()
    task = asyncio.create_task(consumer.run(stop))
    try:
        yield consumer
    finally:
        stop.set()
        async with asyncio.timeout(30):
            await task
