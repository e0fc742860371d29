"""Events a second through relay and consumer, each alone, compared with the same work written by hand with aiokafka.

The relay empties a filled outbox into Kafka. The consumer reads the topic into ``evaluation_export``'s tables: once
with a handler that does nothing (decoding, inbox, transactions and offsets alone), once with the service's own. The
peers are in ``byhand``; the peer of the empty handler is a consumer that discards the same records. Rounds of both
alternate, and the median counts. A warm-up comes first, so that no size includes the cost of what is loaded once. The
garbage collector is set as in a service's process, for all alike.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

import asyncpg

from benchmarks import byhand
from benchmarks.events import READER, TOPIC, WRITER, WatchedHandling, bare_topic, fill
from benchmarks.figures import Figure, Size, middle, rate
from benchmarks.places import durable_postgres, kafka, running, service_database, until
from benchmarks.report import Report
from libs.shared.contracts.absence import PupilMonthChanged
from libs.shared.contracts.envelope import Event
from libs.shared.db.database import Database, WriteSession
from libs.shared.eventlog.kafka import KafkaEventLog
from libs.shared.eventlog.kafka.address import KafkaAddress
from libs.shared.eventlog.kafka.consumer import KafkaConsumer
from libs.shared.eventlog.port import LogWriter, Outgoing, Placed, RevokedCallback
from libs.shared.eventlog.topics import specs
from libs.shared.events.arrivals import Arrival
from libs.shared.events.consumer import Consumer
from libs.shared.events.relay import Relay, RelaySettings
from libs.shared.events.settings import ConsumerSettings
from libs.shared.events.subscriptions import Subscription, Subscriptions
from libs.shared.runtime.collector import calm_collector
from services.evaluation_export.wiring import SUBSCRIPTIONS

GOAL = 0.3
"""The least ratio of the relay, and of the consumer, to the same work written by hand with aiokafka."""

REPLAY = 20_000.0
"""The least number of events a second into evaluation_export."""

EVENTS = {Size.SMALL: 5_000, Size.LARGE: 50_000}
WARM_UP = 2_000
ROUNDS = 3
ROUND_SECONDS = 240


async def _ignore(_: WriteSession, __: Sequence[Event[PupilMonthChanged]]) -> None:
    """A handler that does nothing: it leaves the consumer's own work to be measured."""


NOTHING = Subscriptions(Subscription(PupilMonthChanged, _ignore))


@dataclass
class Marks:
    """The moments at which units were done, and how many."""

    made: list[tuple[float, int]] = field(default_factory=list)
    wanted: int = 0
    enough: asyncio.Event = field(default_factory=asyncio.Event)

    def add(self, units: int) -> None:
        """Note that ``units`` more are done now."""
        self.made.append((time.perf_counter(), units))
        if sum(done for _, done in self.made) >= self.wanted:
            self.enough.set()

    async def rate(self) -> float:
        """Wait for all ``wanted`` units; returns units a second. Raises ``TimeoutError`` after ``ROUND_SECONDS``."""
        async with asyncio.timeout(ROUND_SECONDS):
            await self.enough.wait()
        return rate(self.made)


class MarkedLog(KafkaEventLog):
    """Notes when an append was confirmed, and remembers the last group member it made."""

    marks = Marks()
    member: KafkaConsumer | None = None

    def consumer(
        self, group: str, topics: Sequence[str], *, on_revoked: RevokedCallback | None = None
    ) -> KafkaConsumer:
        """See the port."""
        self.member = super().consumer(group, topics, on_revoked=on_revoked)
        return self.member

    async def has_partitions(self) -> bool:
        """Whether the member has its partitions: its clock starts then, as the peer's does."""
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
    calm_collector()
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

    @property
    def bootstrap(self) -> str:
        return self.address.removeprefix("kafka://")

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
            await self._fill(db, owner)
            log.marks = Marks(wanted=self.events)
            async with running(Relay(db, log, name=WRITER).run):
                ours.append(await log.marks.rate())
            await self._fill(db, owner)
            bare.append(await self._by_hand(db))
            self.report.say(f"relay, {self.size}, round {number + 1}: {ours[-1]:,.0f} beside {bare[-1]:,.0f} events/s")
        self._add("relay", middle(ours), "by hand", middle(bare), GOAL)

    async def _fill(self, db: Database, owner: "asyncpg.Connection") -> None:
        await owner.execute("TRUNCATE outbox")
        await fill(db, self.events)
        await owner.execute("VACUUM ANALYZE outbox")

    async def _by_hand(self, db: Database) -> float:
        marks = Marks(wanted=self.events)
        async with db.dedicated() as connection:
            await byhand.relay(connection, self.bootstrap, "bare", RelaySettings().batch, marks.add)
        return await marks.rate()

    async def _consumers(self, db: Database, owner: "asyncpg.Connection", log: MarkedLog) -> None:
        empty, thrown, whole, hand = [], [], [], []
        await owner.execute("SELECT set_config('skoleloeft.municipalities', '101', false)")  # the rows' tenant
        for number in range(ROUNDS):
            await owner.execute("TRUNCATE inbox, pupil_month")
            empty.append(await self._consume(db, log, f"empty-{number}", NOTHING))
            thrown.append(await self._take(f"thrown-{number}", None))
            await owner.execute("TRUNCATE inbox, pupil_month")
            whole.append(await self._consume(db, log, f"whole-{number}", SUBSCRIPTIONS))
            await owner.execute("TRUNCATE inbox, pupil_month")
            hand.append(await self._take(f"hand-{number}", owner))
            self.report.say(
                f"consumer, {self.size}, round {number + 1}: {empty[-1]:,.0f} empty beside {thrown[-1]:,.0f} thrown"
                f" away, {whole[-1]:,.0f} into evaluation_export beside {hand[-1]:,.0f} by hand"
            )
        self._add("consumer, empty handler", middle(empty), "thrown away", middle(thrown))
        self._add("consumer into evaluation_export", middle(whole), "by hand", middle(hand), GOAL)
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

    async def _take(self, group: str, connection: "asyncpg.Connection | None") -> float:
        """Write the records by hand to the tables as their owner; without a connection the records are discarded."""
        marks = Marks(wanted=self.events)
        async with byhand.consumer(self.bootstrap, TOPIC, group) as member:
            marks.add(0)

            async def read(stop: asyncio.Event) -> None:
                while not stop.is_set():
                    if connection is not None:
                        await byhand.take(member, connection, group, _AT_ONCE, marks.add)
                        continue
                    for records in (await member.getmany(timeout_ms=200, max_records=_AT_ONCE)).values():
                        marks.add(len(records))

            async with running(read):
                return await marks.rate()

    def _add(self, name: str, value: float, peer: str, reference: float, goal: float | None = None) -> None:
        self.report.add(
            Figure(name, self.size, value, "events/s", peer, reference, goal, more_is_better=True, scale=self.events)
        )


_AT_ONCE = ConsumerSettings().max_records
