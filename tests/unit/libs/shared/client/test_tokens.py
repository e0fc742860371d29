"""Where tokens come from, when they are renewed, and which secrets are never shown."""

import asyncio
import base64
from urllib.parse import parse_qs

import httpx
import pytest

from libs.shared.client.addresses import Addresses
from libs.shared.client.caller import Caller
from libs.shared.client.errors import AnswerUnknown, NotReached, Refused, TokenRefused
from libs.shared.client.operations import Operation
from libs.shared.client.repeating import Patience
from libs.shared.client.tokens import ClientCredentials, GivenToken, Token, token_endpoint_of
from tests.factories.scripted_server import Say, scripted

READ = Operation(("registration",), "GET", "/v1/things", dict[str, int])
SECRET = "s/e+c:ret æ"


def issued(name: str, seconds: float = 300) -> Say:
    return Say(200, {"access_token": name, "token_type": "Bearer", "expires_in": seconds})


def source(http: httpx.AsyncClient, endpoint: str, **more: object) -> ClientCredentials:
    return ClientCredentials(http, endpoint, "client", SECRET, **more)  # type: ignore[arg-type]


async def test_the_grant_is_asked_for_as_the_standard_says() -> None:
    async with scripted([issued("a")]) as issuer, httpx.AsyncClient() as http:
        found = source(http, f"{issuer.address}/token", parameters={"scope": "files"})
        assert await found.token() == "a"
    (asked,) = issuer.asked
    assert parse_qs(asked.body.decode()) == {"grant_type": ["client_credentials"], "scope": ["files"]}
    scheme, _, value = asked.headers["authorization"].partition(" ")
    assert scheme == "Basic"
    assert base64.b64decode(value).decode() == "client:s%2Fe%2Bc%3Aret+%C3%A6"


async def test_a_token_is_kept_until_shortly_before_it_expires() -> None:
    now, seen = [1000.0], []
    async with scripted([issued("a", 100), issued("b", 100)]) as issuer, httpx.AsyncClient() as http:
        found = source(http, issuer.address, clock=lambda: now[0], on_new=seen.append)
        assert [await found.token() for _ in range(3)] == ["a"] * 3
        now[0] += 69
        assert await found.token() == "a"
        now[0] += 2
        assert await found.token() == "b"
    assert seen == [Token(value="a", expires_at=1100.0), Token(value="b", expires_at=1171.0)]


async def test_many_at_once_ask_for_one_token() -> None:
    async with scripted([issued("a"), issued("b")]) as issuer, httpx.AsyncClient() as http:
        found = source(http, issuer.address)
        assert await asyncio.gather(*(found.token() for _ in range(20))) == ["a"] * 20
        assert await asyncio.gather(*(found.renewed("a") for _ in range(20))) == ["b"] * 20
    assert len(issuer.asked) == 2


async def test_a_refused_token_is_renewed_once_and_the_request_sent_again() -> None:
    async with (
        scripted([issued("old"), issued("new")]) as issuer,
        scripted([Say(401), Say(200, {"n": 1})]) as service,
        httpx.AsyncClient() as http,
    ):
        tokens = source(http, issuer.address)
        caller = Caller(http, Addresses({"registration": service.address}, ""), tokens)
        assert await caller.call(READ) == {"n": 1}
    assert [asked.headers["authorization"] for asked in service.asked] == ["Bearer old", "Bearer new"]


@pytest.mark.parametrize("given", [True, False])
async def test_a_token_that_stays_refused_is_a_refusal(given: bool) -> None:
    async with scripted([issued("a")]) as issuer, scripted([Say(401)]) as service, httpx.AsyncClient() as http:
        tokens = GivenToken("a") if given else source(http, issuer.address)
        caller = Caller(http, Addresses({"registration": service.address}, ""), tokens, Patience(seconds=1))
        with pytest.raises(Refused):
            await caller.call(READ)
    assert len(service.asked) == 1


async def test_what_the_issuer_refuses_is_told_by_its_code_and_without_the_secret() -> None:
    answer = Say(401, {"error": "invalid_client", "error_description": f"secret {SECRET} is wrong"})
    async with scripted([answer]) as issuer, httpx.AsyncClient() as http:
        with pytest.raises(TokenRefused) as refused:
            await source(http, issuer.address).token()
    assert "401 invalid_client" in refused.value.messages["da"]
    assert SECRET not in str(refused.value.messages)
    assert SECRET not in repr(GivenToken(SECRET))


async def test_an_issuer_that_is_away_or_says_nothing_of_use_is_told() -> None:
    async with httpx.AsyncClient() as http:
        with pytest.raises(NotReached):
            await source(http, "http://127.0.0.1:1/token").token()
        async with scripted([Say(200, {"token": "a"})]) as issuer:
            with pytest.raises(AnswerUnknown):
                await source(http, issuer.address).token()


async def test_discovery_gives_the_endpoint_of_the_issuer_that_was_asked_and_of_no_other() -> None:
    async with scripted([Say()]) as issuer, httpx.AsyncClient() as http:
        document = {"issuer": issuer.address, "token_endpoint": f"{issuer.address}/token"}
        issuer.steps[:] = [Say(200, document)]
        assert await token_endpoint_of(http, f"{issuer.address}/") == f"{issuer.address}/token"
        assert issuer.asked[0].target == "/.well-known/openid-configuration"
        for wrong in ({"issuer": "https://other.example"}, {"token_endpoint": "http://login.example/token"}):
            issuer.steps[:] = [Say(200, document | wrong)]
            with pytest.raises(AnswerUnknown):
                await token_endpoint_of(http, issuer.address)
        with pytest.raises(AnswerUnknown, match="https"):
            await token_endpoint_of(http, "http://login.example")
