"""The relay on PostgreSQL: it selects rows by status, one relay is active at a time, and it keeps the order."""

import asyncio
import random
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid5

import pytest
from sqlalchemy import text

from libs.shared.contracts.codec import decode
from libs.shared.eventlog.memory import MemoryEventLog
from libs.shared.eventlog.port import EventLog, LogUnavailable, LogWriter, Outgoing, Placed, Record
from libs.shared.events.outbox import Outbox
from libs.shared.events.relay import LOCK, Relay
from tests.factories.events import QUICK_RELAY, absence_outbox, month, relaying, rows, service_database, until
from tests.factories.own_topics import OwnTopics, memory_log
from tests.realparts.databases import MakeDatabase, OwnDatabase


def in_log(log: MemoryEventLog) -> list[Record]:
    return [record for kept in log.records.values() for record in kept]


async def all_published(own: OwnDatabase) -> bool:
    return not await rows(own, "SELECT 1 FROM outbox WHERE published_at IS NULL LIMIT 1")


async def add(own: OwnDatabase, count: int = 1) -> None:
    async with own.db.write() as session:
        await absence_outbox().add(session, [month() for _ in range(count)])


async def test_a_row_whose_transaction_commits_late_is_published_though_a_later_row_went_before(
    make_database: MakeDatabase,
) -> None:
    own, log = await service_database(make_database), await memory_log()
    early, late = month(), month()
    async with relaying(own.db, log):
        async with own.db.write() as slow:
            await absence_outbox().add(slow, early)
            async with own.db.write() as quick:
                await absence_outbox().add(quick, late)

            async def late_is_out() -> bool:
                return len(in_log(log)) == 1

            await until(late_is_out)
        await until(lambda: all_published(own))
    assert {record.key for record in in_log(log)} == {early.key, late.key}
    seqs = await rows(own, "SELECT key FROM outbox ORDER BY seq")
    assert [row["key"] for row in seqs] == [early.key, late.key]


async def test_a_notification_brings_a_row_out_long_before_the_next_poll(make_database: MakeDatabase) -> None:
    own, log = await service_database(make_database), await memory_log()
    async with relaying(own.db, log, replace(QUICK_RELAY, poll_seconds=600.0)) as relay:

        async def active() -> bool:
            return relay.active

        await until(active)
        await asyncio.sleep(0.3)
        await add(own)
        await until(lambda: all_published(own), seconds=20)


async def test_of_two_relays_one_is_active_and_the_other_takes_over_when_it_ends(make_database: MakeDatabase) -> None:
    own, log = await service_database(make_database), await memory_log()
    async with relaying(own.db, log) as second:
        async with relaying(own.db, log) as first:

            async def one_is_active() -> bool:
                return first.active or second.active

            await until(one_is_active)
            await add(own, 20)
            await until(lambda: all_published(own))
            assert first.active != second.active
        await add(own, 20)
        await until(lambda: all_published(own))
        assert second.active
    assert len(in_log(log)) == 40


class Away(OwnTopics):
    """A log that is unavailable while ``away``, but stores half of each batch before it fails."""

    away = True

    async def write(self, writer: LogWriter, records: Sequence[Outgoing]) -> Sequence[Placed]:
        if self.away:
            await super().write(writer, records[: len(records) // 2])
            raise LogUnavailable
        return await super().write(writer, records)


async def test_while_the_log_is_away_rows_wait_and_then_all_go_out_in_order(make_database: MakeDatabase) -> None:
    own, inner = await service_database(make_database), MemoryEventLog()
    log = Away(inner)
    inner_topics = (await memory_log()).specs.values()
    await log.apply_topics(list(inner_topics))
    async with relaying(own.db, log) as relay:
        await add(own, 30)

        async def failing() -> bool:
            return relay.failing_seconds() > 0

        await until(failing)
        assert not relay.stuck()
        await asyncio.sleep(0.5)
        assert not await all_published(own)
        log.away = False
        await until(lambda: all_published(own))
        assert relay.failing_seconds() == 0
    first: dict[str, None] = dict.fromkeys(dict(r.headers)["ce_id"].decode() for r in in_log(inner))
    assert len(first) == 30
    assert len(in_log(inner)) > 30, "the partly written batches were written again"


async def test_published_rows_are_pruned_when_they_are_old_and_unpublished_never(make_database: MakeDatabase) -> None:
    own, log = await service_database(make_database), await memory_log()
    await add(own, 25)
    settings = replace(QUICK_RELAY, keep=timedelta(0), prune_seconds=0.0, prune_batch=10, poll_seconds=0.05)

    async def empty() -> bool:
        return not await rows(own, "SELECT 1 FROM outbox")

    log_away = Away(log)
    async with relaying(own.db, log_away, settings):
        await asyncio.sleep(0.5)
        assert len(await rows(own, "SELECT 1 FROM outbox")) == 25
    async with relaying(own.db, log, settings):
        await until(empty)
    assert len(in_log(log)) == 25


class Slow(OwnTopics):
    """Stores a batch in small pieces, so that a relay is killed in the middle of one."""

    async def write(self, writer: LogWriter, records: Sequence[Outgoing]) -> Sequence[Placed]:
        placed: list[Placed] = []
        for start in range(0, len(records), 3):
            await asyncio.sleep(0.002)
            placed += await super().write(writer, records[start : start + 3])
        return placed


async def raise_version(own: OwnDatabase, outbox: Outbox, pupil: UUID) -> None:
    """Publish the next version of an aggregate, under its row lock."""
    async with own.db.write() as session:
        version = await session.scalar(
            text(
                "INSERT INTO aggregate VALUES (:key, 1) ON CONFLICT (key) DO UPDATE SET version = aggregate.version + 1"
                " RETURNING version"
            ),
            {"key": str(pupil)},
        )
        await asyncio.sleep(random.uniform(0, 0.02))  # noqa: S311 - dice, no secret
        await outbox.add(session, month(pupil, version))


async def cut(own: OwnDatabase) -> None:
    """End the connection that holds the relay's lock."""
    await rows(
        own,
        "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid = $1 AND granted"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
        LOCK,
    )


async def hunt(own: OwnDatabase, log: EventLog, done: asyncio.Event) -> int:
    """Run three relays; again and again kill one, and cut the active one's connection. Returns the number of faults."""
    faults = 0

    def start() -> asyncio.Task[None]:
        return asyncio.create_task(Relay(own.db, log, name="absence_ingest", settings=QUICK_RELAY).run(asyncio.Event()))

    relays = [start() for _ in range(3)]
    while not done.is_set():
        await asyncio.sleep(0.15)
        victim = random.randrange(3)  # noqa: S311 - dice, no secret
        relays[victim].cancel()
        with suppress(asyncio.CancelledError):
            await relays[victim]
        relays[victim] = start()
        await asyncio.sleep(0.15)
        await cut(own)
        faults += 2
    for relay in relays:
        relay.cancel()
        with suppress(asyncio.CancelledError):
            await relay
    return faults


async def test_versions_of_a_key_stay_in_order_while_relays_are_killed_and_cut_off(make_database: MakeDatabase) -> None:
    own, inner = await service_database(make_database, pool=12), await memory_log()
    log = Slow(inner)
    log.prefix = ""
    pupils = [uuid5(UUID(int=0), str(n)) for n in range(12)]
    rounds, done = 40, asyncio.Event()
    outbox = absence_outbox()

    async def write(pupil: UUID) -> None:
        for _ in range(rounds):
            await raise_version(own, outbox, pupil)

    hunting = asyncio.create_task(hunt(own, log, done))
    # Two writers per key, so that only the row lock orders their versions.
    await asyncio.gather(*(write(pupil) for pupil in pupils for _ in range(2)))
    await asyncio.sleep(1)
    done.set()
    faults = await hunting
    async with relaying(own.db, log):
        await until(lambda: all_published(own))

    first: defaultdict[str, list[int]] = defaultdict(list)
    last: dict[str, int] = {}
    for record in in_log(inner):
        version = decode(record.headers, record.value or b"").data.aggregate_version
        last[record.key] = version
        if version not in first[record.key]:
            first[record.key].append(version)
    assert faults >= 4
    assert len(first) == len(pupils)
    for key, versions in first.items():
        assert versions == list(range(1, 2 * rounds + 1)), key
        assert last[key] == 2 * rounds, "a compacted topic keeps the newest"


@pytest.mark.parametrize("count", [2500])
async def test_more_rows_than_a_batch_go_out_in_their_order(make_database: MakeDatabase, count: int) -> None:
    own, log = await service_database(make_database), await memory_log(partitions=1)
    await add(own, count)
    async with relaying(own.db, log):
        await until(lambda: all_published(own))
    expected = [row["key"] for row in await rows(own, "SELECT key FROM outbox ORDER BY seq")]
    assert [record.key for record in in_log(log)] == expected


class Hanging(OwnTopics):
    """A log whose first append never ends by itself."""

    def __init__(self, log: EventLog) -> None:
        super().__init__(log)
        self.prefix = ""
        self.begun, self.broken_off = asyncio.Event(), asyncio.Event()

    async def write(self, writer: LogWriter, records: Sequence[Outgoing]) -> Sequence[Placed]:
        if self.begun.is_set():
            return await super().write(writer, records)
        self.begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.broken_off.set()
        raise AssertionError("the append went on")


async def test_an_append_under_way_is_broken_off_when_the_locks_connection_is_lost(make_database: MakeDatabase) -> None:
    own, inner = await service_database(make_database), await memory_log()
    log = Hanging(inner)
    await add(own)
    async with relaying(own.db, log):
        async with asyncio.timeout(20):
            await log.begun.wait()
            await cut(own)
            await log.broken_off.wait()
        await until(lambda: all_published(own))
    assert len(in_log(inner)) == 1
