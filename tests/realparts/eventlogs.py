"""Every event log in turn, for tests that must pass on each of them.

A test that asks for ``each_log`` runs three times: in memory, on PostgreSQL and on Kafka.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import uuid4

import asyncpg
import pytest
from aiokafka import AIOKafkaProducer

from libs.shared.db.bootstrap import bootstrap
from libs.shared.db.roles import SharedRoles
from libs.shared.eventlog.factory import open_event_log
from libs.shared.eventlog.kafka import KafkaEventLog
from libs.shared.eventlog.kafka.address import KafkaAddress
from libs.shared.eventlog.memory import MemoryEventLog
from libs.shared.eventlog.port import EventLog, GroupTimes, LogConsumer, Outgoing, Placed, RevokedCallback, TopicSpec
from libs.shared.eventlog.postgres import PostgresEventLog
from libs.shared.eventlog.postgres.migrate import migrate
from tests.realparts.databases import drop, log_roles_of

QUICK = GroupTimes(session=6.0, heartbeat=0.3, max_poll=60.0, rebalance=15.0)
"""Short enough for tests; brokers refuse sessions under six seconds unless told otherwise."""


async def append(log: EventLog, records: Sequence[Outgoing]) -> Sequence[Placed]:
    """Write records through a writer with a name of its own, which is closed afterwards."""
    async with log.writer(f"test-{uuid4().hex[:12]}") as writer:
        return await writer.append(records)


@dataclass
class EachLog:
    """A log under test, with further clients, topics and members of it."""

    name: str
    url: str
    log: EventLog
    _opened: list[EventLog] = field(default_factory=list)
    _members: list[LogConsumer] = field(default_factory=list)

    async def open(self, times: GroupTimes = QUICK) -> EventLog:
        """Another client of the same log, like that of another process."""
        if isinstance(self.log, MemoryEventLog):
            self.log.times = times
            return self.log
        other = self.unstarted(times)
        await other.start()
        return other

    async def append(self, records: Sequence[Outgoing]) -> Sequence[Placed]:
        """Write records through a writer with a name of its own, which is closed afterwards."""
        return await append(self.log, records)

    async def append_and_abort(self, records: Sequence[Outgoing]) -> None:
        """Append in a transaction and abort it; on Kafka, records and an abort marker remain."""
        if isinstance(self.log, KafkaEventLog):
            producer = AIOKafkaProducer(
                bootstrap_servers=KafkaAddress.parse(self.url).bootstrap, transactional_id=f"test-{uuid4().hex}"
            )
            async with producer:
                await producer.begin_transaction()
                for record in records:
                    await producer.send_and_wait(record.topic, record.value, key=record.key.encode())
                await producer.abort_transaction()
        elif isinstance(self.log, PostgresEventLog):
            connection = await asyncpg.connect(self.url)
            try:
                transaction = connection.transaction()
                await transaction.start()
                await self.log.append_in(connection, records)
                await transaction.rollback()
            finally:
                await connection.close()

    def unstarted(self, times: GroupTimes = QUICK) -> EventLog:
        """Another client of the same log, not started yet; it is closed after the test."""
        if isinstance(self.log, MemoryEventLog):
            return self.log
        other = open_event_log(self.url, client_id="test-other", times=times)
        self._opened.append(other)
        return other

    async def topic(self, partitions: int = 3, *, compacted: bool = True) -> str:
        """A topic that no other test uses."""
        name = f"test.{uuid4().hex[:12]}"
        await self.log.apply_topics([TopicSpec(name, partitions, compacted)])
        return name

    async def member(
        self, group: str, *topics: str, log: EventLog | None = None, on_revoked: RevokedCallback | None = None
    ) -> LogConsumer:
        """A started consumer, closed after the test."""
        member = (log or self.log).consumer(group, topics, on_revoked=on_revoked)
        self._members.append(member)
        await member.start()
        return member

    async def close(self) -> None:
        """Close the members and clients that were opened here."""
        for member in self._members:
            await member.close()
        for other in self._opened:
            await other.close()


@contextmanager
def migrated_eventlog(postgres_dsn: str) -> Iterator[SharedRoles]:
    """The addresses of a migrated event-log database, which lasts as long as the block."""
    name = f"t_{secrets.token_hex(6)}"
    roles = log_roles_of(postgres_dsn, name)
    asyncio.run(bootstrap(postgres_dsn, [roles]))
    asyncio.run(migrate(roles.owner_url))
    yield roles
    asyncio.run(drop(postgres_dsn, name))


@pytest.fixture(scope="session")
def eventlog_database(postgres_dsn: str) -> Iterator[SharedRoles]:
    """The addresses of the migrated event-log database of the whole run."""
    with migrated_eventlog(postgres_dsn) as roles:
        yield roles


@pytest.fixture
def own_eventlog_url(postgres_dsn: str) -> Iterator[str]:
    """The owner's address of an event-log database that no other test uses, so its topics keep their real names."""
    with migrated_eventlog(postgres_dsn) as roles:
        yield roles.owner_url


@pytest.fixture(scope="session")
def eventlog_url(eventlog_database: SharedRoles) -> str:
    """The owner's address of that database, who may use any topic and group."""
    return eventlog_database.owner_url


@pytest.fixture(params=["memory", "postgresql", pytest.param("kafka", marks=pytest.mark.kafka)])
def log_url(request: pytest.FixtureRequest) -> tuple[str, str]:
    """Name and address of each log in turn; if a server is missing, only the tests on that log are skipped."""
    name: str = request.param
    if name == "kafka":
        return name, f"kafka://{request.getfixturevalue('kafka_bootstrap')}"
    return name, "memory:" if name == "memory" else request.getfixturevalue("eventlog_url")


@pytest.fixture
async def each_log(log_url: tuple[str, str]) -> AsyncIterator[EachLog]:
    """Each log in turn, started."""
    name, url = log_url
    log = open_event_log(url, client_id="test", times=QUICK)
    await log.start()
    made = EachLog(name, url, log)
    yield made
    await made.close()
    await log.close()
