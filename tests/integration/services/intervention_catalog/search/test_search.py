"""The search over HTTP: right after a publish, on every replica, page after page."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest

from libs.shared.events.outbox import Outbox
from services.intervention_catalog import wiring
from services.intervention_catalog.changes.domain import Kind
from services.intervention_catalog.kinds.allowed_references import AllowedReferences
from services.intervention_catalog.publications.reasons import WithdrawalReason
from services.intervention_catalog.publications.use_cases import Withdrawal, withdraw
from services.intervention_catalog.search.domain import Asked
from services.intervention_catalog.search.errors import SearchTokenExpired
from services.intervention_catalog.search.query.filters import Filters
from services.intervention_catalog.search.schemas import SearchOut
from services.intervention_catalog.search.snapshot import Snapshot
from services.intervention_catalog.search.use_cases import KEPT, CatalogSearch
from tests.integration.services.intervention_catalog.conftest import PAGES, service_on
from tests.integration.services.intervention_catalog.service import (
    ITEMS,
    SECRETARIAT,
    Catalog,
    content,
    item,
    new_action,
)
from tests.realparts.databases import OwnDatabase

WORDS = "rolig start på dagen"
TODAY = date(2024, 3, 1)
NOW = datetime(2024, 3, 1, 12, tzinfo=UTC)
"""The moment at which every replica searches."""


@pytest.fixture(autouse=True)
async def published(loaded: Catalog, monkeypatch: pytest.MonkeyPatch) -> Catalog:
    monkeypatch.setattr(wiring, "utc_now", lambda: NOW)
    return loaded


@pytest.fixture
async def replica(own: OwnDatabase, outbox: Outbox) -> AsyncIterator[httpx.AsyncClient]:
    """Another replica of the service, with its own memory."""
    other = service_on(own, outbox)
    async with other.callers(other.app(page_tokens=PAGES)) as callers:
        yield callers.client


async def search(client: httpx.AsyncClient, q: str = "", **params: Any) -> dict[str, Any]:
    answer = await client.get("/v1/search", params={"q": q} | params)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def ids(found: dict[str, Any]) -> list[str]:
    return [each["id"] for each in found["items"]]


async def test_a_hit_says_where_it_is_read_and_shows_what_matched(client: httpx.AsyncClient) -> None:
    found = await search(client, "bogpaker")
    best = found["items"][0]
    assert (best["kind"], best["id"], best["href"]) == ("intervention_type", "E", "/v1/intervention-types/E")
    assert best["highlights"][0] == {"passage": "title", "segments": [{"text": "Bogpakker", "match": True}]}
    assert (await client.get(best["href"])).status_code == 200
    english = await search(client, "book packages", language="en")
    title = english["items"][0]["highlights"][0]["segments"]
    assert "".join(each["text"] for each in title) == "Book packages"
    assert {each["text"] for each in title if each["match"]} == {"Book", "packages"}


async def test_what_is_published_or_withdrawn_is_seen_by_the_next_search_on_every_replica(
    client: httpx.AsyncClient, replica: httpx.AsyncClient, loaded: Catalog
) -> None:
    for each in (client, replica):
        assert "calm" not in ids(await search(each, WORDS))
    await loaded.publish(new_action("calm", TODAY))
    for each in (client, replica):
        assert ids(await search(each, WORDS))[0] == "calm"
    changed = new_action("calm", TODAY, title={"da": "Fælles frokost", "en": "Lunch together"})
    await loaded.publish(changed)
    for each in (client, replica):
        assert ids(await search(each, "fælles frokost"))[0] == "calm"
    what = Withdrawal(Kind.TRIAL_ACTION, "calm", TODAY, WithdrawalReason.ON_REQUEST, by=SECRETARIAT)
    async with loaded.db.write() as session:
        await withdraw(session, loaded.outbox, what, today=TODAY)
    for each in (client, replica):
        assert "calm" not in ids(await search(each, "fælles frokost"))


async def test_what_is_not_in_force_today_is_not_found(client: httpx.AsyncClient, loaded: Catalog) -> None:
    await loaded.publish(new_action("over", date(2021, 8, 1), TODAY))
    await loaded.publish(new_action("soon", TODAY + timedelta(days=1)))
    await loaded.publish(new_action("now", TODAY, TODAY + timedelta(days=1)))
    assert {"over", "soon", "now"} & set(ids(await search(client, WORDS))) == {"now"}


async def test_pages_tell_each_hit_once_on_whichever_replica_and_whatever_is_published_meanwhile(
    client: httpx.AsyncClient, replica: httpx.AsyncClient, loaded: Catalog
) -> None:
    whole = ids(await search(client, "samarbejde", page_size=100))
    assert len(whole) > 20
    seen: list[str] = []
    token: str | None = None
    for number in range(100):
        params = {"page_size": 7} | ({"page_token": token} if token else {})
        page = await search((client, replica)[number % 2], "samarbejde", **params)
        seen += ids(page)
        assert page["total"] == len(whole)
        token = page["next_page_token"]
        if token is None:
            break
        await loaded.publish(new_action(f"new-{number}", title={"da": "Samarbejde", "en": "Collaboration"}))
    assert seen == whole
    assert ids(await search(client, "samarbejde", page_size=100)) != whole


async def test_what_is_withdrawn_while_pages_are_turned_is_not_shown_on_them(
    client: httpx.AsyncClient, loaded: Catalog
) -> None:
    first = await search(client, "", kind="trial_action", page_size=1)
    rest = sorted(each.item_id for each in content_actions() if each.item_id != ids(first)[0])
    what = Withdrawal(Kind.TRIAL_ACTION, rest[5], TODAY, WithdrawalReason.ON_REQUEST, by=SECRETARIAT)
    async with loaded.db.write() as session:
        await withdraw(session, loaded.outbox, what, today=TODAY)
    then = await search(client, "", kind="trial_action", page_size=50, page_token=first["next_page_token"])
    assert rest[5] not in ids(then)
    assert set(rest) - {rest[5]} >= set(ids(then))


async def test_a_page_of_yesterday_does_not_bring_back_what_was_withdrawn_today(loaded: Catalog) -> None:
    search_ = CatalogSearch(loaded.db, AllowedReferences.of(content(), ()), content().synonyms)
    asked = Asked("", Filters(kinds=frozenset(["trial_action"])), "da")
    begun = await search_.search(asked, size=1, place=None, now=NOW - timedelta(days=1))
    assert begun.next is not None
    what = Withdrawal(Kind.TRIAL_ACTION, "ishoj", TODAY, WithdrawalReason.ON_REQUEST, by=SECRETARIAT)
    async with loaded.db.write() as session:
        await withdraw(session, loaded.outbox, what, today=TODAY)
    today = await search_.search(asked, size=50, place=None, now=NOW)
    yesterday = await search_.search(asked, size=50, place=replace(begun.next, position=0), now=NOW)
    assert len(today.items) == len(yesterday.items) == 23
    assert "ishoj" not in {each.document.id for each in yesterday.items}


def content_actions() -> list[Any]:
    return [item(Kind.TRIAL_ACTION, each.id) for each in content().trial_actions.trial_actions]


async def test_filters_fit_all_and_facets_count_what_is_left(client: httpx.AsyncClient) -> None:
    everything = await search(client, page_size=1)
    assert everything["total"] == ITEMS
    assert everything["facets"]["kinds"] == {
        "intervention_type": 5,
        "recommendation": 97,
        "support_level": 6,
        "trial_action": 24,
    }
    found = await search(client, kind="trial_action", stage=["lower", "upper"], theme="co_teaching", page_size=50)
    assert found["total"] == len(found["items"]) > 0
    for each in found["items"]:
        assert each["kind"] == "trial_action"
        assert {"lower", "upper"} & set(each["stages"])
        assert "co_teaching" in each["themes"]
    assert (await search(client, level="3T"))["items"][0]["id"] == "3T"
    assert (await search(client, municipality="101"))["total"] == 0
    assert ids(await search(client, kind="recommendation", audience="minister", page_size=1)) != []


@pytest.mark.parametrize(
    ("params", "status", "code"),
    [
        ({"kind": "rule_set"}, 422, "request.invalid"),
        ({"municipality": "10"}, 422, "request.invalid"),
        ({"theme": "X;"}, 422, "request.invalid"),
        ({"q": "x" * 501}, 422, "request.invalid"),
        ({"page_size": 101}, 422, "request.invalid"),
        ({"page_token": "x"}, 400, "page_token.invalid"),
        ({"page_token": "WyJzZWFyY2giLDEsIjIwMjItMDEtMDEiLDAsIngiXQ"}, 400, "page_token.invalid"),  # from a caller
    ],
)
async def test_what_cannot_be_asked_is_refused(
    client: httpx.AsyncClient, params: dict[str, Any], status: int, code: str
) -> None:
    answer = await client.get("/v1/search", params=params)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_words_that_nobody_can_mean_are_answered(client: httpx.AsyncClient) -> None:
    for words in ("\x00", "🙂🙂", "title:x AND (", "og", "''\"", "a" * 500, "%", "\u202e", " " * 300):
        answer = await client.get("/v1/search", params={"q": words})
        assert answer.status_code == 200, repr(words)


async def test_a_page_token_of_other_words_is_refused(client: httpx.AsyncClient) -> None:
    first = await search(client, "samarbejde", page_size=1)
    answer = await client.get("/v1/search", params={"q": "andet", "page_token": first["next_page_token"]})
    assert (answer.status_code, answer.json()["code"]) == (400, "search.token_of_another_search")


async def test_pages_are_of_the_newest_revision_or_the_one_before_it(
    client: httpx.AsyncClient, replica: httpx.AsyncClient, loaded: Catalog
) -> None:
    first = await search(client, "samarbejde", page_size=5)
    params = {"q": "samarbejde", "page_size": 5, "page_token": first["next_page_token"]}

    async def asked(of: httpx.AsyncClient) -> tuple[int, str | None]:
        answer = await of.get("/v1/search", params=params)
        return answer.status_code, answer.json().get("code")

    await loaded.publish(new_action("one"))
    await search(client)
    assert [await asked(client), await asked(replica)] == [(200, None), (200, None)]
    await loaded.publish(new_action("two"))
    for each in (client, replica):
        await search(each)
    await loaded.publish(new_action("three"))
    for each in (client, replica):
        await search(each)
    assert [await asked(client), await asked(replica)] == [(410, "search.token_expired")] * 2


async def test_tokens_of_old_revisions_make_nobody_build_an_index(
    loaded: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The replica has just started, and the caller has a token from after each of twenty publications."""
    asked = Asked("samarbejde", Filters(), "da")
    places = []
    for number in range(20):
        await loaded.publish(new_action(f"a-{number}"))
        found = await CatalogSearch(loaded.db, AllowedReferences.of(content(), ()), content().synonyms).search(
            asked, size=1, place=None, now=NOW
        )
        assert found.next is not None
        places += [found.next, replace(found.next, on=found.next.on - timedelta(days=1))]
    built: list[int] = []
    whole = Snapshot.of

    def counted(revision: int, *rest: Any) -> Snapshot:
        built.append(revision)
        return whole(revision, *rest)

    monkeypatch.setattr(Snapshot, "of", counted)
    fresh = CatalogSearch(loaded.db, AllowedReferences.of(content(), ()), content().synonyms)
    refused = 0
    for place in places * 3:
        try:
            await fresh.search(asked, size=1, place=place, now=NOW)
        except SearchTokenExpired:
            refused += 1
    assert (sorted(built), refused) == ([places[-3].revision, places[-1].revision], len(places) * 3 - 6)


async def test_the_memory_of_a_build_is_released_after_each_build_and_only_then(loaded: Catalog) -> None:
    released: list[int] = []
    references = AllowedReferences.of(content(), ())
    search_ = CatalogSearch(loaded.db, references, content().synonyms, lambda: released.append(len(search_._kept)))
    asked = Asked("", Filters(), "da")
    for number in range(KEPT + 1):
        await loaded.publish(new_action(f"a-{number}"))
        for _ in range(3):
            await search_.search(asked, size=1, place=None, now=NOW)
    assert released == [1, *[KEPT] * KEPT]


async def test_only_a_few_indexes_are_held_in_memory(loaded: Catalog) -> None:
    search_ = CatalogSearch(loaded.db, AllowedReferences.of(content(), ()), content().synonyms)
    asked = Asked("", Filters(), "da")
    for number in range(KEPT + 2):
        await loaded.publish(new_action(f"a-{number}"))
        await search_.search(asked, size=1, place=None, now=NOW)
    assert len(search_._kept) == KEPT


def test_the_example_of_the_documentation_is_of_the_model_s_form() -> None:
    for example in SearchOut.model_json_schema()["examples"]:
        assert SearchOut.model_validate(example).model_dump(mode="json") == example
