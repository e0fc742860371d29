"""The rights of each service's role on the log in PostgreSQL, for every service, topic, group and writer."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import asyncpg
import pytest

from libs.shared.contracts.topics import DEAD_LETTERS, SERVICES, TOPICS
from libs.shared.db.roles import SharedRoles
from libs.shared.eventlog.port import NotItsTopic, Outgoing, TopicSpec
from libs.shared.eventlog.postgres import PostgresEventLog
from libs.shared.eventlog.postgres.statements import quoted, table_of
from libs.shared.eventlog.topics import specs
from libs.shared.events.outbox import Outbox
from libs.shared.events.subscriptions import Subscriptions
from services.absence_ingest.wiring import subscriptions as of_absence_ingest
from services.evaluation_export.wiring import SUBSCRIPTIONS as OF_EVALUATION_EXPORT
from services.registration.wiring import SUBSCRIPTIONS as OF_REGISTRATION
from tests.realparts.eventlogs import QUICK, migrated_eventlog

ALL = {**TOPICS, **DEAD_LETTERS}
DENIED = asyncpg.InsufficientPrivilegeError


@pytest.fixture(scope="module")
def roles(postgres_dsn: str) -> Iterator[SharedRoles]:
    with migrated_eventlog(postgres_dsn) as made:
        yield made


@pytest.fixture
async def owner(roles: SharedRoles) -> AsyncIterator[PostgresEventLog]:
    async with opened(roles.owner_url) as log:
        await log.apply_topics(specs())
        yield log


def url_of(roles: SharedRoles, service: str) -> str:
    return roles.app_urls[SERVICES.index(service)]


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[PostgresEventLog]:
    log = PostgresEventLog(url, client_id="test-rights", times=QUICK, pool=2)
    await log.start()
    try:
        yield log
    finally:
        await log.close()


@asynccontextmanager
async def connected(url: str) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        await connection.close()


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_writes_the_topics_it_produces_and_no_other(
    owner: PostgresEventLog, roles: SharedRoles, service: str
) -> None:
    written = set()
    async with opened(url_of(roles, service)) as log, log.writer(f"relay-{service}") as writer:
        for topic in ALL:
            try:
                await writer.append([Outgoing(topic, "a", b"{}")])
                written.add(topic)
            except NotItsTopic:
                pass
    assert written == {name for name, topic in ALL.items() if topic.producer == service}


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_reads_the_topics_it_subscribes_to_and_no_other(
    owner: PostgresEventLog, roles: SharedRoles, service: str
) -> None:
    read = set()
    async with opened(url_of(roles, service)) as log:
        for topic in ALL:
            member = log.consumer(f"{service}.rebuild-of-a-test", [topic])
            await member.start()
            try:
                assert all(record.topic == topic for record in await member.poll(max_records=1, wait_seconds=0))
                await member.lag()
                read.add(topic)
            except DENIED:
                pass
            await member.close()
    assert read == {name for name, topic in ALL.items() if service in topic.consumers}


@pytest.mark.parametrize("service", SERVICES)
async def test_by_sql_a_role_can_do_no_more_than_by_the_log(
    owner: PostgresEventLog, roles: SharedRoles, service: str
) -> None:
    """A compromised process can send any SQL to the database."""
    insert = (
        "INSERT INTO {} (topic, partition, \"offset\", key, names, contents) VALUES ($1, 0, -1, 'a', '{{}}', '{{}}')"
    )
    async with connected(url_of(roles, service)) as connection:
        for name, topic in ALL.items():
            table = quoted(table_of(name))
            tries = {
                f"SELECT * FROM {table} LIMIT 1": service in topic.consumers,
                f"DELETE FROM {table}": False,
                f"UPDATE {table} SET value = 'other'": False,
                f"TRUNCATE {table}": False,
                f"DROP TABLE {table}": False,
            }
            for sql, allowed in tries.items():
                if allowed:
                    await connection.fetch(sql)
                else:
                    with pytest.raises(DENIED):
                        await connection.fetch(sql)
            for target in (table, "record"):
                transaction = connection.transaction()
                await transaction.start()
                if target == table and topic.producer == service:
                    await connection.execute(insert.format(target), name)
                else:
                    with pytest.raises(DENIED):
                        await connection.execute(insert.format(target), name)
                await transaction.rollback()
            moved = await connection.execute("UPDATE topic_partition SET next_offset = 0 WHERE topic = $1", name)
            assert (moved == f"UPDATE {topic.partitions}") == (topic.producer == service), (name, moved)
        for sql in ("SELECT * FROM record", "DELETE FROM compaction", "INSERT INTO topic VALUES ('x', 1, true)"):
            with pytest.raises(DENIED):
                await connection.execute(sql)
        for sql in ("DELETE FROM topic", "DELETE FROM topic_partition", "CREATE TABLE x ()", "SELECT * FROM step"):
            with pytest.raises(DENIED):
                await connection.execute(sql)


@pytest.mark.parametrize("service", SERVICES)
async def test_groups_and_writers_of_others_are_neither_seen_nor_changed(
    owner: PostgresEventLog, roles: SharedRoles, service: str
) -> None:
    for other in SERVICES:
        async with opened(url_of(roles, other)) as log, log.writer(f"relay-{other}"):
            member = log.consumer(other, sorted(ALL)[:1])
            await member.start()
            await member.close()
    async with connected(url_of(roles, service)) as connection:
        for table, column in (("consumer_group", "name"), ("group_partition", "group_name"), ("writer", "name")):
            seen = {row[0] for row in await connection.fetch(f"SELECT DISTINCT {column} FROM {table}")}
            own = {name for name in seen if name.removeprefix("relay-").partition(".")[0] == service}
            assert seen == own
            assert own, table
    others = [other for other in SERVICES if other != service]
    async with opened(url_of(roles, service)) as log:
        # A group belongs to a service only if its name is the service's, or begins with it and a dot.
        for foreign in (*others, *(f"{other}.rebuild-1" for other in others), f"{service}-other", f"{service}2"):
            with pytest.raises(DENIED):
                await log.consumer(foreign, sorted(ALL)[:1]).start()
            assert await log.committed(foreign, sorted(ALL)) == {}
            await log.forget_group(foreign)
        for other in others:
            with pytest.raises(DENIED):
                async with log.writer(f"relay-{other}"):
                    raise AssertionError("the writer of another service was entered")
    async with connected(roles.owner_url) as connection:
        kept = {row["name"] for row in await connection.fetch("SELECT name FROM consumer_group")}
        assert set(SERVICES) <= kept


async def test_rights_follow_the_declaration_when_topics_are_applied_again(
    owner: PostgresEventLog, roles: SharedRoles
) -> None:
    name, sql = "catalog.trial-action", f"SELECT * FROM {quoted(table_of('catalog.trial-action'))}"
    was = next(spec for spec in specs() if spec.name == name)
    async with connected(url_of(roles, "registration")) as connection:
        more = TopicSpec(
            *(name, was.partitions, was.compacted),
            max_compaction_lag_ms=was.max_compaction_lag_ms,
            producer=was.producer,
            consumers=frozenset({"registration"}),
        )
        assert await owner.apply_topics([more]) == []
        await connection.fetch(sql)
        assert await owner.apply_topics([was]) == []
        with pytest.raises(DENIED):
            await connection.fetch(sql)


async def test_a_services_role_applies_no_topics_and_tidies_nothing(
    owner: PostgresEventLog, roles: SharedRoles
) -> None:
    async with opened(url_of(roles, "registration")) as log:
        with pytest.raises(DENIED):
            await log.apply_topics([TopicSpec("registration.new", 1, compacted=True)])
        with pytest.raises(DENIED):
            await log.compact()


async def test_the_rights_are_those_that_the_services_subscriptions_need() -> None:
    declared: dict[str, Subscriptions] = {
        "registration": OF_REGISTRATION,
        "absence_ingest": of_absence_ingest(Outbox("absence_ingest")),
        "evaluation_export": OF_EVALUATION_EXPORT,
    }
    for service, subscriptions in declared.items():
        assert set(subscriptions.topics) == {name for name, topic in TOPICS.items() if service in topic.consumers}
