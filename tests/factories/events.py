"""Helpers for tests of events between services: a service's database, its events, a relay and a consumer."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import asyncpg
from sqlalchemy import text

from libs.shared.contracts.absence import PupilMonthChanged
from libs.shared.contracts.envelope import Event
from libs.shared.db import tenancy
from libs.shared.db.database import Database, WriteSession
from libs.shared.db.scope import Access
from libs.shared.eventlog.port import (
    EventLog,
)
from libs.shared.events import STEPS
from libs.shared.events.backoff import Backoff
from libs.shared.events.consumer import Consumer
from libs.shared.events.handling import Handling
from libs.shared.events.outbox import Outbox
from libs.shared.events.relay import Relay, RelaySettings
from libs.shared.events.settings import ConsumerSettings
from tests.factories.statements import Statements
from tests.realparts.databases import MakeDatabase, OwnDatabase

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


async def _tables(owner_url: str) -> None:
    statements = Statements()
    for number in STEPS.numbers():
        STEPS.up(statements, number)
    statements.execute(EFFECTS)
    tenancy.enable(statements, "pupil_month", read=[Access.OPERATOR])
    await statements.run(owner_url)


async def service_database(make_database: MakeDatabase, *, pool: int = 5) -> OwnDatabase:
    """A database with the event tables, an append-only ``effect`` table and a read model with tenants."""
    return await make_database(_tables, pool=pool)


def month(
    pupil: UUID | None = None, version: int = 1, *, municipality: str = "101", name: str = "2022-09"
) -> PupilMonthChanged:
    """A pupil's month. Its days of illness follow from the version, so that a test can see which version is stored."""
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
    """A handler that only adds rows, so an event that is handled twice leaves two rows."""
    for event in events:
        await session.execute(
            text("INSERT INTO effect (event_id, key, version) VALUES (:id, :key, :version)"),
            {"id": event.id, "key": event.key, "version": event.data.aggregate_version},
        )


async def upsert_months(session: WriteSession, events: Sequence[Event[PupilMonthChanged]]) -> None:
    """A handler like those of the services: one upsert for all events, which keeps the higher version."""
    from libs.shared.events.subscriptions import newest

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
    """Wait until ``done`` returns true; fails after ``seconds``."""
    deadline = time.monotonic() + seconds
    while not await done():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        await asyncio.sleep(0.05)


@asynccontextmanager
async def working(run: Callable[[asyncio.Event], Awaitable[None]]) -> AsyncIterator[None]:
    """Run a worker's loop inside the block; an exception of the loop fails the test."""
    stop = asyncio.Event()
    task = asyncio.ensure_future(run(stop))
    try:
        yield
    finally:
        stop.set()
        async with asyncio.timeout(30):
            await task


@asynccontextmanager
async def relaying(
    db: Database, log: EventLog, settings: RelaySettings = QUICK_RELAY, *, name: str = "absence_ingest"
) -> AsyncIterator[Relay]:
    """Run a relay inside the block."""
    relay = Relay(db, log, name=name, settings=settings)
    async with working(relay.run):
        yield relay


@asynccontextmanager
async def consuming(
    log: EventLog, handling: Handling, settings: ConsumerSettings = QUICK_TRIES
) -> AsyncIterator[Consumer]:
    """Run a consumer inside the block; an exception of the consumer fails the test."""
    consumer = Consumer(log, handling, settings=settings)
    async with working(consumer.run):
        yield consumer
