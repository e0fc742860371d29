"""Items are published once and never change, with their events in the same transaction."""

import asyncio
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from libs.shared.auth.principal import Principal, Role
from libs.shared.contracts.catalog import InterventionTypePublished, TrialActionPublished
from services.intervention_catalog.changes.domain import Kind
from services.intervention_catalog.publications.domain import Publication
from services.intervention_catalog.publications.errors import (
    EndsBeforeStart,
    NothingToWithdraw,
    OverlappingPeriods,
    PublicationNotFound,
    TextMissing,
    WithdrawalInPast,
    WithdrawalLater,
)
from services.intervention_catalog.publications.reasons import WithdrawalReason
from services.intervention_catalog.publications.use_cases import Withdrawal, get, listed, publish, versions, withdraw
from tests.integration.services.intervention_catalog.locks import blocked
from tests.integration.services.intervention_catalog.service import SECRETARIAT, Catalog, item, new_action
from tests.realparts.databases import OwnDatabase

TODAY = date(2024, 3, 1)
REASON = WithdrawalReason.REPLACED
CO_TEACHING = replace(item(Kind.INTERVENTION_TYPE, "A"), valid_from=date(2021, 1, 1))


def team(municipality_code: str) -> Principal:
    """A resource team."""
    return Principal("team", frozenset({Role.RESOURCE_TEAM}), frozenset({municipality_code}))


async def take_back(catalog: Catalog, kind: Kind, item_id: str, end: date = TODAY, **more: Any) -> Publication:
    what = Withdrawal(kind, item_id, end, more.get("reason", REASON), by=more.get("by", SECRETARIAT))
    async with catalog.db.write() as session:
        return await withdraw(session, catalog.outbox, what, today=TODAY)


async def found(catalog: Catalog, kind: Kind, item_id: str, on: date, version: int | None = None) -> Publication:
    async with catalog.db.read() as session:
        return await get(session, kind, item_id, on=on, version=version)


async def test_a_changed_item_is_a_new_record_beside_the_old_one(catalog: Catalog) -> None:
    closed = replace(CO_TEACHING, valid_to=date(2024, 8, 1))
    for new, version in ((CO_TEACHING, 1), (CO_TEACHING, None), (closed, 2), (CO_TEACHING, 3)):
        assert await catalog.publish(new) == version
    assert (await found(catalog, Kind.INTERVENTION_TYPE, "A", TODAY)).version == 3
    assert (await found(catalog, Kind.INTERVENTION_TYPE, "A", TODAY, 2)).valid_to == date(2024, 8, 1)
    events = await catalog.events()
    assert [each.aggregate_version for each in events] == [1, 2, 3]
    assert await catalog.count("publication") == await catalog.count("catalog_change") == 3


async def test_a_type_follows_itself_in_a_period_of_its_own_and_the_event_tells_of_both(catalog: Catalog) -> None:
    later = {**CO_TEACHING.content, "variants": CO_TEACHING.content["variants"][:1]}
    await catalog.publish(replace(CO_TEACHING, valid_to=date(2024, 8, 1)))
    await catalog.publish(replace(CO_TEACHING, valid_from=date(2024, 8, 1), content=later))
    assert (await found(catalog, Kind.INTERVENTION_TYPE, "A", date(2024, 7, 31))).version == 1
    assert (await found(catalog, Kind.INTERVENTION_TYPE, "A", date(2024, 8, 1))).version == 2
    event = (await catalog.events())[-1]
    assert isinstance(event, InterventionTypePublished)
    assert [(each.valid_from, each.valid_to, each.variants) for each in event.periods] == [
        (date(2021, 1, 1), date(2024, 8, 1), ["A1", "A2"]),
        (date(2024, 8, 1), None, ["A1"]),
    ]
    assert (event.valid_from, event.valid_to, event.withdrawn) == (date(2021, 1, 1), None, False)


@pytest.mark.parametrize(
    ("start", "end"),
    [(date(2024, 7, 31), None), (date(2020, 8, 1), date(2021, 1, 2)), (date(2022, 1, 1), date(2022, 2, 1))],
)
async def test_no_day_has_two_periods_of_one_item(catalog: Catalog, start: date, end: date | None) -> None:
    await catalog.publish(replace(CO_TEACHING, valid_to=date(2024, 8, 1)))
    with pytest.raises(OverlappingPeriods) as refused:
        await catalog.publish(replace(CO_TEACHING, valid_from=start, valid_to=end))
    assert refused.value.pointer == "/valid_from"
    assert "01-01-2021" in refused.value.messages["da"]
    assert await catalog.count("publication") == 1


async def test_an_end_before_the_start_and_a_missing_text_are_refused_by_their_field(catalog: Catalog) -> None:
    with pytest.raises(EndsBeforeStart):
        await catalog.publish(replace(CO_TEACHING, valid_to=CO_TEACHING.valid_from))
    half = new_action(title={"da": "Kun dansk", "en": " "}, learned={"da": "", "en": "English alone"})
    with pytest.raises(TextMissing) as refused:
        await catalog.publish(half)
    assert [each["pointer"] for each in refused.value.extra["errors"]] == ["/title/en", "/learned/da"]
    assert await catalog.events() == []


async def test_a_withdrawn_type_still_explains_old_courses(loaded: Catalog) -> None:
    withdrawn = await take_back(loaded, Kind.INTERVENTION_TYPE, "E", date(2024, 8, 1))
    assert (withdrawn.version, withdrawn.withdrawn, withdrawn.reason) == (2, True, REASON)
    before = await found(loaded, Kind.INTERVENTION_TYPE, "E", date(2022, 9, 1))
    after = await found(loaded, Kind.INTERVENTION_TYPE, "E", date(2025, 9, 1))
    assert before.content == after.content == item(Kind.INTERVENTION_TYPE, "E").content
    async with loaded.db.read() as session:
        assert [len(await listed(session, Kind.INTERVENTION_TYPE, on=day, after="", limit=9)) for day in (
            date(2024, 7, 31), date(2024, 8, 1))] == [5, 4]  # fmt: skip
    event = (await loaded.events())[-1]
    assert isinstance(event, InterventionTypePublished)
    assert (event.valid_to, event.withdrawn, event.aggregate_version) == (date(2024, 8, 1), True, 2)


async def test_a_withdrawal_ends_every_period_that_lasts_beyond_it(catalog: Catalog) -> None:
    await catalog.publish(replace(CO_TEACHING, valid_to=date(2023, 8, 1)))
    await catalog.publish(replace(CO_TEACHING, valid_from=date(2023, 8, 1), valid_to=date(2025, 8, 1)))
    await catalog.publish(replace(CO_TEACHING, valid_from=date(2025, 8, 1)))
    await take_back(catalog, Kind.INTERVENTION_TYPE, "A", date(2024, 8, 1))
    async with catalog.db.read() as session:
        records = await versions(session, Kind.INTERVENTION_TYPE, "A")
    assert [(each.valid_from.year, each.valid_to, each.withdrawn) for each in records[3:]] == [
        (2023, date(2024, 8, 1), True),
        (2025, date(2025, 8, 1), True),
    ]
    assert len(await catalog.events()) == 4
    with pytest.raises(NothingToWithdraw):
        await take_back(catalog, Kind.INTERVENTION_TYPE, "A", date(2024, 8, 1))
    assert await catalog.publish(replace(CO_TEACHING, valid_from=date(2025, 8, 1))) == 6


async def test_a_withdrawn_trial_action_is_out_of_sight_in_every_earlier_record_and_in_its_event(
    catalog: Catalog,
) -> None:
    await catalog.publish(new_action(title={"da": "Et navn for meget", "en": "A name too many"}))
    withdrawn = await take_back(catalog, Kind.TRIAL_ACTION, "calm")
    assert (withdrawn.hidden, withdrawn.content) == (True, {})
    event = (await catalog.events())[-1]
    assert isinstance(event, TrialActionPublished)
    assert ([each.content for each in event.periods], event.withdrawn) == ([None], True)
    await catalog.publish(new_action(start=TODAY))
    async with catalog.db.read() as session:
        records = await versions(session, Kind.TRIAL_ACTION, "calm")
        on_old_days = [
            await listed(session, Kind.TRIAL_ACTION, on=day, after="", limit=9)
            for day in (date(2022, 9, 1), date(2024, 2, 29))
        ]
    assert [each.hidden for each in records] == [True, True, False]
    assert [[each.hidden for each in found] for found in on_old_days] == [[True], [True]]
    assert "for meget" not in str((records, on_old_days))


async def test_a_trial_action_that_has_ended_can_still_be_taken_out_of_sight_and_does_not_last_longer_for_it(
    catalog: Catalog,
) -> None:
    ended = date(2023, 8, 1)
    await catalog.publish(new_action(end=ended, title={"da": "Et navn for meget", "en": "A name too many"}))
    withdrawn = await take_back(catalog, Kind.TRIAL_ACTION, "calm")
    assert (withdrawn.hidden, withdrawn.withdrawn, withdrawn.valid_to) == (True, True, ended)
    event = (await catalog.events())[-1]
    assert isinstance(event, TrialActionPublished)
    assert [each.content for each in event.periods] == [None]
    async with catalog.db.read() as session:
        shown = [
            *await versions(session, Kind.TRIAL_ACTION, "calm"),
            *await listed(session, Kind.TRIAL_ACTION, on=date(2022, 9, 1), after="", limit=9),
        ]
    assert "for meget" not in str(shown)
    with pytest.raises(NothingToWithdraw):
        await take_back(catalog, Kind.TRIAL_ACTION, "calm")


async def test_what_cannot_be_withdrawn_is_refused(catalog: Catalog) -> None:
    await catalog.publish(new_action())
    with pytest.raises(PublicationNotFound):
        await take_back(catalog, Kind.TRIAL_ACTION, "other")
    with pytest.raises(PublicationNotFound):
        await take_back(catalog, Kind.TRIAL_ACTION, "calm", by=team("147"))
    with pytest.raises(WithdrawalInPast):
        await take_back(catalog, Kind.TRIAL_ACTION, "calm", date(2024, 2, 29))
    with pytest.raises(WithdrawalLater):
        await take_back(catalog, Kind.TRIAL_ACTION, "calm", date(2024, 3, 2))
    assert len(await catalog.events()) == 1
    assert (await take_back(catalog, Kind.TRIAL_ACTION, "calm", by=team("101"))).withdrawn


async def test_two_publishers_at_once_publish_once_and_readers_do_not_wait(own: OwnDatabase, catalog: Catalog) -> None:
    async with own.db.write() as session:
        assert await publish(session, catalog.outbox, CO_TEACHING) == 1
        other = asyncio.create_task(catalog.publish(CO_TEACHING))
        await blocked(own)
        async with own.db.read() as reader:
            assert await listed(reader, Kind.INTERVENTION_TYPE, on=TODAY, after="", limit=9) == []
        assert not other.done()
    async with asyncio.timeout(10):
        assert await other is None
    assert len(await catalog.events()) == 1
