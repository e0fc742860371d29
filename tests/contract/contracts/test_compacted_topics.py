"""A compacted topic holds the whole state: reading it after compaction gives the same read models as reading every
record.

Every topic of ``contracts/topics.py`` is covered, or the first test fails.
"""

from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import pytest

from libs.shared.contracts.catalog import RuleSetPublished
from libs.shared.contracts.topics import TOPICS, subscribed
from libs.shared.eventlog.factory import open_event_log
from libs.shared.eventlog.port import EventLog, Outgoing, TopicSpec
from libs.shared.eventlog.postgres.log import PostgresEventLog
from libs.shared.events.handling import Handling
from libs.shared.rules.rule_sets import RuleSet, newest_version_by_period
from services.evaluation_export.panel.part import PART as PANEL
from tests.contract.contracts import histories
from tests.contract.contracts.histories import Producer, last_states, told
from tests.contract.contracts.test_read_models import CONSUMERS
from tests.factories.events import consuming, rows, until
from tests.factories.own_topics import OwnTopics
from tests.factories.service import Callers
from tests.integration.services.registration.conftest import callers
from tests.integration.services.registration.service import MIGRATIONS, Registration
from tests.realparts.databases import MakeDatabase, OwnDatabase
from tests.realparts.eventlogs import QUICK

__all__ = ["callers"]

TABLES = {
    "registration": ("rule_set", "intervention_type", "pupil_month", "completeness"),
    "absence_ingest": ("municipality", "school", "calendar", "calendar_day", "pupil", "lookup_key", "membership"),
    "evaluation_export": tuple(str(table.__tablename__) for table in PANEL.tables),
}


@pytest.fixture
async def own(make_database: MakeDatabase) -> OwnDatabase:
    """The database of registration."""
    return await make_database(MIGRATIONS)


@pytest.fixture
def registration(own: OwnDatabase) -> Registration:
    """The service behind ``callers``."""
    return Registration.on(own.db)


@pytest.fixture
async def producers(
    own: OwnDatabase, registration: Registration, callers: Callers, make_database: MakeDatabase
) -> list[Producer]:
    """Each producer after its changes."""
    return [
        await histories.catalog(make_database),
        await histories.absence(make_database),
        await histories.registration(own, registration, callers),
    ]


@pytest.fixture
async def log(eventlog_url: str) -> AsyncIterator[EventLog]:
    """The PostgreSQL log with every topic, under names that no other test uses."""
    inner = open_event_log(eventlog_url, client_id="test-compacted", times=QUICK)
    await inner.start()
    made = OwnTopics(inner)
    await made.apply_topics([TopicSpec(each.name, each.partitions, each.compacted) for each in TOPICS.values()])
    yield made
    await inner.close()


async def test_what_a_producer_tells_again_is_the_last_record_of_each_key_for_every_topic(
    producers: list[Producer],
) -> None:
    covered = set()
    for own, republishing in producers:
        before = await told(own)
        for each in republishing:
            done = await each.run(own.db)
            assert done.untold == 0
        again = await told(own, again=True)
        assert last_states(again) == last_states(before)
        assert len(again) == len(last_states(again)), "each state is told once"
        assert {each.topic for each in republishing} == {record.topic for record in before}
        changed = {topic for (topic, _), number in Counter((r.topic, r.key) for r in before).items() if number > 1}
        covered |= {record.topic for record in before}
        # Enrolments and reported months never change. Every other topic has a key with several records.
        assert {record.topic for record in before} - changed <= {"registration.enrolment", "absence.completeness"}
    assert covered == {topic.name for topic in TOPICS.values() if topic.compacted}


async def test_a_reader_of_the_compacted_log_has_what_a_reader_of_everything_has(
    producers: list[Producer], log: OwnTopics, make_database: MakeDatabase
) -> None:
    records = [record for own, _ in producers for record in await told(own)]
    await log.append(records)
    whole = {group: await _read(group, log, make_database) for group in CONSUMERS}
    assert isinstance(log.inner, PostgresEventLog)
    assert sum(each.removed for each in await log.inner.compact()) > 0
    for group in CONSUMERS:
        await log.forget_group(group)
    left = {group: await _read(group, log, make_database) for group in CONSUMERS}
    assert left == whole
    empty = [(group, name) for group, tables in whole.items() for name, rows in tables.items() if not rows]
    assert not empty, "every read model holds something"


async def test_the_last_records_of_rule_sets_are_all_the_versions_that_count(make_database: MakeDatabase) -> None:
    own, _ = await histories.catalog(make_database)
    records: list[Outgoing] = [each for each in await told(own) if each.topic == RuleSetPublished.TOPIC]
    sets = [RuleSet.model_validate(state.content) for state in _rule_sets(records)]
    left = [RuleSet.model_validate(state.content) for state in _rule_sets(records, compacted=True)]
    assert len(sets) == len(left) + 1
    assert newest_version_by_period(left) == newest_version_by_period(sets)


def _rule_sets(records: list[Outgoing], *, compacted: bool = False) -> list[RuleSetPublished]:
    groups = [records] if compacted else [[record] for record in records]
    states = [state for group in groups for state in last_states(group).values()]
    return [state for state in states if isinstance(state, RuleSetPublished)]


async def _read(group: str, log: OwnTopics, make_database: MakeDatabase) -> dict[str, list[Any]]:
    """The read models of the service after reading the log into a new database."""
    service, subscriptions = CONSUMERS[group]
    own = await make_database(service.migrations)
    topics = subscribed(group)

    async def caught_up() -> bool:
        ends, committed = await log.ends(topics), await log.committed(group, topics)
        return all(committed.get(at, 0) >= end for at, end in ends.items())

    async with consuming(log, Handling(own.db, group, subscriptions)):
        await until(caught_up, 60)
    assert await rows(own, "SELECT 1 FROM dead_letter") == []
    return {
        table: [row["row"] for row in await rows(own, f"SELECT {table}::text AS row FROM {table} ORDER BY 1")]
        for table in TABLES[group]
    }
