"""The answers about allowed methods, on every path of every service's OpenAPI document."""

import re

import httpx
import pytest

from libs.shared.web.admission import RequestLimits
from tests.factories.wired import SERVICES, app_with, operations

OUTSIDE = ("/health/startup", "/health/live", "/metrics", "/docs", "/docs/start.js", "/openapi.json")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PURGE")
MANY = RequestLimits(open="100000/minute", failed="100000/minute")
ID = "0f8f2c5a-6a0d-4c39-8f0e-3f1f0f9d7c11"


@pytest.mark.parametrize("name", SERVICES)
async def test_a_wrong_method_and_options_are_answered_with_every_method_of_the_resource(name: str) -> None:
    app = await app_with(name, limits=MANY)
    documented: dict[str, set[str]] = {}
    for path, method, _ in operations(app):
        documented.setdefault(re.sub(r"\{[^}]+\}", ID, path), set()).add(method)
    documented |= {path: {"GET"} for path in OUTSIDE}
    assert len(documented) > len(OUTSIDE)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://service") as client:
        for path, methods in documented.items():
            wanted = methods | {"OPTIONS"} | ({"HEAD"} if "GET" in methods else set())
            for method in (*METHODS, "HEAD"):
                if method in wanted:
                    continue
                answer = await client.request(method, path)
                assert answer.status_code == 405, (method, path)
                assert answer.headers["allow"] == ", ".join(sorted(wanted)), (method, path)
                assert method == "HEAD" or answer.json()["code"] == "method_not_allowed"
            answer = await client.options(path)
            assert (answer.status_code, answer.content) == (204, b""), path
            assert answer.headers["allow"] == ", ".join(sorted(wanted)), path


@pytest.mark.parametrize("name", SERVICES)
async def test_head_is_answered_as_get_is_without_the_content(name: str) -> None:
    app = await app_with(name, limits=MANY)
    paths = [
        re.sub(r"\{[^}]+\}", ID, path)
        for path, method, each in operations(app)
        if method == "GET" and each.get("security")
    ]
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://service") as client:
        for path in (*paths, "/health/live", "/docs", "/openapi.json"):
            got, head = await client.get(path), await client.head(path)
            assert (head.status_code, head.content) == (got.status_code, b""), path
            told = {"content-type", "content-length", "www-authenticate", "content-language"}
            correlated = {"content-length"} if got.status_code >= 400 else set[str]()
            for header in told - correlated:
                assert head.headers.get(header) == got.headers.get(header), (path, header)
        nowhere = await client.options("/v1/nowhere")
        assert (nowhere.status_code, nowhere.json()["code"]) == (404, "not_found")
