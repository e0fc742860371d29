"""Requests with true ids and one odd value, so that they pass the first checks and reach code with possible faults."""

import copy
import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from tests.e2e.security.bodies import REASON, bodies, roles_for
from tests.e2e.security.openapi import Route
from tests.e2e.security.platform import Running, Visitor
from tests.e2e.security.requests import call
from tests.e2e.security.sizes import sent
from tests.e2e.security.tokens import Forger
from tests.e2e.security.world import World
from tests.factories.projects import ANY

DAYS = ("0001-01-01", "9999-12-31", "1582-10-04", "2022-02-29", "2024-02-29", "2022-08-01", "2022-13-01", "")
NUMBERS: tuple[Any, ...] = (0, -1, 1, 2**31, 2**63, 10**40, 0.1, 1e308, -0.0, True)
TEXTS = (
    "",
    " ",
    "\x00",
    "a\x00b",
    "\u202e",
    "é" * 5000,
    "NaN",
    "Infinity",
    "1e400",
    "-1e-400",
    "0.1",
    "2022/2023",
    "24:00",
)
SHAPES: tuple[Any, ...] = (None, [], {}, [None], [[]], {"a": 1})
ODD = (*DAYS, *NUMBERS, *TEXTS, *SHAPES)

Place = tuple[str | int, ...]


def leaves(value: Any, at: Place = ()) -> Iterator[Place]:
    """Every place in a body: its values, and the objects and lists around them."""
    if at:
        yield at
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, each in inside:
        yield from leaves(each, (*at, name))


def with_odd(body: dict[str, Any], place: Place, value: Any) -> dict[str, Any]:
    """The body with another value at the place."""
    made = copy.deepcopy(body)
    found: Any = made
    for step in place[:-1]:
        found = found[step]
    found[place[-1]] = value
    return made


def takes_json(route: Route) -> bool:
    """Whether the route takes a JSON body."""
    return "application/json" in route.operation.get("requestBody", {}).get("content", {})


async def followed(visitor: Visitor, publisher: Visitor, route: Route, answer: httpx.Response) -> list[httpx.Response]:
    """The answer, and the answers of requests about a created object, because an odd value may be judged only later."""
    if answer.status_code != 201:
        return [answer]
    made = answer.json()
    after: list[httpx.Response] = [answer]
    if route.path == "/v1/projects":
        path = f"/v1/projects/{made['project_id']}/submit"
        after.append(await visitor.ask("POST", "registration", path, json={"reasons": [REASON]}, headers=ANY))
    if route.path == "/v1/drafts":
        path = f"/v1/drafts/{made['draft_id']}/publish"
        after.append(await publisher.ask("POST", "intervention_catalog", path, headers=ANY))
    if route.path == "/v1/courses":
        for as_of in ("2022-10-01", "0001-01-01", "9999-12-31"):
            path = f"/v1/courses/{made['course_id']}/dosage"
            after.append(await visitor.ask("GET", "registration", path, params={"as_of": as_of}))
    return after


@pytest_asyncio.fixture
async def publisher(platform: Running, forger: Forger) -> AsyncIterator[Visitor]:
    """Another member of the secretariat, because nobody may publish an own draft."""
    async with platform.visitor(forger.valid(["secretariat"], [], subject="publisher")) as visitor:
        yield visitor


PARTS = 4
"""Each part of the routes has the time limit of a test to itself."""


@pytest.fixture(params=range(PARTS))
def taking(request: pytest.FixtureRequest, routes: list[Route]) -> list[Route]:
    """A part of the routes that take JSON."""
    part: int = request.param
    return [route for route in routes if takes_json(route)][part::PARTS]


def test_every_route_that_takes_a_body_is_known(routes: list[Route], world: World) -> None:
    known = set(bodies(world))
    assert {route.key for route in routes if takes_json(route)} == known, "teach the new ones to bodies.py"


@pytest.mark.slow
async def test_no_body_with_one_odd_value_is_answered_with_a_fault(
    taking: list[Route], platform: Running, world: World, forger: Forger, publisher: Visitor
) -> None:
    good = bodies(world)
    faults: list[tuple[str, Place, Any, str]] = []
    for route in taking:
        async with platform.visitor(
            forger.valid(roles_for(route), [world.own.code], world.own.institutions)
        ) as visitor:
            for place in leaves(good[route.key]):
                for value in (each for each in ODD if sent(route.key, place, each)):
                    if route.key == "POST /v1/deliveries" and value == "2022/2023":
                        continue  # a correct order is built, which takes long
                    body = json.dumps(with_odd(good[route.key], place, value)).encode()
                    headers = {"Content-Type": "application/json"}
                    if route.path.startswith("/v1/initiatives/") and route.path.endswith(("/close", "/withdrawal")):
                        headers["If-Match"] = '"x"'  # later tests need the initiative and the municipality in it
                    answer = await call(visitor, route, world, content=body, json=None, headers=headers)
                    asked = await followed(visitor, publisher, route, answer)
                    faults += [(str(route), place, value, each.text[:200]) for each in asked if each.status_code >= 500]
            if route.method == "PUT":  # some odd values are correct ones, and later tests need the correct body's
                await call(visitor, route, world, json=good[route.key])
    assert faults == []
    async with platform.visitor() as nobody:
        for path in ("/v1/search", "/v1/trial-actions", "/v1/changes"):
            assert (await nobody.ask("GET", "intervention_catalog", path)).status_code == 200, "with odd content in it"


@pytest.mark.slow
async def test_no_odd_query_is_answered_with_a_fault(
    routes: list[Route], platform: Running, world: World, forger: Forger
) -> None:
    faults: list[tuple[str, str, str, str]] = []
    odd = [str(each) for each in (*DAYS, *NUMBERS, *TEXTS[:-1])] + [
        "W10",
        "WyJzY2hvb2xzIiwiXHUwMDAwIl0",
        "bnVsbA",
        "\ud83d",
    ]
    for route in routes:
        if route.method != "GET":
            continue
        async with platform.visitor(
            forger.valid(roles_for(route), [world.own.code], world.own.institutions)
        ) as visitor:
            for name in [each["name"] for each in route.parameters("query")] or ["unknown"]:
                for value in (each for each in odd if sent(route.key, name, each)):
                    encoded = value.encode("utf-8", "surrogatepass").decode("latin-1")
                    answer = await call(visitor, route, world, query={name: encoded})
                    if answer.status_code >= 500:
                        faults.append((str(route), name, value[:40], answer.text[:200]))
    assert faults == []


@pytest.mark.slow
async def test_no_odd_address_is_answered_with_a_fault(
    routes: list[Route], platform: Running, world: World, forger: Forger
) -> None:
    faults: list[tuple[str, str, str, str]] = []
    odd = (
        "%00",
        "%FF%FE",
        "..%2f..",
        "%F0%9F%98%80",
        "0" * 36,
        "x" * 4000,
        "-1",
        "null",
        "%0d%0aX-Evil:%201",
        "+",
        "%25",
    )
    for route in routes:
        if route.method != "GET":
            continue
        async with platform.visitor(
            forger.valid(roles_for(route), [world.own.code], world.own.institutions)
        ) as visitor:
            for name in route.path_names:
                for value in odd:
                    answer = await call(visitor, route, world, ids={name: value})
                    if answer.status_code >= 500 or "x-evil" in answer.headers:
                        faults.append((str(route), name, value[:40], answer.text[:200]))
    assert faults == []
