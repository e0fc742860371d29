"""The change feed, as a reader with a copy of the catalog follows it."""

import asyncio
from datetime import date
from typing import Any

import asyncpg
import httpx

from services.intervention_catalog.changes import queries
from services.intervention_catalog.changes.domain import Kind
from services.intervention_catalog.publications.reasons import WithdrawalReason
from services.intervention_catalog.publications.use_cases import Withdrawal, publish, withdraw
from tests.integration.services.intervention_catalog.locks import blocked
from tests.integration.services.intervention_catalog.service import ITEMS, SECRETARIAT, Catalog, new_action
from tests.realparts.databases import OwnDatabase

DAY = date(2024, 3, 1)


async def follow(client: httpx.AsyncClient, since: str | None, page_size: int = 50) -> tuple[list[Any], str]:
    """All changes after a token, and the token for the next call."""
    found: list[Any] = []
    while True:
        params = {"page_size": page_size} | ({"since": since} if since else {})
        answer = await client.get("/v1/changes", params=params)
        assert answer.status_code == 200, answer.text
        found += answer.json()["items"]
        since = str(answer.json()["next"])
        if not answer.json()["more"]:
            return found, since


async def test_a_copy_is_filled_from_the_start_and_then_kept_up_to_date(
    client: httpx.AsyncClient, loaded: Catalog
) -> None:
    first, token = await follow(client, None)
    assert len(first) == ITEMS + 6
    assert {each["kind"] for each in first} == {kind.value for kind in Kind}
    assert await follow(client, token) == ([], token)
    await loaded.publish(new_action())
    what = Withdrawal(Kind.TRIAL_ACTION, "ishoj", DAY, WithdrawalReason.ON_REQUEST, by=SECRETARIAT)
    async with loaded.db.write() as session:
        await withdraw(session, loaded.outbox, what, today=DAY)
    later, _ = await follow(client, token)
    assert [(each["id"], each["version"], each["change"], each["deleted"]) for each in later] == [
        ("calm", 1, "published", False),
        ("ishoj", 2, "withdrawn", True),
    ]


async def test_what_the_feed_points_to_is_there(client: httpx.AsyncClient, loaded: Catalog) -> None:
    changes, _ = await follow(client, None, 200)
    for each in changes:
        answer = await client.get(each["href"])
        assert (answer.status_code, answer.json()["version"]) == (200, each["version"]), each["href"]


async def test_pages_of_any_size_tell_the_same(client: httpx.AsyncClient, loaded: Catalog) -> None:
    whole, token = await follow(client, None, 200)
    assert [each["changed_at"] for each in whole] == sorted(each["changed_at"] for each in whole)
    for size in (1, 7, 137, 138):
        assert await follow(client, None, size) == (whole, token)


async def test_a_reader_between_two_transactions_misses_neither(
    own: OwnDatabase, client: httpx.AsyncClient, catalog: Catalog
) -> None:
    async with own.db.write() as session:
        await publish(session, catalog.outbox, new_action("first"))
        other = asyncio.create_task(catalog.publish(new_action("second")))
        await blocked(own)
        seen, token = await follow(client, None)
        assert seen == []
    await other
    later, _ = await follow(client, token)
    assert [each["id"] for each in later] == ["first", "second"]


async def test_a_token_that_is_none_or_of_a_later_database_is_refused(
    own: OwnDatabase, client: httpx.AsyncClient, catalog: Catalog
) -> None:
    for wrong in ("x", "WyJjaGFuZ2VzIl0", "WyJwdXBpbHMiLDFd", "é"):
        answer = await client.get("/v1/changes", params={"since": wrong})
        assert (answer.status_code, answer.json()["code"]) == (400, "changes.token_invalid")
    await catalog.publish(new_action())
    _, ahead = await follow(client, None)
    async with catalog.db.read() as session:
        assert await queries.head(session) == 1
    # The same token after the catalog was restored to a state before that change.
    await _forget(own)
    answer = await client.get("/v1/changes", params={"since": ahead})
    assert (answer.status_code, answer.json()["code"]) == (410, "changes.unknown")


async def _forget(own: OwnDatabase) -> None:
    owner = await asyncpg.connect(own.owner_url)
    await owner.execute("ALTER TABLE catalog_change DISABLE TRIGGER published_is_final")
    await owner.execute("DELETE FROM catalog_change")
    await owner.close()
