"""Published rule sets: versions that never change and never overlap."""

import asyncio
from datetime import date
from typing import Any

import pytest

from libs.shared.contracts.catalog import RuleSetPublished
from libs.shared.events.outbox import Outbox
from libs.shared.rules.errors import OverlappingValidity
from libs.shared.rules.library import library_rule_set, library_rule_sets
from libs.shared.rules.rule_sets import RuleSet
from services.intervention_catalog.rule_sets.errors import RuleSetChanged, RuleSetNotFound, RuleSetNotNewer
from services.intervention_catalog.rule_sets.use_cases import get_rule_set, list_rule_sets, publish_rule_set
from tests.integration.services.intervention_catalog.locks import blocked
from tests.integration.services.intervention_catalog.service import Catalog
from tests.realparts.databases import OwnDatabase

DOSAGE = library_rule_set("dosage-2021")


def rule_set(base: RuleSet = DOSAGE, **changed: Any) -> RuleSet:
    return base.model_copy(update=changed)


async def test_an_event_carries_the_rule_set_as_the_library_has_it(
    own: OwnDatabase, outbox: Outbox, catalog: Catalog
) -> None:
    await catalog.load()
    sent = {each.rule_set: each for each in await catalog.events() if isinstance(each, RuleSetPublished)}
    assert {name: RuleSet.model_validate(each.content) for name, each in sent.items()} == {
        each.name: each for each in library_rule_sets()
    }


async def test_a_published_version_of_a_rule_set_never_gets_other_content(
    own: OwnDatabase, outbox: Outbox, catalog: Catalog
) -> None:
    async with own.db.write() as session:
        await publish_rule_set(session, outbox, DOSAGE)
    with pytest.raises(RuleSetChanged):
        async with own.db.write() as session:
            await publish_rule_set(session, outbox, rule_set(sources=("001",)))
    assert len(await catalog.events()) == 1


async def test_an_older_program_that_loads_its_content_takes_nothing_back(
    own: OwnDatabase, outbox: Outbox, catalog: Catalog
) -> None:
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


async def test_two_sets_of_one_family_never_claim_the_same_day(
    own: OwnDatabase, outbox: Outbox, catalog: Catalog
) -> None:
    follower = rule_set(name="dosage-2024", valid_from=date(2024, 8, 1))
    async with own.db.write() as session:
        await publish_rule_set(session, outbox, DOSAGE)
    with pytest.raises(OverlappingValidity):
        async with own.db.write() as session:
            await publish_rule_set(session, outbox, follower)
    closed = rule_set(version=2, valid_to=date(2024, 8, 1))
    await catalog.load([], [follower, closed])
    assert [each.key for each in await catalog.events()] == [
        "dosage-2021/2021-01-01",
        "dosage-2021/2021-01-01",
        "dosage-2024/2024-08-01",
    ]


async def test_two_sets_of_one_family_published_at_once_do_not_slip_past_each_other(
    own: OwnDatabase, outbox: Outbox, catalog: Catalog
) -> None:
    async def second() -> None:
        async with own.db.write() as session:
            await publish_rule_set(session, outbox, rule_set(name="dosage-other"))

    async with own.db.write() as session:
        await publish_rule_set(session, outbox, DOSAGE)
        other = asyncio.create_task(second())
        await blocked(own)
    with pytest.raises(OverlappingValidity):
        async with asyncio.timeout(10):
            await other
