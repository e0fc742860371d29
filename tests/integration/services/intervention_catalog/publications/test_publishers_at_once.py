"""Two publishers of one item whose transactions overlap do what they do one after the other, whichever they are."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from itertools import product
from typing import Any
from uuid import UUID

import pytest

from libs.shared.auth.principal import Principal, Role
from libs.shared.base.errors import Problem
from libs.shared.contracts.catalog import TrialActionPublished
from libs.shared.db.database import WriteSession
from libs.shared.db.scope import scope_of
from libs.shared.rules.catalog import catalog_entries
from services.intervention_catalog.changes import queries as changes
from services.intervention_catalog.changes.domain import Kind
from services.intervention_catalog.drafts.domain import Written
from services.intervention_catalog.drafts.tables import Draft
from services.intervention_catalog.drafts.use_cases.review import publish_draft
from services.intervention_catalog.drafts.use_cases.writing import create_draft
from services.intervention_catalog.kinds.allowed_references import AllowedReferences
from services.intervention_catalog.loading.use_cases import load_content
from services.intervention_catalog.publications import queries
from services.intervention_catalog.publications.domain import New, Origin
from services.intervention_catalog.publications.reasons import WithdrawalReason
from services.intervention_catalog.publications.use_cases import Withdrawal, publish, withdraw
from tests.integration.services.intervention_catalog.locks import blocked
from tests.integration.services.intervention_catalog.service import SECRETARIAT, Catalog, action, content, new_action
from tests.realparts.databases import OwnDatabase

AUTHOR = Principal("author", frozenset({Role.SECRETARIAT}))
NOW = datetime(2024, 3, 1, 12, tzinfo=UTC)
TODAY = date(2024, 3, 1)
ALL_CHANGES = 1000


@dataclass(frozen=True)
class Publisher:
    """One who publishes about an item; ``word`` is the title that is written, ``draft_id`` a draft with that title."""

    catalog: Catalog
    item_id: str
    word: str
    draft_id: UUID

    async def publish(self, session: WriteSession) -> None:
        await publish(session, self.catalog.outbox, new(self.item_id, self.word))

    async def approve(self, session: WriteSession) -> None:
        def unchanged(draft: Draft) -> None:
            assert draft.version == 1

        await publish_draft(
            session, self.catalog.outbox, allowed(), SECRETARIAT, self.draft_id, unchanged=unchanged, now=NOW
        )

    async def withdraw(self, session: WriteSession) -> None:
        what = Withdrawal(Kind.TRIAL_ACTION, self.item_id, TODAY, WithdrawalReason.REPLACED, by=SECRETARIAT)
        await withdraw(session, self.catalog.outbox, what, today=TODAY)

    async def load(self, session: WriteSession) -> None:
        await load_content(session, self.catalog.outbox, [packaged(self.item_id, self.word)], [])


Act = Callable[[Publisher, WriteSession], Awaitable[None]]
ACTS: dict[str, Act] = {
    "publish": Publisher.publish,
    "approve": Publisher.approve,
    "withdraw": Publisher.withdraw,
    "load": Publisher.load,
}


def allowed() -> AllowedReferences:
    return AllowedReferences.of(content(), catalog_entries())


def titled(word: str) -> dict[str, str]:
    return {"da": word, "en": f"{word} in English"}


def new(item_id: str, word: str) -> New:
    return new_action(item_id, title=titled(word))


def packaged(item_id: str, word: str) -> New:
    return replace(new(item_id, word), origin=Origin.PACKAGED, by=None)


async def prepared(catalog: Catalog, item_id: str) -> tuple[Publisher, Publisher]:
    """Two publishers of an item that was loaded once."""
    async with catalog.db.write(scope_of(AUTHOR)) as session:
        await load_content(session, catalog.outbox, [packaged(item_id, "Pakken")], [])
    made = []
    for word in ("Den ene", "Den anden"):
        body = {"id": item_id} | action(title=titled(word))
        written = Written(Kind.TRIAL_ACTION, body, new(item_id, word).valid_from, None)
        async with catalog.db.write(scope_of(AUTHOR)) as session:
            draft = await create_draft(session, allowed(), AUTHOR, written, now=NOW)
        made.append(Publisher(catalog, item_id, word, draft.draft_id))
    return made[0], made[1]


async def ended(catalog: Catalog, publisher: Publisher, act: Act) -> type[Problem] | None:
    """Act in a transaction of one's own; the kind of refusal, if it was refused."""
    try:
        async with catalog.db.write(scope_of(SECRETARIAT)) as session:
            await act(publisher, session)
    except Problem as refusal:
        return type(refusal)
    return None


async def left(catalog: Catalog, item_id: str) -> dict[str, list[Any]]:
    """What the item's records, changes and events say, without its id."""
    async with catalog.db.read() as session:
        records = await queries.of_item(session, Kind.TRIAL_ACTION, item_id)
        listed = [each for each in await changes.since(session, 0, ALL_CHANGES) if each.item_id == item_id]
    events = [each for each in await catalog.events() if isinstance(each, TrialActionPublished)]
    return {
        "records": [
            (each.version, each.valid_from, each.valid_to, each.withdrawn, each.origin, each.content["title"])
            for each in records
        ],
        "changes": [(each.version, each.withdrawn) for each in listed],
        "events": [
            (each.aggregate_version, [period.content and period.content["title"] for period in each.periods])
            for each in events
            if each.trial_action_id == item_id
        ],
    }


@pytest.mark.parametrize(("first", "second"), list(product(ACTS, repeat=2)))
async def test_the_second_of_two_publishers_waits_and_sees_what_the_first_did(
    first: str, second: str, own: OwnDatabase, catalog: Catalog
) -> None:
    one, other = await prepared(catalog, "in-turn")
    expected = [await ended(catalog, one, ACTS[first]), await ended(catalog, other, ACTS[second])]
    assert expected[0] is None

    one, other = await prepared(catalog, "at-once")
    async with catalog.db.write(scope_of(SECRETARIAT)) as session:
        await ACTS[first](one, session)
        waiting = asyncio.create_task(ended(catalog, other, ACTS[second]))
        await blocked(own)
    assert await waiting == expected[1]
    assert await left(catalog, "at-once") == await left(catalog, "in-turn")
