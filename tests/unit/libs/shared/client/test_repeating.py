"""Which requests are repeated, when, and with which key, on real sockets."""

import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest

from libs.shared.client.addresses import Addresses
from libs.shared.client.caller import Caller
from libs.shared.client.errors import AnswerUnknown, NotReached, Refused
from libs.shared.client.operations import Operation, Written
from libs.shared.client.repeating import Patience
from libs.shared.client.tokens import GivenToken
from tests.factories.scripted_server import Cut, Say, Script, scripted

QUICK = Patience(seconds=5.0, first=0.01, longest=0.02)
READ = Operation(("registration",), "GET", "/v1/things/{name}", dict[str, int], query=frozenset({"page"}))
CREATE = Operation(("registration",), "POST", "/v1/things", dict[str, int], keyed=True)
SUBMIT = Operation(("registration",), "POST", "/v1/things/submit", dict[str, int])


class Thing(Written):
    name: str


def caller(http: httpx.AsyncClient, address: str, patience: Patience = QUICK) -> Caller:
    return Caller(http, Addresses({"registration": address}, ""), GivenToken("t"), patience)


def keys(script: Script) -> list[str]:
    return [asked.headers["idempotency-key"] for asked in script.asked]


async def test_a_post_with_a_key_is_repeated_with_the_same_key_until_it_is_answered() -> None:
    steps = [Cut(), Say(503, headers={"Retry-After": "0"}), Say(409, headers={"Retry-After": "0"}), Say(201, {"n": 1})]
    async with scripted(steps) as script, httpx.AsyncClient() as http:
        somebody = caller(http, script.address)
        assert await somebody.call(CREATE, body=Thing(name="a")) == {"n": 1}
    assert len(script.asked) == 4
    assert len(set(keys(script))) == 1
    assert {asked.body for asked in script.asked[1:]} == {b'{"name":"a"}'}
    assert somebody.retries == 3


async def test_two_posts_have_two_keys() -> None:
    async with scripted([Say(201, {"n": 1})]) as script, httpx.AsyncClient() as http:
        for _ in range(2):
            await caller(http, script.address).call(CREATE, body=Thing(name="a"))
    assert len(set(keys(script))) == 2


@pytest.mark.parametrize("step", [Cut(), Say(503, headers={"Retry-After": "0"}), Say(502)])
async def test_a_post_without_a_key_is_not_repeated_once_it_may_have_had_an_effect(step: Say | Cut) -> None:
    async with scripted([step, Say(200, {"n": 1})]) as script, httpx.AsyncClient() as http:
        with pytest.raises((Refused, NotReached)):
            await caller(http, script.address).call(SUBMIT)
    assert len(script.asked) == 1


async def test_a_post_without_a_key_is_repeated_after_429_which_had_no_effect() -> None:
    steps = [Say(429, headers={"Retry-After": "0"}), Say(200, {"n": 1})]
    async with scripted(steps) as script, httpx.AsyncClient() as http:
        assert await caller(http, script.address).call(SUBMIT) == {"n": 1}
    assert len(script.asked) == 2


@pytest.mark.parametrize("status", [400, 403, 404, 409, 413, 422, 500])
async def test_a_refusal_is_not_repeated(status: int) -> None:
    problem = {"code": "some.code", "messages": {"da": "Nej.", "en": "No."}}
    async with scripted([Say(status, problem)]) as script, httpx.AsyncClient() as http:
        with pytest.raises(Refused) as refused:
            await caller(http, script.address).call(READ, {"name": "a"})
    assert len(script.asked) == 1
    assert (refused.value.status, refused.value.code) == (status, "some.code")
    assert (refused.value.messages.da, refused.value.messages.en) == ("Nej.", "No.")


@pytest.mark.parametrize("dated", [False, True])
async def test_retry_after_is_kept_to_in_both_of_its_forms(dated: bool) -> None:
    # A Retry-After date has only whole seconds.
    moment = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=3)
    told = format_datetime(moment, usegmt=True) if dated else "1"
    steps = [Say(429, headers={"Retry-After": told}), Say(200, {"n": 1})]
    async with scripted(steps) as script, httpx.AsyncClient() as http:
        began = time.monotonic()
        await caller(http, script.address).call(READ, {"name": "a"})
        waited = time.monotonic() - began
    # Without Retry-After the pause is at most QUICK.longest. The moment is two to three seconds ahead, and the wall
    # clock may be corrected while the test waits.
    assert waited >= (1.5 if dated else 0.9) > 2 * QUICK.longest


async def test_a_wait_that_is_longer_than_the_patience_ends_with_the_answer_at_once() -> None:
    async with scripted([Say(429, headers={"Retry-After": "3600"})]) as script, httpx.AsyncClient() as http:
        began = time.monotonic()
        with pytest.raises(Refused) as refused:
            await caller(http, script.address).call(READ, {"name": "a"})
    assert refused.value.status == 429
    assert time.monotonic() - began < 2
    assert len(script.asked) == 1


async def test_patience_has_an_end() -> None:
    async with scripted([Cut()]) as script, httpx.AsyncClient() as http:
        patience = Patience(seconds=0.5, first=0.05, longest=0.1)
        with pytest.raises(NotReached) as away:
            await caller(http, script.address, patience).call(READ, {"name": "a"})
    assert len(script.asked) > 1
    assert script.address in away.value.messages["da"]


async def test_nobody_listening_is_told_with_service_and_address() -> None:
    async with httpx.AsyncClient() as http:
        with pytest.raises(NotReached) as away:
            await caller(http, "http://127.0.0.1:1", Patience(seconds=0.1)).call(SUBMIT)
    assert "registration cannot be reached at http://127.0.0.1:1 (ConnectError)" in away.value.messages["en"]


async def test_a_page_of_a_proxy_is_a_refusal_with_a_code_and_both_languages() -> None:
    async with scripted([Say(404, "<html>")]) as script, httpx.AsyncClient() as http:
        with pytest.raises(Refused) as refused:
            await caller(http, script.address).call(READ, {"name": "a"})
    assert refused.value.code == "http.404"
    assert "404" in refused.value.messages.da


async def test_an_answer_of_another_form_is_told_without_its_values() -> None:
    async with scripted([Say(200, {"n": "6101120008"})]) as script, httpx.AsyncClient() as http:
        somebody = caller(http, script.address)
        assert await somebody.call(READ, {"name": "a"}) == {"n": 6101120008}
        script.steps[:] = [Say(200, {"n": "Prøve Prøvesen"})]
        with pytest.raises(AnswerUnknown) as unknown:
            await somebody.call(READ, {"name": "a/b"})
    assert script.asked[-1].target == "/v1/things/a%2Fb"
    assert "n: int_parsing" in str(unknown.value)
    assert "Prøve" not in str(unknown.value)


async def test_a_parameter_that_is_not_declared_is_a_mistake_of_the_program() -> None:
    async with httpx.AsyncClient() as http:
        with pytest.raises(TypeError, match="does not declare size"):
            await caller(http, "http://127.0.0.1:1").call(READ, {"name": "a"}, query={"size": 1})


async def test_a_request_of_any_service_needs_the_services_name() -> None:
    anywhere = Operation((), "GET", "/v1/things/{name}", dict[str, int])
    async with scripted([Say(200, {"n": 1})]) as script, httpx.AsyncClient() as http:
        somebody = caller(http, script.address)
        with pytest.raises(TypeError, match="the service is missing"):
            await somebody.call(anywhere, {"name": "a"})
        assert await somebody.call(anywhere, {"name": "a"}, service="registration") == {"n": 1}
