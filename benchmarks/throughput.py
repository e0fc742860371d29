"""Events a second through relay and consumer, each alone, beside bare aiokafka with the same records in the same run.

The relay empties a filled outbox into Kafka; the peer is an aiokafka producer with the relay's settings sending the
same records from memory. The consumer reads the topic into ``evaluation_export``'s tables: once with a handler that
does nothing (decoding, inbox, transactions and offsets alone), once with the service's own. The peer is an aiokafka
consumer that reads the same records and throws them away. Rounds of both alternate; the middle one counts.
A warm-up comes first, so that no size pays for what is loaded once.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial

import asyncpg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from benchmarks.events import READER, TOPIC, WRITER, WatchedHandling, bare_topic, fill
from benchmarks.figures import Figure, Size, middle, rate
from benchmarks.places import durable_postgres, kafka, running, service_database, until
from benchmarks.report import Report
from libs.shared.contracts.absence import PupilMonthChanged
from libs.shared.contracts.envelope import Event
from libs.shared.db.database import Database, WriteSession
from libs.shared.delivery.arrivals import Arrival
from libs.shared.delivery.consumer import Consumer
from libs.shared.delivery.relay import Relay
from libs.shared.delivery.settings import ConsumerSettings
from libs.shared.delivery.subscriptions import Subscription, Subscriptions
from libs.shared.eventlog.kafka import KafkaEventLog
from libs.shared.eventlog.kafka.address import KafkaAddress
from libs.shared.eventlog.kafka.consumer import KafkaConsumer
from libs.shared.eventlog.port import LogWriter, Outgoing, Placed, RevokedCallback
from libs.shared.eventlog.topics import specs
from services.evaluation_export.consumers import SUBSCRIPTIONS

GOAL = 0.3
"""F8: relay and consumer, each, of bare aiokafka."""

REPLAY = 20_000.0
"""F3: events a second into evaluation_export."""

EVENTS = {Size.SMALL: 5_000, Size.LARGE: 50_000}
WARM_UP = 2_000
ROUNDS = 3
ROUND_SECONDS = 240
UNPUBLISHED = (
    "SELECT topic, key, value, header_names, header_values FROM outbox WHERE published_at IS NULL ORDER BY seq"
)


async def _ignore(_: WriteSession, __: Sequence[Event[PupilMonthChanged]]) -> None:
    """A handler that does nothing: what is left is the consumer's own work."""


NOTHING = Subscriptions(Subscription(PupilMonthChanged, _ignore))


@dataclass
class Marks:
    """When how many units were done."""

    made: list[tuple[float, int]] = field(default_factory=list)
    wanted: int = 0
    enough: asyncio.Event = field(default_factory=asyncio.Event)

    def add(self, units: int) -> None:
        """Note that so many more are done now."""
        self.made.append((time.perf_counter(), units))
        if sum(done for _, done in self.made) >= self.wanted:
            self.enough.set()

    async def rate(self) -> float:
        """Wait for all, then say how many a second. Raises ``TimeoutError``."""
        async with asyncio.timeout(ROUND_SECONDS):
            await self.enough.wait()
        return rate(self.made)


class MarkedLog(KafkaEventLog):
    """Notes when an append was confirmed, and remembers the last member it made."""

    marks = Marks()
    member: KafkaConsumer | None = None

    def consumer(
        self, group: str, topics: Sequence[str], *, on_revoked: RevokedCallback | None = None
    ) -> KafkaConsumer:
        """See the port."""
        self.member = super().consumer(group, topics, on_revoked=on_revoked)
        return self.member

    async def has_partitions(self) -> bool:
        """Whether the member has its partitions: there its clock starts, as the peer's does."""
        return self.member is not None and bool(self.member.assignment())

    @asynccontextmanager
    async def writer(self, name: str) -> AsyncIterator[LogWriter]:
        """See the port."""
        async with super().writer(name) as writer:
            yield MarkedWriter(self, writer)


@dataclass(frozen=True, slots=True)
class MarkedWriter:
    """Notes when an append was confirmed."""

    log: MarkedLog
    inner: LogWriter

    async def append(self, records: Sequence[Outgoing]) -> Sequence[Placed]:
        """See the port."""
        placed = await self.inner.append(records)
        self.log.marks.add(len(records))
        return placed


async def run(sizes: Sequence[Size], report: Report) -> None:
    """Report relay and consumers at each size."""
    with durable_postgres() as admin_url:
        with kafka() as address:
            await _Run(address, WARM_UP, Report(lambda _: None)).run(admin_url)
        for size in sizes:
            with kafka() as address:
                await _Run(address, EVENTS[size], report).run(admin_url)


@dataclass
class _Run:
    """One size, on a Kafka of its own."""

    address: str
    events: int
    report: Report

    @property
    def size(self) -> str:
        return f"{self.events:,} events"

    async def run(self, admin_url: str) -> None:
        async with AsyncExitStack() as stack:
            writer, writer_owner = await stack.enter_async_context(service_database(admin_url, WRITER))
            reader, reader_owner = await stack.enter_async_context(service_database(admin_url, READER))
            log = MarkedLog(KafkaAddress.parse(self.address), client_id="benchmark")
            stack.push_async_callback(log.close)
            await log.start()
            await log.apply_topics(specs())
            await bare_topic(self.address, "bare")
            await self._relay(writer, writer_owner, log)
            await self._consumers(reader, reader_owner, log)

    async def _relay(self, db: Database, owner: "asyncpg.Connection", log: MarkedLog) -> None:
        ours, bare = [], []
        for number in range(ROUNDS):
            await owner.execute("TRUNCATE outbox")
            await fill(db, self.events)
            records = [
                Outgoing(row[0], row[1], row[2], tuple(zip(row[3], row[4], strict=True)))
                for row in await owner.fetch(UNPUBLISHED)
            ]
            await owner.execute("VACUUM ANALYZE outbox")
            log.marks = Marks(wanted=self.events)
            async with running(Relay(db, log, name=WRITER).run):
                ours.append(await log.marks.rate())
            bare.append(await self._produce(records))
            self.report.say(f"relay, {self.size}, round {number + 1}: {ours[-1]:,.0f} beside {bare[-1]:,.0f} events/s")
        self._add("relay", middle(ours), "bare aiokafka producer", middle(bare), GOAL)

    async def _produce(self, records: Sequence[Outgoing]) -> float:
        producer = AIOKafkaProducer(
            bootstrap_servers=self.address.removeprefix("kafka://"),
            acks="all",
            enable_idempotence=True,
            linger_ms=5,
            max_batch_size=128 * 1024,
        )
        marks = Marks(wanted=len(records))
        await producer.start()
        try:
            for start in range(0, len(records), 1000):
                sent = [
                    await producer.send("bare", record.value, key=record.key.encode(), headers=list(record.headers))
                    for record in records[start : start + 1000]
                ]
                if start == 0 or start + 1000 >= len(records):
                    await asyncio.gather(*sent)
                marks.add(len(sent))
            return await marks.rate()
        finally:
            await producer.stop()

    async def _consumers(self, db: Database, owner: "asyncpg.Connection", log: MarkedLog) -> None:
        empty, whole, bare = [], [], []
        for number in range(ROUNDS):
            await owner.execute("TRUNCATE inbox, pupil_month")
            empty.append(await self._consume(db, log, f"empty-{number}", NOTHING))
            bare.append(await self._read(f"bare-{number}"))
            await owner.execute("TRUNCATE inbox, pupil_month")
            whole.append(await self._consume(db, log, f"whole-{number}", SUBSCRIPTIONS))
            self.report.say(
                f"consumer, {self.size}, round {number + 1}: {empty[-1]:,.0f} empty, {whole[-1]:,.0f} into"
                f" evaluation_export, beside {bare[-1]:,.0f} events/s"
            )
        self._add("consumer, empty handler", middle(empty), "bare aiokafka consumer", middle(bare), GOAL)
        self._add("consumer into evaluation_export", middle(whole), "bare aiokafka consumer", middle(bare), GOAL)
        self._add("consumer into evaluation_export", middle(whole), "limit", REPLAY, 1.0)

    async def _consume(self, db: Database, log: MarkedLog, group: str, subscriptions: Subscriptions) -> float:
        marks = Marks(wanted=self.events)

        def note(arrivals: Sequence[Arrival]) -> None:
            marks.add(len(arrivals))

        consumer = Consumer(log, WatchedHandling(db, group, subscriptions, seen=note))
        log.member = None
        async with running(consumer.run):
            await until(log.has_partitions, every=0.002)
            marks.add(0)
            return await marks.rate()

    async def _read(self, group: str) -> float:
        marks = Marks(wanted=self.events)
        consumer = AIOKafkaConsumer(
            TOPIC,
            bootstrap_servers=self.address.removeprefix("kafka://"),
            group_id=group,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            isolation_level="read_committed",
        )
        await consumer.start()  # returns when it has its partitions
        marks.add(0)

        async def read(stop: asyncio.Event) -> None:
            while not stop.is_set():
                for records in (await consumer.getmany(timeout_ms=200, max_records=_AT_ONCE)).values():
                    marks.add(len(records))

        try:
            async with running(partial(read)):
                return await marks.rate()
        finally:
            await consumer.stop()

    def _add(self, name: str, value: float, peer: str, reference: float, goal: float) -> None:
        self.report.add(
            Figure(name, self.size, value, "events/s", peer, reference, goal, more_is_better=True, scale=self.events)
        )


_AT_ONCE = ConsumerSettings().max_records
