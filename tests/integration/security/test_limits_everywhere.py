"""The limits for callers hold on every route of every service, including new ones (S5)."""

import io
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from libs.shared.privacy.keys import KeyRing
from libs.shared.web.admission import RequestLimits
from libs.shared.web.pages import MAX_PAGE_SIZE, PageTokens
from libs.shared.web.request_log import LOGGED
from tests.factories.logs import events, logged
from tests.factories.wired import SERVICES, address, app_of, app_with, operations, token

FEW = RequestLimits(subject="1/hour", open="1/hour", failed="1/hour")
RING = KeyRing.generate()
BAD = {"Authorization": "Bearer x.y.z"}
ONE_PAGE = ("/versions", "/v1/rule-sets", "/v1/themes")
"""The records of one item, the sets of rules and the themes: a handful each, made by the secretariat alone."""


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    with logged("limits") as stream:
        yield stream


@asynccontextmanager
async def asking(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://service") as client:
        yield client


def parameters(operation: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {each["name"]: each for each in operation.get("parameters", []) if each["in"] == "query"}


def identifies(parameter: dict[str, Any]) -> bool:
    """Whether the parameter is required and names an object or a municipality."""
    return bool(parameter.get("required")) and parameter["name"] in LOGGED


@pytest.mark.parametrize("name", SERVICES)
@pytest.mark.parametrize("kind", ["subject", "bad token", "no token"])
async def test_every_route_answers_429_with_retry_after_and_is_named_in_the_log(
    name: str, kind: str, lines: io.StringIO
) -> None:
    headers = {"subject": token, "bad token": lambda: BAD, "no token": dict}[kind]()
    app = await app_with(name, limits=FEW)
    listed = list(operations(app))
    assert listed
    async with asking(app) as client:
        await client.get("/nowhere", headers=headers)
        lines.truncate(lines.seek(0))
        for path, method, operation in listed:
            where, query = address(path, operation)
            answer = await client.request(method, where, params=query, headers=headers, content=b"{")
            body = answer.json()
            assert (answer.status_code, body["status"]) == (429, 429), (method, path)
            assert body["code"] == ("rate_limit.subject" if kind == "subject" else "rate_limit.address")
            assert 0 < int(answer.headers["Retry-After"]) <= 3600
            assert all(body["messages"][language] for language in ("da", "en"))
            assert "429" in operation["responses"], (method, path)
        for path in ("/health/live", "/metrics"):
            assert (await client.get(path)).status_code == 200
    written = [line for line in events(lines.getvalue()) if line["event"] == "http.request"]
    named = [(line["method"], line["route"].replace(":path", "")) for line in written]
    assert named == [(method, path) for path, method, _ in listed]
    assert [line["objects"].keys() for line in written] == [
        {each["name"] for each in operation.get("parameters", []) if identifies(each)} for _, _, operation in listed
    ]
    assert all((line["subject"] is not None) == (kind == "subject") for line in written)


@pytest.mark.parametrize("name", SERVICES)
async def test_every_route_refuses_a_body_over_the_limit_and_reads_none_of_it(name: str) -> None:
    app = await app_with(name, max_body_bytes=1000, max_import_bytes=2000)
    async with asking(app) as client:
        for path, method, operation in operations(app):
            where, query = address(path, operation)

            async def unread() -> AsyncIterator[bytes]:
                for _ in range(100):
                    yield b"x" * 100

            declared = {"Content-Length": "2001", **token()}
            for body in (b"x" * 2001, unread()):
                headers = declared if isinstance(body, bytes) else token()
                if not isinstance(body, bytes) and "requestBody" not in operation:
                    continue  # the body is not read, so its bytes are not counted
                headers["Content-Type"] = "text/csv" if path == "/v1/imports" else "application/json"
                headers["Idempotency-Key"] = "5f0e5c1c-3a55-4b0c-9d53-1f0f5d2a7c90"
                answer = await client.request(method, where, params=query, headers=headers, content=body)
                away = path == "/v1/imports" and not isinstance(body, bytes)  # its database is read first
                assert answer.status_code in ({413, 503, 422} if away else {413}), (method, path, answer.text)


LARGER_PAGES = {"/v1/schools/{school_id}/gross-list": 1000}
"""Lists whose pages may be larger: that of a school is mostly read as a whole, and no school has more pupils."""


@pytest.mark.parametrize("name", SERVICES)
async def test_every_list_has_pages_of_a_capped_size(name: str) -> None:
    app = await app_of(name)
    document = app.openapi()["components"]["schemas"]
    async with asking(app) as client:
        for path, method, operation in operations(app):
            answered = str(operation["responses"].get("200", ""))
            paged = [
                model
                for model in document
                if f"schemas/{model}'" in answered and "next_page_token" in str(document[model])
            ]
            given = parameters(operation)
            if paged and not path.endswith(ONE_PAGE):
                assert {"page_size", "page_token"} <= given.keys(), (method, path)
            if "page_size" in given:
                most = LARGER_PAGES.get(path, MAX_PAGE_SIZE)
                assert given["page_size"]["schema"]["maximum"] <= most, path
                where, query = address(path, operation)
                for size in (most + 1, 0, -1, 10**12):
                    answer = await client.request(method, where, params={**query, "page_size": size}, headers=token())
                    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/page_size"), path


@pytest.mark.parametrize("name", SERVICES)
async def test_every_page_token_that_the_service_did_not_make_for_this_list_is_refused(name: str) -> None:
    """The tokens are invented, or from another installation, another service, or another list of this one."""
    app = await app_with(name, page_tokens=PageTokens(name, RING), limits=RequestLimits(subject="100000/minute"))
    scope = ["", "auditor evaluator", "101", ""]
    forged = [
        *("x", "", "AAAA", "WyJzY2hvb2xzIiwiOTEwMTAxIl0", "\x00", "x" * 2000),
        *(
            PageTokens(other, ring).write(of, [1], bound)
            for other, ring in ((name, KeyRing.generate()), ("x", RING), (name, RING))
            for of in ("schools", "changes", "search", "elsewhere")
            for bound in (["", "x"], scope)
        ),
    ]
    seen = 0
    async with asking(app) as client:
        for path, method, operation in operations(app):
            for parameter in parameters(operation).keys() & {"page_token", "since"}:
                seen += 1
                where, query = address(path, operation)
                for each in forged:
                    answer = await client.request(method, where, params={**query, parameter: each}, headers=token())
                    found = (answer.status_code, answer.json()["code"])
                    assert found in {(400, "page_token.invalid"), (400, "changes.token_invalid")}, (path, each, found)
                    assert set(answer.json()["messages"]) == {"da", "en"}
    assert seen


@pytest.mark.parametrize("name", SERVICES)
async def test_two_authorization_headers_are_refused_on_every_route(name: str) -> None:
    app = await app_of(name)
    async with asking(app) as client:
        for path, method, operation in operations(app):
            where, query = address(path, operation)
            twice = [("Authorization", token()["Authorization"]), ("Authorization", "Bearer x")]
            answer = await client.request(method, where, params=query, headers=twice)
            assert (answer.status_code, answer.json()["code"]) == (400, "request.ambiguous"), (method, path)


async def test_the_request_log_knows_every_parameter_that_names_an_object_of_ours() -> None:
    """A parameter with a UUID is an object's id; without it the log would not say who read what."""
    found = {
        parameter["name"]
        for name in SERVICES
        for _, _, operation in operations(await app_of(name))
        for parameter in operation.get("parameters", [])
        if parameter["in"] in {"path", "query"} and parameter["schema"].get("format") == "uuid"
    }
    assert found
    assert found <= LOGGED.keys()
