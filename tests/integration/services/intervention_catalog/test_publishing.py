"""What is published, once and for ever, with its events in the same transaction."""

import asyncio
from datetime import date
from typing import Any

import asyncpg
import pytest
from sqlalchemy import text

from libs.shared.contracts.catalog import InterventionTypePublished, RuleSetPublished
from libs.shared.contracts.codec import decode
from libs.shared.contracts.state import State
from libs.shared.delivery.outbox import Outbox
from libs.shared.rules.catalog import catalog_entries
from libs.shared.rules.errors import OverlappingValidity
from libs.shared.rules.library import library_rule_set, library_rule_sets
from libs.shared.rules.rule_sets import RuleSet
from services.intervention_catalog.content.use_cases import load_content
from services.intervention_catalog.intervention_types.domain import contents_of
from services.intervention_catalog.intervention_types.use_cases import (
    get_intervention_type,
    list_intervention_types,
    publish_intervention_type,
)
from services.intervention_catalog.rule_sets.errors import RuleSetChanged, RuleSetNotFound, RuleSetNotNewer
from services.intervention_catalog.rule_sets.use_cases import get_rule_set, list_rule_sets, publish_rule_set
from tests.realparts.databases import OwnDatabase

CO_TEACHING = contents_of(catalog_entries())[0]
DOSAGE = library_rule_set("dosage-2021")

WAITING = """
SELECT count(*) FROM pg_locks AS l JOIN pg_database AS d ON d.oid = l.database
 WHERE d.datname = current_database() AND l.locktype = 'relation' AND NOT l.granted
"""


def rule_set(base: RuleSet = DOSAGE, **changed: Any) -> RuleSet:
    return base.model_copy(update=changed)


async def events(own: OwnDatabase) -> list[State]:
    async with own.db.read() as session:
        rows = await session.execute(text("SELECT header_names, header_values, value FROM outbox ORDER BY seq"))
        return [decode(tuple(zip(names, values, strict=True)), value).data for names, values, value in rows]


async def test_the_content_is_published_with_an_event_each_and_the_second_time_nothing(
    own: OwnDatabase, outbox: Outbox
) -> None:
    async with own.db.write() as session:
        first = await load_content(session, outbox)
    assert str(first[0]) == "added: intervention type A co_teaching, version 1"
    assert len(first) == 5 + len(library_rule_sets())
    written = await events(own)
    assert [type(each) for each in written] == [InterventionTypePublished] * 5 + [RuleSetPublished] * len(
        library_rule_sets()
    )
    async with own.db.write() as session:
        assert await load_content(session, outbox) == []
    assert await events(own) == written


async def test_an_event_carries_the_rule_set_as_the_library_has_it(own: OwnDatabase, outbox: Outbox) -> None:
    async with own.db.write() as session:
        await load_content(session, outbox)
    sent = {each.rule_set: each for each in await events(own) if isinstance(each, RuleSetPublished)}
    assert {name: RuleSet.model_validate(each.content) for name, each in sent.items()} == {
        each.name: each for each in library_rule_sets()
    }


async def test_a_changed_type_is_a_new_version_beside_the_old_one(own: OwnDatabase, outbox: Outbox) -> None:
    closed = CO_TEACHING.model_copy(update={"valid_to": date(2024, 8, 1)})
    for content, version in ((CO_TEACHING, 1), (CO_TEACHING, None), (closed, 2), (CO_TEACHING, 3)):
        async with own.db.write() as session:
            assert await publish_intervention_type(session, outbox, content) == version
    async with own.db.read() as session:
        newest = await get_intervention_type(session, "A")
        assert (newest.content, newest.aggregate_version) == (CO_TEACHING, 3)
        assert await list_intervention_types(session) == [newest]
        assert (await session.execute(text("SELECT count(*) FROM intervention_type_version"))).scalar_one() == 3
    assert [each.aggregate_version for each in await events(own)] == [1, 2, 3]


async def test_a_published_version_of_a_rule_set_never_gets_other_content(own: OwnDatabase, outbox: Outbox) -> None:
    async with own.db.write() as session:
        await publish_rule_set(session, outbox, DOSAGE)
    with pytest.raises(RuleSetChanged):
        async with own.db.write() as session:
            await publish_rule_set(session, outbox, rule_set(sources=("001",)))
    assert len(await events(own)) == 1


async def test_an_older_program_that_loads_its_content_takes_nothing_back(own: OwnDatabase, outbox: Outbox) -> None:
    newer = rule_set(version=3, sources=("000", "001"))
    async with own.db.write() as session:
        assert await publish_rule_set(session, outbox, DOSAGE) == 1
        assert await publish_rule_set(session, outbox, newer) == 2
        assert await publish_rule_set(session, outbox, DOSAGE) is None
    with pytest.raises(RuleSetNotNewer):
        async with own.db.write() as session:
            await publish_rule_set(session, outbox, rule_set(version=2))
    async with own.db.read() as session:
        assert (await get_rule_set(session, "dosage-2021")).content == newer
        assert (await get_rule_set(session, "dosage-2021", 1)).content == DOSAGE
        assert [each.version for each in await list_rule_sets(session)] == [3]
        with pytest.raises(RuleSetNotFound):
            await get_rule_set(session, "dosage-2021", 2)


async def test_two_sets_of_one_family_never_claim_the_same_day(own: OwnDatabase, outbox: Outbox) -> None:
    follower = rule_set(name="dosage-2024", valid_from=date(2024, 8, 1))
    async with own.db.write() as session:
        await publish_rule_set(session, outbox, DOSAGE)
    with pytest.raises(OverlappingValidity):
        async with own.db.write() as session:
            await publish_rule_set(session, outbox, follower)
    closed = rule_set(version=2, valid_to=date(2024, 8, 1))
    async with own.db.write() as session:
        await load_content(session, outbox, entries=[], rule_sets=[follower, closed])
    assert [each.key for each in await events(own)] == ["dosage-2021", "dosage-2021", "dosage-2024"]


async def test_a_refusal_leaves_nothing_of_the_whole_load(own: OwnDatabase, outbox: Outbox) -> None:
    with pytest.raises(OverlappingValidity):
        async with own.db.write() as session:
            await load_content(session, outbox, rule_sets=[DOSAGE, rule_set(name="dosage-again")])
    async with own.db.read() as session:
        assert await list_intervention_types(session) == []
    assert await events(own) == []


async def test_two_publishers_at_once_publish_once_and_readers_do_not_wait(own: OwnDatabase, outbox: Outbox) -> None:
    second_is_waiting = asyncio.Event()

    async def second() -> int | None:
        async with own.db.write() as session:
            second_is_waiting.set()
            return await publish_intervention_type(session, outbox, CO_TEACHING)

    async with own.db.write() as session:
        assert await publish_intervention_type(session, outbox, CO_TEACHING) == 1
        other = asyncio.create_task(second())
        await second_is_waiting.wait()
        await _blocked(own)
        async with own.db.read() as reader:
            assert await list_intervention_types(reader) == []
        assert not other.done()
    async with asyncio.timeout(10):
        assert await other is None
    assert len(await events(own)) == 1


async def test_two_sets_of_one_family_published_at_once_do_not_slip_past_each_other(
    own: OwnDatabase, outbox: Outbox
) -> None:
    async def second() -> None:
        async with own.db.write() as session:
            await publish_rule_set(session, outbox, rule_set(name="dosage-other"))

    async with own.db.write() as session:
        await publish_rule_set(session, outbox, DOSAGE)
        other = asyncio.create_task(second())
        await _blocked(own)
    with pytest.raises(OverlappingValidity):
        async with asyncio.timeout(10):
            await other


async def _blocked(own: OwnDatabase) -> None:
    """Until a transaction of this database waits for a table's lock."""
    watching = await asyncpg.connect(own.admin_url)
    try:
        async with asyncio.timeout(10):
            while not await watching.fetchval(WAITING):  # noqa: ASYNC110 - PostgreSQL tells nobody that it waits
                await asyncio.sleep(0.01)
    finally:
        await watching.close()
