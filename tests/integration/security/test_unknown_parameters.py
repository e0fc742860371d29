"""An unknown query parameter is refused on every route, including new ones."""

import httpx
import pytest

from libs.shared.web.admission import RequestLimits
from tests.factories.wired import SERVICES, address, app_of, app_with, operations, token


@pytest.mark.parametrize("name", SERVICES)
async def test_every_route_refuses_a_parameter_that_it_does_not_have(name: str) -> None:
    app = await app_of(name)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://service") as client:
        for path, method, operation in operations(app):
            where, query = address(path, operation)
            for given, shown in (("dry_run", "dry_run"), ("Mode", "?"), ("anna123a", "?"), ("6101120008", "?")):
                answer = await client.request(method, where, params={**query, given: "x"}, headers=token())
                assert answer.status_code == 422, (method, path, answer.text)
                (error,) = answer.json()["errors"]
                found = (error["in"], error["pointer"], error["code"])
                assert found == ("query", f"/{shown}", "parameter.unknown"), (method, path)
                assert given == shown or given not in answer.text.lower() or given == "Mode"
                known = [each["name"] for each in operation.get("parameters", []) if each["in"] == "query"]
                for language in ("da", "en"):
                    assert all(f"'{each}'" in error["messages"][language] for each in known), (method, path)


@pytest.mark.parametrize("name", SERVICES)
async def test_who_has_no_token_is_told_that_and_nothing_of_parameters(name: str) -> None:
    app = await app_with(name, limits=RequestLimits(failed="100000/minute"))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://service") as client:
        for path, method, operation in operations(app):
            where, query = address(path, operation)
            answer = await client.request(method, where, params={**query, "dry_run": "x"})
            assert answer.status_code == (401 if operation.get("security") else 422), (method, path)
