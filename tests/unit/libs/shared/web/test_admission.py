"""Too many requests are refused with 429 and the time to wait, counted separately for each caller."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import httpx
import pytest
from fastapi import FastAPI

from libs.shared.observability.metrics import Metrics
from libs.shared.operations.health import Readiness
from libs.shared.web.admission import RequestLimits
from tests.factories.service import Tokens
from tests.unit.libs.shared.web.conftest import app_of_things

FEW = RequestLimits(subject="5/hour", open="4/hour", failed="3/hour", proxies=("10.0.0.0/8",))


@pytest.fixture
def limited(tokens: Tokens, metrics: Metrics) -> Callable[..., FastAPI]:
    def make(limits: RequestLimits = FEW) -> FastAPI:
        return app_of_things(tokens, metrics, readiness=Readiness(keep=0), limits=limits)

    return make


@asynccontextmanager
async def calling(app: FastAPI, peer: str = "203.0.113.7") -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app, client=(peer, 50000))
    async with httpx.AsyncClient(transport=transport, base_url="http://things") as client:
        yield client


async def statuses(client: httpx.AsyncClient, count: int, path: str = "/v1/things/any", **more: str) -> list[int]:
    return [(await client.get(path, headers=more)).status_code for _ in range(count)]


async def test_a_subject_is_refused_by_its_own_requests_and_no_other_behind_the_same_address(
    limited: Callable[..., FastAPI], tokens: Tokens, metrics: Metrics
) -> None:
    def bearer(sub: str) -> dict[str, str]:
        return tokens.headers("school", subject=sub)

    async with calling(limited()) as client:
        assert await statuses(client, 7, **bearer("one")) == [200] * 5 + [429] * 2
        assert await statuses(client, 2, "/v1/things/3", **bearer("one")) == [429] * 2  # an open route too
        assert await statuses(client, 5, **bearer("two")) == [200] * 5
        assert await statuses(client, 2, "/v1/things/3") == [200] * 2
    assert metrics.registry.get_sample_value("skoleloeft_limited_requests_total", {"cause": "subject"}) == 4
    assert "one" not in metrics.exposition()[0].decode().replace("(none)", "")


async def test_tokens_that_are_refused_count_for_the_address_and_lock_nobody_out(
    limited: Callable[..., FastAPI], token: Callable[..., dict[str, str]], metrics: Metrics
) -> None:
    async with calling(limited()) as client:
        answers = await statuses(client, 1500, Authorization="Bearer x.y.z")
        assert answers == [401] * 3 + [429] * 1497
        assert await statuses(client, 1, **token("school")) == [200]
        assert await statuses(client, 1, "/v1/things/3") == [200]  # the open routes have a count of their own
        assert await statuses(client, 5) == [401] * 3 + [429] * 2  # no token: counted with the open routes
    assert metrics.registry.get_sample_value("skoleloeft_limited_requests_total", {"cause": "address"}) == 1499


async def test_by_default_fifteen_hundred_bad_tokens_are_soon_answered_429(limited: Callable[..., FastAPI]) -> None:
    async with calling(limited(RequestLimits())) as client:
        answers = await statuses(client, 1500, Authorization="Bearer x.y.z")
    assert set(answers[:300]) == {401}
    # On a slow machine these may take more than one window.
    assert answers.count(429) >= 600


async def test_addresses_are_told_apart_behind_a_named_proxy_and_cannot_be_made_up(
    limited: Callable[..., FastAPI],
) -> None:
    app = limited()
    async with calling(app, "10.1.2.3") as client:
        for caller in ("198.51.100.1", "198.51.100.2"):
            forwarded = {"X-Forwarded-For": f"1.2.3.4, {caller}"}
            assert await statuses(client, 5, "/v1/things/3", **forwarded) == [200] * 4 + [429]
    async with calling(app) as client:
        forged = [{"X-Forwarded-For": f"8.8.8.{number}"} for number in range(6)]
        answers = [(await client.get("/v1/things/3", headers=each)).status_code for each in forged]
    assert answers == [200] * 4 + [429] * 2


async def test_the_refusal_says_in_both_languages_how_long_to_wait(
    limited: Callable[..., FastAPI], token: Callable[..., dict[str, str]]
) -> None:
    async with calling(limited()) as client:
        await statuses(client, 5, **token("school"))
        answer = await client.get("/v1/things/any", headers=token("school"))
        wait = int(answer.headers["Retry-After"])
        body = answer.json()
        assert 1 <= wait <= 3600
        assert (answer.status_code, body["code"], body["retry_after"]) == (429, "rate_limit.subject", wait)
        assert all(f" {wait} " in text for text in body["messages"].values())
        assert set(body["messages"]) == {"da", "en"}
        assert answer.headers["RateLimit-Policy"] == '"subject";q=5;w=3600'
        assert answer.headers["RateLimit"] == f'"subject";r=0;t={wait}'
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.headers["X-Correlation-Id"]


async def test_nothing_of_the_body_is_read_of_a_request_that_is_refused(limited: Callable[..., FastAPI]) -> None:
    read = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal read
        for _ in range(3):
            read += 1
            yield b"x" * 100

    async with calling(limited()) as client:
        await statuses(client, 4, "/v1/things/3")
        answer = await client.post("/v1/imports", content=body())
    assert answer.status_code == 429
    assert read <= 1  # the client itself reads the first piece


async def test_the_platforms_own_questions_are_not_counted(limited: Callable[..., FastAPI]) -> None:
    async with calling(limited()) as client:
        for path in ("/health/live", "/health/ready", "/health/startup", "/metrics"):
            assert 429 not in await statuses(client, 10, path)


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST", "DELETE"])
async def test_every_method_is_counted_also_at_addresses_that_do_not_exist(
    limited: Callable[..., FastAPI], method: str
) -> None:
    async with calling(limited()) as client:
        answers = [(await client.request(method, "/nowhere")).status_code for _ in range(6)]
    assert answers == [404] * 4 + [429] * 2


async def test_two_authorization_headers_are_refused(
    limited: Callable[..., FastAPI], token: Callable[..., dict[str, str]]
) -> None:
    good = token("school")["Authorization"]
    async with calling(limited()) as client:
        for pair in ((good, "Bearer x"), ("Bearer x", good), (good, good)):
            answer = await client.get("/v1/things/any", headers=[("Authorization", each) for each in pair])
            assert (answer.status_code, answer.json()["code"]) == (400, "request.ambiguous")
