"""Files and events of one municipality at the same time: no deadlock, nothing lost, and nobody else waits."""

import asyncio
import random
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from uuid import uuid4

import asyncpg
import pytest

from libs.shared.contracts.codec import encode
from libs.shared.contracts.envelope import Event
from libs.shared.contracts.state import State
from libs.shared.contracts.topics import TOPICS, dead_letter_topic
from libs.shared.eventlog.memory import MemoryEventLog
from libs.shared.eventlog.port import Outgoing, TopicSpec
from libs.shared.events.handling import TAKING, Handling
from libs.shared.events.outbox import Outbox
from libs.shared.imports.receipts.receipt import Atomic, Mode, Receipt, ReceiptState
from libs.shared.privacy.identifiers import IdentifierKind
from services.absence_ingest.wiring import subscriptions
from tests.factories.events import consuming, until, working
from tests.factories.imported import cpr
from tests.factories.places import weekdays
from tests.factories.small_slices import small_slices
from tests.integration.services.absence_ingest.service import HEADER, MIGRATIONS, NORTH, AbsenceIngest
from tests.realparts.databases import MakeDatabase, OwnDatabase
from tests.realparts.eventlogs import append

MOST_SECONDS = 100.0
DAYS = weekdays(date(2022, 9, 1), date(2022, 9, 30))
FAR = "851001"
KNOWN, NEW = range(30), range(30, 45)
SLOW_TABLES = ("pupil", "lookup_key", "membership", "calendar_day", "absence_day", "pupil_month", "parked_row")
SLOW = """
CREATE FUNCTION slowly() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN PERFORM pg_sleep(random() * 0.02); RETURN NULL; END $$
"""


@dataclass
class Crowd:
    """Two municipalities: 101 sends many files and events at once, and the delay of events of 851 is measured."""

    own: OwnDatabase
    ingest: AbsenceIngest
    log: MemoryEventLog
    dice: random.Random
    versions: dict[str, int] = field(default_factory=dict)
    sent: list[Receipt] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)

    async def tell(self, *states: State) -> None:
        """Append events with these states to the log."""
        records = []
        for state in states:
            event: Event[State] = Event(id=uuid4(), source="/registration", time=datetime.now(UTC), data=state)
            headers, value = encode(event)
            records.append(Outgoing(event.topic, event.key, value, headers))
        await append(self.log, records)

    def pupil(self, number: int) -> State:
        """A newer state of a pupil, with a login that contains its version."""
        name = f"p{number}"
        self.versions[name] = version = self.versions.get(name, 0) + 1
        keys = [(IdentifierKind.CPR_NUMBER, cpr(number)), (IdentifierKind.UNI_LOGIN, f"p{number:03}v{version:03}")]
        return self.ingest.pupil(name, keys, version=version)

    async def send_files(self, rounds: int) -> None:
        """Send files in all modes with rows in random order; one of them stores each fact of 101."""
        facts = [(number, day) for number in (*KNOWN, *NEW) for day in DAYS]
        self.dice.shuffle(facts)
        for part in range(rounds):
            mine = facts[part::rounds]
            self.sent.append(await self._send([*mine, *mine[:5]], mode=Mode.VALIDATE))
            self.sent.append(await self._send([f for f in mine if f[0] in KNOWN], atomic=Atomic.FILE))
            self.sent.append(await self._send(mine))
            await asyncio.sleep(self.dice.random() * 0.1)

    async def _send(self, facts: list[tuple[int, date]], **how: Mode | Atomic) -> Receipt:
        lines = "".join(f"{cpr(number)};{day};illness;1\n" for number, day in facts)
        return await self.ingest.queue("absence", HEADER + lines, chunk_bytes=2000, **how)

    async def send_events(self, rounds: int) -> None:
        """Send new keys of known pupils, new pupils, and unchanged calendars."""
        new = list(NEW)
        for turn in range(rounds):
            some = self.dice.sample(list(KNOWN), 5)
            await self.tell(*(self.pupil(number) for number in [*some, *new[turn::rounds]]))
            await self.tell(self.ingest.calendar(NORTH, DAYS, version=turn + 2))
            await asyncio.sleep(self.dice.random() * 0.3)

    async def watch(self, stop: asyncio.Event) -> None:
        """Measure how long each event of another municipality takes to have an effect."""
        version = 0
        while not stop.is_set():
            version += 1
            began = time.monotonic()
            await self.tell(self.ingest.calendar(FAR, DAYS[: version % 20 + 1], version=version, municipality="851"))
            await until(lambda version=version: self._seen(version))  # type: ignore[misc]  # mypy infers no default
            self.waits.append(time.monotonic() - began)

    async def _seen(self, version: int) -> bool:
        rows = await self.ingest.rows("SELECT max(aggregate_version) FROM calendar", "851")
        return bool(rows[0][0] is not None and rows[0][0] >= version)

    async def all_final(self) -> bool:
        return all([(await self.ingest.receipt(receipt)).final for receipt in self.sent])

    async def nothing_waits(self) -> bool:
        return await self.ingest.rows("SELECT count(*) FROM parked_row") == [(0,)]

    async def deadlocks(self) -> int:
        connection = await asyncpg.connect(self.own.admin_url)
        try:
            await connection.execute("SELECT pg_stat_force_next_flush()")
            found = await connection.fetchval(
                "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
            )
            return int(found)
        finally:
            await connection.close()


@pytest.fixture
async def crowd(make_database: MakeDatabase, request: pytest.FixtureRequest) -> Crowd:
    own = await make_database(MIGRATIONS, pool=8)
    ingest = AbsenceIngest(own.db)
    made = Crowd(own, ingest, MemoryEventLog(), random.Random(request.param))  # noqa: S311 - it decides nothing but the order
    await ingest.accept()
    await ingest.school(NORTH, DAYS)
    await ingest.school(FAR, municipality="851")
    await ingest.take([made.pupil(number) for number in KNOWN])
    connection = await asyncpg.connect(own.admin_url)
    try:
        await connection.execute(SLOW)
        for table in SLOW_TABLES:
            await connection.execute(
                f"CREATE TRIGGER slowly AFTER INSERT OR UPDATE OR DELETE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION slowly()"
            )
    finally:
        await connection.close()
    topics = [TopicSpec(topic.name, topic.partitions, topic.compacted) for topic in TOPICS.values()]
    await made.log.apply_topics([*topics, TopicSpec(dead_letter_topic("absence_ingest"), 1, False, 24)])
    return made


@pytest.mark.parametrize("crowd", [1], indirect=True)
async def test_files_and_events_at_once_never_deadlock_lose_nothing_and_hold_up_nobody_else(crowd: Crowd) -> None:
    """Every statement that writes takes up to 20 ms longer, so that transactions overlap."""
    ingest = crowd.ingest
    async with AsyncExitStack() as running:
        running.enter_context(small_slices(ingest.kinds(), rows=80))
        consumer = await running.enter_async_context(
            consuming(crowd.log, Handling(crowd.own.db, "absence_ingest", subscriptions(Outbox("absence_ingest"))))
        )
        for _ in range(2):
            await running.enter_async_context(working(ingest.worker().run))
        await running.enter_async_context(working(crowd.watch))
        await asyncio.gather(crowd.send_files(3), crowd.send_events(8))
        await until(crowd.all_final, MOST_SECONDS)
        await until(crowd.nothing_waits, MOST_SECONDS)
        assert not consumer.stuck()
    assert await crowd.deadlocks() == 0
    print(f"{len(crowd.waits)} events of another municipality, the slowest seen after {max(crowd.waits):.2f} s")
    # An event that waited for the locks of the others would fail after lock_seconds and be tried again, many times.
    assert max(crowd.waits) < 5 * TAKING.lock_seconds
    receipts = [await ingest.receipt(receipt) for receipt in crowd.sent]
    assert {receipt.state for receipt in receipts} == {ReceiptState.COMPLETED}
    everybody = len(KNOWN) + len(NEW)
    assert await ingest.rows("SELECT count(*), sum(halves) FROM absence_day") == [
        (everybody * len(DAYS), 2 * everybody * len(DAYS))
    ]
    assert {month[0] for month in (await ingest.months()).values()} == {2 * len(DAYS)}
    told = {event["pupil_id"]: event["illness"] for event in await ingest.events()}
    assert set(told.values()) == {str(len(DAYS))}
    assert len(told) == everybody
