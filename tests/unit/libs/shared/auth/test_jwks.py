import asyncio
from typing import Any

import httpx
import pytest

from libs.shared.auth.jwks import DEVELOPMENT_MARK, HttpJwks
from libs.shared.auth.refusals import IssuerRefused, IssuerUnreachable, TokenDevelopment
from libs.shared.auth.verifier import verifier_from_settings
from libs.shared.base.settings import Profile, SharedSettings
from tests.factories.service import ISSUER

DISCOVERY = "/.well-known/openid-configuration"


class Issuer:
    """An issuer in memory, whose published keys can change; ``knocks`` holds the paths of its requests."""

    def __init__(self, *keys: dict[str, Any]) -> None:
        self.keys = list(keys)
        self.discovery: dict[str, Any] = {"issuer": ISSUER, "jwks_uri": f"{ISSUER}/jwks"}
        self.mark: dict[str, Any] = {}
        self.away = False
        self.knocks: list[str] = []

    async def answer(self, request: httpx.Request) -> httpx.Response:
        self.knocks.append(request.url.path)
        await asyncio.sleep(0)
        if self.away:
            return httpx.Response(503)
        document = self.discovery if request.url.path == DISCOVERY else {"keys": self.keys, **self.mark}
        return httpx.Response(200, json=document)

    @property
    def fetches(self) -> int:
        return self.knocks.count("/jwks")


class Hand:
    """A clock that stands still until a test moves it."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
def issuer(forge: Any) -> Issuer:
    return Issuer(forge.key.published())


def source(issuer: Issuer, hand: Hand, **options: Any) -> HttpJwks:
    return HttpJwks(httpx.AsyncClient(transport=httpx.MockTransport(issuer.answer)), ISSUER, clock=hand, **options)


async def test_the_key_set_is_discovered_once_and_kept(issuer: Issuer, hand: Hand, forge: Any) -> None:
    keys = source(issuer, hand)
    for _ in range(5):
        assert await keys.key(forge.key.key_id, "ES256") is not None
    assert issuer.knocks == [DISCOVERY, "/jwks"]


async def test_a_thousand_invented_key_ids_make_one_fetch_in_ten_seconds(issuer: Issuer, hand: Hand) -> None:
    keys = source(issuer, hand)
    answers = await asyncio.gather(*(keys.key(f"invented-{number}", "ES256") for number in range(1000)))
    assert set(answers) == {None}
    assert issuer.fetches == 1
    hand.now += 9
    assert await keys.key("one more", "ES256") is None
    assert issuer.fetches == 1
    hand.now += 2
    assert await keys.key("one more", "ES256") is None
    assert issuer.fetches == 2


async def test_a_new_key_works_within_fifteen_seconds(issuer: Issuer, hand: Hand, forge: Any, other_forge: Any) -> None:
    keys = source(issuer, hand)
    await keys.key(forge.key.key_id, "ES256")
    issuer.keys.append(other_forge.key.published())
    hand.now += 15
    assert await keys.key(other_forge.key.key_id, "ES256") is not None


async def test_a_removed_key_is_refused_within_five_minutes(issuer: Issuer, hand: Hand, forge: Any) -> None:
    keys = source(issuer, hand)
    await keys.key(forge.key.key_id, "ES256")
    issuer.keys.clear()
    hand.now += 299
    assert await keys.key(forge.key.key_id, "ES256") is None


async def test_an_issuer_that_is_away_is_bridged_until_the_keys_are_too_old(
    issuer: Issuer, hand: Hand, forge: Any
) -> None:
    keys = source(issuer, hand)
    await keys.key(forge.key.key_id, "ES256")
    issuer.away = True
    hand.now += 200
    assert await keys.key(forge.key.key_id, "ES256") is not None
    hand.now += 99
    with pytest.raises(IssuerUnreachable):
        await keys.key(forge.key.key_id, "ES256")
    issuer.away = False
    hand.now += 11
    assert await keys.key(forge.key.key_id, "ES256") is not None


async def test_an_issuer_that_is_away_at_the_start_does_not_stop_it(issuer: Issuer, hand: Hand, forge: Any) -> None:
    issuer.away = True
    keys = source(issuer, hand)
    await keys.prepare()
    issuer.away = False
    hand.now += 11
    assert await keys.key(forge.key.key_id, "ES256") is not None


@pytest.mark.parametrize("place", ["discovery", "keys"])
async def test_production_refuses_a_development_issuer(issuer: Issuer, hand: Hand, forge: Any, place: str) -> None:
    (issuer.discovery if place == "discovery" else issuer.mark)[DEVELOPMENT_MARK] = True
    with pytest.raises(IssuerRefused):
        await source(issuer, hand).prepare()
    keys = source(issuer, hand)
    for _ in range(2):
        with pytest.raises(TokenDevelopment):
            await keys.key(forge.key.key_id, "ES256")
    accepting = source(issuer, hand, profile=Profile.DEVELOPMENT)
    await accepting.prepare()
    assert await accepting.key(forge.key.key_id, "ES256") is not None


@pytest.mark.parametrize(
    "discovery",
    [
        {"issuer": "https://other.example", "jwks_uri": f"{ISSUER}/jwks"},
        {"issuer": ISSUER},
        {"issuer": ISSUER, "jwks_uri": 7},
    ],
)
async def test_a_discovery_document_of_someone_else_is_not_followed(
    issuer: Issuer, hand: Hand, discovery: dict[str, Any]
) -> None:
    issuer.discovery = discovery
    with pytest.raises(IssuerUnreachable):
        await source(issuer, hand).key("x", "ES256")
    assert issuer.fetches == 0


async def test_production_does_not_fetch_keys_without_https(issuer: Issuer, hand: Hand) -> None:
    issuer.discovery["jwks_uri"] = "http://login.example/jwks"
    with pytest.raises(IssuerRefused):
        await source(issuer, hand).prepare()
    assert issuer.fetches == 0


async def test_a_service_without_an_issuer_stops_with_a_sentence() -> None:
    settings = SharedSettings(event_log="postgresql://localhost/eventlog", oidc_issuer=None)
    async with httpx.AsyncClient() as client:
        with pytest.raises(IssuerRefused, match="SKOLELOEFT_OIDC_ISSUER is not set"):
            verifier_from_settings(settings, client)
