"""No route accepts a missing token, or one that the issuer did not give to this caller for this platform."""

import asyncio

import pytest

from libs.shared.contracts.topics import SERVICES
from tests.e2e.security.openapi import Route
from tests.e2e.security.platform import Running
from tests.e2e.security.requests import call, leak
from tests.e2e.security.rights import OPEN, RIGHTS, UNDOCUMENTED_OPEN
from tests.e2e.security.tokens import ROLES, Forger
from tests.e2e.security.world import World


async def test_every_route_is_in_the_table_of_rights_and_the_table_has_no_other(routes: list[Route]) -> None:
    found = {route.key for route in routes}
    assert sorted(found - set(RIGHTS) - OPEN) == [], "new routes: write down in rights.py who may call them"
    assert sorted((set(RIGHTS) | OPEN) - found) == [], "the table names routes that are gone"
    for route in routes:
        assert bool(route.operation.get("security")) is (route.key not in OPEN), f"{route}: the document and the table"


async def test_without_a_token_only_the_published_catalog_answers(
    routes: list[Route], platform: Running, world: World
) -> None:
    wrong = []
    async with platform.visitor() as nobody:
        for route in routes:
            answer = await call(nobody, route, world)
            if route.key in OPEN:
                assert answer.status_code == 200, (str(route), answer.text)
            elif answer.status_code != 401 or answer.json()["code"] != "token.missing" or leak(answer, world):
                wrong.append((str(route), answer.status_code, leak(answer, world)))
            elif answer.headers.get("www-authenticate") != 'Bearer realm="skoleloeft"':
                wrong.append((str(route), 401, "no WWW-Authenticate"))
    assert wrong == []


async def test_a_body_that_breaks_every_rule_tells_nobody_more_than_that_a_token_is_missing(
    routes: list[Route], platform: Running, world: World
) -> None:
    wrong = []
    async with platform.visitor() as nobody:
        for route in routes:
            if route.key in OPEN or "requestBody" not in route.operation:
                continue
            for body in (b"", b"[1]", b'{"unknown": 1}', b"\x00\xff", b"{"):
                answer = await call(nobody, route, world, content=body, json=None)
                if answer.status_code not in {400, 401, 422} or (answer.status_code != 401 and "errors" in answer.text):
                    wrong.append((str(route), body, answer.status_code, answer.text[:300]))
    assert wrong == []


async def test_every_forged_token_is_refused_on_every_route(
    routes: list[Route], platform: Running, world: World, forger: Forger
) -> None:
    wrong: list[tuple[str, str, int, str | None]] = []

    async def attempt(name: str, token: str, code: str | None) -> None:
        async with platform.visitor(token) as visitor:
            for route in routes:
                if route.key in OPEN:
                    continue
                answer = await call(visitor, route, world)
                told = answer.json().get("code", "") if answer.status_code == 401 else ""
                right = told == code if code else told.startswith("token.")
                if not right or (found := leak(answer, world)):
                    wrong.append((str(route), name, answer.status_code, told if not right else found))

    forgeries = forger.forgeries(ROLES, ["101", "147"])
    assert len(forgeries) > 50
    tries = [(name, *each) for name, each in forgeries.items()]
    for start in range(0, len(tries), 6):
        await asyncio.gather(*(attempt(*each) for each in tries[start : start + 6]))
    assert wrong == []


async def test_the_true_token_is_taken_where_the_forged_ones_are_not(
    routes: list[Route], platform: Running, world: World, forger: Forger
) -> None:
    async with platform.visitor(forger.valid(ROLES, ["101"])) as visitor:
        for route in routes:
            answer = await call(visitor, route, world)
            assert answer.status_code < 500, (str(route), answer.text)
            assert answer.status_code not in {401, 403}, (str(route), answer.text)


@pytest.mark.parametrize("role", ROLES)
async def test_a_role_without_the_right_is_refused_on_every_other_route(
    role: str, routes: list[Route], platform: Running, world: World, forger: Forger
) -> None:
    wrong = []
    async with platform.visitor(forger.valid([role], ["101"])) as visitor:
        for route in routes:
            answer = await call(visitor, route, world)
            allowed = route.key in OPEN or role in RIGHTS.get(route.key, ())
            if not allowed and (answer.status_code != 403 or leak(answer, world)):
                wrong.append((str(route), answer.status_code, leak(answer, world)))
            if allowed and (answer.status_code in {401, 403} or answer.status_code >= 500):
                wrong.append((str(route), answer.status_code, answer.text[:200]))
    assert wrong == []


async def test_a_token_counts_only_in_its_header_and_only_as_a_bearer(
    routes: list[Route], platform: Running, world: World, forger: Forger
) -> None:
    token = forger.valid(ROLES, ["101"])
    elsewhere = [
        {"headers": {"Cookie": f"access_token={token}; Authorization=Bearer {token}"}},
        {"headers": {"X-Authorization": f"Bearer {token}", "X-Forwarded-User": "root", "X-Original-URL": "/docs"}},
        {"headers": {"Authorization": f"Basic {token}"}},
        {"headers": {"Authorization": token}},
        {"headers": {"Authorization": f"Bearer{token}"}},
    ]
    async with platform.visitor() as nobody:
        for route in routes:
            if route.key in OPEN:
                continue
            for each in elsewhere:
                answer = await call(nobody, route, world, **each)
                assert (answer.status_code, answer.json()["code"]) == (401, "token.missing"), (str(route), each)


async def test_a_method_that_is_not_documented_does_nothing(
    routes: list[Route], platform: Running, world: World, forger: Forger
) -> None:
    documented: dict[tuple[str, str], set[str]] = {}
    for route in routes:
        documented.setdefault((route.service, route.path), set()).add(route.method)
    async with platform.visitor(forger.valid(ROLES, ["101"])) as visitor:
        for route in routes:
            methods = documented[route.service, route.path]
            for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECTED"):
                # OPTIONS lists the methods, and HEAD is GET without the content.
                if method not in methods and (method != "HEAD" or "GET" not in methods):
                    bare = Route(route.service, method, route.path, route.operation, route.document)
                    answer = await call(visitor, bare, world)
                    wanted = {204} if method == "OPTIONS" else {404, 405}
                    assert answer.status_code in wanted, (str(bare), answer.status_code)


async def test_pages_for_the_platform_and_for_readers_say_nothing_about_pupils(platform: Running, world: World) -> None:
    async with platform.visitor() as nobody:
        for service in SERVICES:
            for path in UNDOCUMENTED_OPEN:
                answer = await nobody.ask("GET", service, path)
                assert answer.status_code == 200, (service, path)
                assert [*world.own.told_in(answer.text), *world.other.told_in(answer.text)] == []


async def test_the_answers_of_all_these_requests_had_no_fault_of_ours(platform: Running) -> None:
    faults = [(each.what, each.status, each.content[:300]) for each in platform.answers if each.status >= 500]
    assert faults == []
