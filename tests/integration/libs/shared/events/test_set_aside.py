"""Rows that the log can never take are set aside while all others are published; a person lists, releases or drops
them.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from libs.shared.db.database import raw
from libs.shared.eventlog.factory import open_event_log
from libs.shared.eventlog.memory import MemoryEventLog
from libs.shared.eventlog.placing import MAX_RECORD_BYTES
from libs.shared.eventlog.port import EventLog, LogUnavailable, LogWriter, Outgoing, Placed, RecordTooLarge, TopicSpec
from libs.shared.events.headers import packed
from libs.shared.events.metrics import EventMetrics
from libs.shared.events.relay import Relay
from libs.shared.events.set_aside import outbox_command
from libs.shared.observability.metrics import Metrics
from tests.factories.events import QUICK_RELAY, relaying, rows, service_database, until
from tests.factories.own_topics import TOPIC, OwnTopics, memory_log, with_topics
from tests.realparts.databases import MakeDatabase, OwnDatabase
from tests.realparts.eventlogs import EachLog


async def put(own: OwnDatabase, *records: Outgoing) -> None:
    """Write rows without the outbox's own limit, as if a broker's limit were lower."""
    columns = ("id", "topic", "key", "value", "headers")
    async with own.db.write() as session:
        found = [(uuid4(), each.topic, each.key, each.value, packed((), uuid4(), each.key)) for each in records]
        await (await raw(session)).copy_records_to_table("outbox", records=found, columns=columns)


def small(key: str, value: bytes = b"{}") -> Outgoing:
    return Outgoing(TOPIC, key, value)


def large(key: str) -> Outgoing:
    return Outgoing(TOPIC, key, bytes(MAX_RECORD_BYTES))


async def waiting(own: OwnDatabase) -> list[str]:
    found = await rows(own, "SELECT key FROM outbox WHERE published_at IS NULL AND set_aside_at IS NULL ORDER BY seq")
    return [row["key"] for row in found]


async def nothing_waits(own: OwnDatabase) -> bool:
    return not await waiting(own)


async def aside(own: OwnDatabase) -> list[int]:
    return [row["seq"] for row in await rows(own, "SELECT seq FROM outbox WHERE set_aside_at IS NOT NULL ORDER BY seq")]


def gauge(metrics: Metrics, name: str) -> float | None:
    return metrics.registry.get_sample_value(name)


async def run(own: OwnDatabase, *words: str) -> tuple[int, str]:
    said: list[str] = []
    return await outbox_command(words, db=own.db, write=said.append), "".join(said)


def published(log: MemoryEventLog) -> list[str]:
    return [record.key for kept in log.records.values() for record in kept]


async def test_every_other_row_goes_out_in_its_order_on_each_log(
    make_database: MakeDatabase, each_log: EachLog
) -> None:
    own, log = await service_database(make_database), OwnTopics(each_log.log)
    await with_topics(log, "evaluation_export", partitions=1)
    keys = [f"key-{n:02d}" for n in range(40)]
    await put(own, *(large(key) if n in {0, 17, 18} else small(key) for n, key in enumerate(keys)))
    async with relaying(own.db, log):
        await until(lambda: nothing_waits(own))
    member = log.consumer("reader", [TOPIC])
    await member.start()
    found: list[str] = []
    async with asyncio.timeout(30):
        while len(found) < 37:
            found += [record.key for record in await member.poll(max_records=100, wait_seconds=0.5)]
    await member.close()
    assert found == [key for n, key in enumerate(keys) if n not in {0, 17, 18}]
    reasons = await rows(own, "SELECT set_aside_reason AS why FROM outbox WHERE set_aside_at IS NOT NULL")
    assert len(reasons) == 3
    assert all("bytes" in row["why"] and "key-" not in row["why"] for row in reasons)


@pytest.mark.kafka
async def test_a_batch_that_a_broker_with_a_lower_limit_refuses_is_taken_apart(
    make_database: MakeDatabase, kafka_bootstrap: str
) -> None:
    own = await service_database(make_database)
    log = open_event_log(f"kafka://{kafka_bootstrap}?prefix=t{uuid4().hex[:8]}.", client_id="test")
    await log.apply_topics([TopicSpec(TOPIC, 1, True, None, {"max.message.bytes": "20000"})])
    await put(own, *(small(f"key-{n}", bytes(3_000)) for n in range(60)), small("over", bytes(30_000)), small("last"))
    async with relaying(own.db, log):
        await until(lambda: nothing_waits(own))
    await log.close()
    assert len(await aside(own)) == 1
    out = await rows(own, "SELECT count(*) AS n FROM outbox WHERE published_at IS NOT NULL")
    assert out[0]["n"] == 61


async def test_the_gauges_tell_of_rows_set_aside_and_of_a_relay_that_fails(make_database: MakeDatabase) -> None:
    own, metrics = await service_database(make_database), Metrics(process=False)
    log = Unwilling(await memory_log())
    await put(own, large("a"), small("b"))
    relay = Relay(own.db, log, name="absence_ingest", settings=QUICK_RELAY, metrics=EventMetrics(metrics))
    stop = asyncio.Event()
    task = asyncio.create_task(relay.run(stop))

    async def failing() -> bool:
        return (gauge(metrics, "skoleloeft_relay_failing_seconds") or 0) > 0.3

    await until(failing)
    log.willing = True

    async def told() -> bool:
        return gauge(metrics, "skoleloeft_outbox_set_aside") == 1 and await nothing_waits(own)

    await until(told)
    assert gauge(metrics, "skoleloeft_relay_failing_seconds") == 0
    assert (await run(own, "drop", str((await aside(own))[0])))[0] == 0

    async def none_left() -> bool:
        return gauge(metrics, "skoleloeft_outbox_set_aside") == 0

    await until(none_left)
    stop.set()
    await task


class Unwilling(OwnTopics):
    """A log that is unavailable until it is ``willing``."""

    willing = False

    def __init__(self, log: EventLog) -> None:
        super().__init__(log)
        self.prefix = ""

    async def write(self, writer: LogWriter, records: Sequence[Outgoing]) -> Sequence[Placed]:
        if not self.willing:
            raise LogUnavailable("away")
        return await super().write(writer, records)


class Limited(OwnTopics):
    """A log with a limit of ``most`` bytes, which a test can raise."""

    most = 10

    def __init__(self, log: EventLog) -> None:
        super().__init__(log)
        self.prefix = ""

    async def write(self, writer: LogWriter, records: Sequence[Outgoing]) -> Sequence[Placed]:
        if any(len(record.value or b"") > self.most for record in records):
            raise RecordTooLarge("too large for this log")
        return await super().write(writer, records)


async def test_rows_are_listed_released_and_dropped_by_number_and_never_shown_with_their_key(
    make_database: MakeDatabase,
) -> None:
    own, inner = await service_database(make_database), await memory_log()
    log, key = Limited(inner), str(UUID(int=7))
    await put(own, small(key, bytes(20)), small("other"), small("third", bytes(30)))
    async with relaying(own.db, log):
        await until(lambda: nothing_waits(own))
        first, third = await aside(own)
        code, said = await run(own, "list")
        assert code == 0
        assert f"{first}  {TOPIC}  20 bytes" in said
        assert "too large for this log" in said
        assert key not in said
        log.most = 25
        assert await run(own, "release", str(first), str(third)) == (0, f"{first}: released\n{third}: released\n")

        async def out() -> bool:
            return key in published(inner) and await nothing_waits(own)

        await until(out)
        assert await aside(own) == [third], "what is still too large is set aside again"
        assert await run(own, "drop", str(third)) == (0, f"{third}: dropped\n")
        code, said = await run(own, "release", str(third), str(first))
        assert code == 1
        assert said.count("no row of that number is set aside") == 2
    assert sorted(published(inner)) == sorted([key, "other"])


async def test_an_older_state_is_not_released_after_a_newer_one_of_its_key_even_when_that_was_pruned(
    make_database: MakeDatabase,
) -> None:
    """Compaction keeps the record that was appended last, which would then be the older state."""
    own, inner = await service_database(make_database), await memory_log()
    log = Limited(inner)
    await put(own, small("a", bytes(20)), small("a"), small("b"))
    settings = replace(QUICK_RELAY, keep=timedelta(0), prune_seconds=0.0, poll_seconds=0.05)
    async with relaying(own.db, log, settings):

        async def pruned() -> bool:
            return not await rows(own, "SELECT 1 FROM outbox WHERE key = 'b'")

        await until(pruned)
        (seq,) = await aside(own)
        log.most = 25
        code, said = await run(own, "release", str(seq))
        assert (code, "drop it" in said) == (1, True)
        assert await run(own, "drop", str(seq)) == (0, f"{seq}: dropped\n")

        async def empty() -> bool:
            return not await rows(own, "SELECT 1 FROM outbox")

        await until(empty)
    assert published(inner).count("a") == 1
