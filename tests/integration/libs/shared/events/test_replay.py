"""E6: reading everything again from offset 0 changes no row.

10,000 events at CI size; ``SKOLELOEFT_FULL=1`` takes 100,000.
"""

import os
from uuid import uuid4

import asyncpg
import pytest

from libs.shared.contracts.absence import PupilMonthChanged
from libs.shared.eventlog.memory import MemoryEventLog
from libs.shared.events.handling import Handling
from libs.shared.events.subscriptions import Subscription, Subscriptions
from tests.factories.events import (
    absence_outbox,
    consuming,
    month,
    relaying,
    rows,
    service_database,
    until,
    upsert_months,
)
from tests.factories.own_topics import TOPIC, memory_log
from tests.realparts.databases import MakeDatabase, OwnDatabase

GROUP = "evaluation_export"
EVENTS = 100_000 if os.environ.get("SKOLELOEFT_FULL") == "1" else 10_000


async def fingerprint(own: OwnDatabase) -> str:
    """A hash of the rows and of the transactions that last wrote them, so an update to the same values changes
    it too.
    """
    (row,) = await rows(
        own,
        "SELECT count(*), md5(string_agg(t::text || t.xmin::text, ',' ORDER BY pupil_id, month)) FROM pupil_month t",
    )
    return f"{row[0]} rows, {row[1]}"


async def from_the_start(own: OwnDatabase, log: MemoryEventLog) -> Handling:
    """Consume everything from offset 0; returns the ``Handling`` with its metrics."""
    log.groups[GROUP].committed.clear()
    handling = Handling(own.db, GROUP, Subscriptions(Subscription(PupilMonthChanged, upsert_months)))

    async def caught_up() -> bool:
        ends, committed = await log.end_offsets([TOPIC]), await log.committed(GROUP, [TOPIC])
        return all(committed.get(at, 0) == end for at, end in ends.items())

    async with consuming(log, handling):
        await until(caught_up, seconds=120)
    return handling


@pytest.mark.slow
async def test_a_replay_of_everything_changes_no_row_even_when_the_inbox_is_lost(make_database: MakeDatabase) -> None:
    writer, reader, log = (
        await service_database(make_database),
        await service_database(make_database),
        await memory_log(),
    )
    pupils = [uuid4() for _ in range(EVENTS // 10)]
    outbox = absence_outbox()
    for version in range(1, 11):
        async with writer.db.write() as session:
            await outbox.add(session, [month(pupil, version) for pupil in pupils])

    async def published() -> bool:
        return not await rows(writer, "SELECT 1 FROM outbox WHERE published_at IS NULL LIMIT 1")

    async with relaying(writer.db, log):
        await until(published, seconds=120)

    first = await from_the_start(reader, log)
    before = await fingerprint(reader)
    assert before.startswith(f"{EVENTS // 10} rows")
    assert first.metrics.handled.labels(GROUP, TOPIC)._value.get() == EVENTS
    assert (await rows(reader, "SELECT count(DISTINCT event_id) FROM inbox"))[0][0] == EVENTS

    again = await from_the_start(reader, log)
    assert again.metrics.redelivered.labels(GROUP, TOPIC)._value.get() == EVENTS
    assert again.metrics.handled.labels(GROUP, TOPIC)._value.get() == 0
    assert await fingerprint(reader) == before

    connection = await asyncpg.connect(reader.admin_url)
    await connection.execute("TRUNCATE inbox")
    await connection.close()
    unguarded = await from_the_start(reader, log)
    assert unguarded.metrics.handled.labels(GROUP, TOPIC)._value.get() == EVENTS
    assert await fingerprint(reader) == before, "the version guard of the read model holds by itself"
