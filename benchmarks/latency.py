"""From the outbox to a consumer, over Kafka: the time from an enrolment's commit until another service shows it.

This is the latency of an idle platform, measured in one process by one clock. It includes registration's outbox, its
relay, a real Kafka, and ``evaluation_export``'s own consumer with inbox and read models. Each service's tables are in a
database of its own. The peer is bare aiokafka, which sends as many records of the same kind at the same pace right
afterwards. The latency under load is measured in ``busy``.
"""

import asyncio
import time
from collections.abc import Callable, Coroutine, Sequence
from contextlib import AsyncExitStack
from uuid import UUID

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from benchmarks import busy
from benchmarks.events import READER, WatchedHandling, as_record, bare_topic, enrolments
from benchmarks.figures import Figure, Size, percentile
from benchmarks.places import durable_postgres, kafka, running, service_database, until
from benchmarks.report import Report
from libs.shared.db.database import Database
from libs.shared.eventlog.factory import open_event_log
from libs.shared.eventlog.topics import specs
from libs.shared.events.arrivals import Arrival
from libs.shared.events.consumer import Consumer
from libs.shared.events.outbox import Outbox
from libs.shared.events.relay import Relay
from services.evaluation_export.wiring import SUBSCRIPTIONS

WRITER = "registration"

LIMIT_MS = 150.0
"""A written enrolment is visible in evaluation_export within this time in 99 of 100 cases."""

TOGETHER = {Size.SMALL: 1, Size.LARGE: 10}
"""Events in a transaction: as many as one action of a person makes, and as many as a small file makes."""

PACE = 20
"""Transactions a second."""

SECONDS = 25
WARM_UP = 20
BOUND_SECONDS = 240


async def run(sizes: Sequence[Size], report: Report) -> None:
    """Report p50 and p99 for each size, and beside them bare aiokafka's."""
    with durable_postgres() as admin_url, kafka() as address:
        for size in sizes:
            async with asyncio.timeout(BOUND_SECONDS):
                ours = await _outbox_to_consumer(admin_url, address, TOGETHER[size])
                bare = await _bare(address, TOGETHER[size], f"bare.{size}")
            _figures(report, TOGETHER[size], ours, bare)
    await busy.run(sizes, report)


def _figures(report: Report, together: int, ours: Sequence[float], bare: Sequence[float]) -> None:
    size = f"{len(ours):,} events, {PACE * together}/s"
    for percent in (50, 99):
        name, measured = f"outbox to consumer, p{percent}", percentile(ours, percent)
        report.add(Figure(name, size, measured, "ms", "bare aiokafka", percentile(bare, percent), scale=together))
    report.add(
        Figure("outbox to consumer, p99", size, percentile(ours, 99), "ms", "limit", LIMIT_MS, goal=1.0, scale=together)
    )


async def _outbox_to_consumer(admin_url: str, address: str, together: int) -> list[float]:
    """Milliseconds from the call of COMMIT to the commit of the consumer's transaction, for each event."""
    written: dict[UUID, float] = {}
    seen: dict[UUID, float] = {}

    async def arrived() -> bool:
        return written.keys() <= seen.keys()

    def note(arrivals: Sequence[Arrival]) -> None:
        now = time.perf_counter()
        seen.update((arrival.id, now) for arrival in arrivals)

    async with AsyncExitStack() as stack:
        writer, _ = await stack.enter_async_context(service_database(admin_url, WRITER))
        reader, _ = await stack.enter_async_context(service_database(admin_url, READER))
        logs = [open_event_log(address, client_id=name) for name in (WRITER, READER)]
        for log in logs:
            stack.push_async_callback(log.close)
            await log.start()
        await logs[0].apply_topics(specs())
        handling = WatchedHandling(reader, f"{READER}-{together}", SUBSCRIPTIONS, seen=note)
        await stack.enter_async_context(running(Consumer(logs[1], handling).run))
        await stack.enter_async_context(running(Relay(writer, logs[0], name=WRITER).run))

        async def write() -> None:
            event_ids, moment = await _write(writer, together)
            written.update(dict.fromkeys(event_ids, moment))

        await _paced(write, WARM_UP)
        await until(arrived, every=0.05)
        warm = set(written)
        await _paced(write, PACE * SECONDS)
        await until(arrived, every=0.05)
    return [(seen[event_id] - moment) * 1000 for event_id, moment in written.items() if event_id not in warm]


async def _write(db: Database, count: int) -> tuple[list[UUID], float]:
    outbox, states = Outbox(WRITER), enrolments(count)
    async with db.write() as session:
        event_ids = await outbox.add(session, states)
        return event_ids, time.perf_counter()  # the commit follows and is measured too


async def _bare(address: str, together: int, topic: str) -> list[float]:
    """Milliseconds from ``send`` until the consumer has the record, with aiokafka and nothing else."""
    bootstrap = address.removeprefix("kafka://")
    await bare_topic(address, topic)
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all", enable_idempotence=True)
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=bootstrap, group_id=topic, auto_offset_reset="earliest")
    sent: dict[bytes, float] = {}
    taken: dict[bytes, float] = {}

    async def send() -> None:
        records, now = [as_record(state, WRITER) for state in enrolments(together)], time.perf_counter()
        for record in records:
            key = record.key.encode()
            sent[key] = now
            await producer.send(topic, record.value, key=key, headers=list(record.headers))

    async def arrived() -> bool:
        return len(taken) == len(sent)

    async def take(stop: asyncio.Event) -> None:
        while not stop.is_set():
            for records in (await consumer.getmany(timeout_ms=200)).values():
                now = time.perf_counter()
                taken.update((record.key, now) for record in records)

    await producer.start()
    await consumer.start()
    try:
        async with running(take):
            await _paced(send, WARM_UP)
            await until(arrived, every=0.05)
            warm = set(sent)
            await _paced(send, PACE * SECONDS)
            await until(arrived, every=0.05)
    finally:
        await consumer.stop()
        await producer.stop()
    return [(taken[key] - sent[key]) * 1000 for key in sent.keys() - warm]


async def _paced(act: Callable[[], Coroutine[None, None, None]], count: int) -> None:
    """Call ``act`` ``count`` times, ``PACE`` times a second, without waiting for the call before.

    A late call therefore has a longer latency and does not slow the pace.
    """
    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for number in range(count):
            await asyncio.sleep(max(0.0, began + number / PACE - time.perf_counter()))
            group.create_task(act())
