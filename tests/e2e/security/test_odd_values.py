"""Requests with true ids and one odd value, so that they pass the first checks and reach code with possible faults."""

import copy
import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from tests.e2e.security.initiative import INITIATIVE, shares
from tests.e2e.security.openapi import Route
from tests.e2e.security.platform import Running, Visitor
from tests.e2e.security.requests import PASSED_ON, call, good_bodies
from tests.e2e.security.tenant import DECIDED_ON, FIRST_DAY, UNTIL, YEAR
from tests.e2e.security.tokens import Forger
from tests.e2e.security.world import World, draft, plan
from tests.factories.projects import ANY, document

_IN_INITIATIVE = "POST /v1/initiatives/{initiative_id}/municipalities/{municipality_code}"

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


_REASON = {"rule_id": "C-PLAN", "reason": "Fordi"}


def _few(school_id: str) -> dict[str, Any]:
    """A field of each kind of a description: a text, a list, a number, a date, a choice and an id."""
    courses = {"school_id": school_id, "variant": "C", "subjects": ["danish"], "grades": [5], "courses": 1}
    step = {"what": "Forløb", "first_day": "2022-08-22"}
    return {
        "target_group": {"reach": "all_schools", "shared_need": "Læsning"},
        "choice": {"courses": [courses]},
        "organisation": {"implementation": [step]},
        "budget": {"pay": 1000},
    }


def bodies(world: World) -> dict[str, dict[str, Any]]:
    """A correct body for every route that takes JSON."""
    phase = {"weekly_amount": "4", "unit": "sessions", "weeks": 12, "minutes_per_session": 30}
    good = good_bodies(world)
    project = document("Et projekt til", world.own.schools[:1], plan()) | {"description": _few(world.own.schools[0])}
    initiative = INITIATIVE | {"rule_sets": ["funding-2021"], "comparison_from_percent": "14.00"}
    return good | {
        "POST /v1/courses": good["POST /v1/courses"] | {"planned": [phase]},
        "PUT /v1/projects/{project_id}": project,
        "POST /v1/projects/{project_id}/submit": {"reasons": [_REASON]},
        "POST /v1/projects/{project_id}/approve": {"reasons": [_REASON]},
        "POST /v1/projects/{project_id}/approve-amendment": {"reasons": [_REASON]},
        "POST /v1/projects/{project_id}/return": {"remarks": [{"text": "Skriv mere", "pointer": "/description"}]},
        "POST /v1/projects/{project_id}/close": {"remark": "Slut"},
        "POST /v1/guidance": {
            "municipality_code": world.own.code,
            "project_id": None,
            "given_on": "2023-03-01",
            "kind": "needs",
            "channel": "mail",
            "text": "Vejledning",
        },
        "POST /v1/courses/{course_id}/sessions": {
            "sessions": [{"held_on": "2022-09-06", "starts_at": "08:15", "minutes": 30}]
        },
        "PUT /v1/municipalities/{municipality_code}": {"status": "accepted"},
        "PUT /v1/municipalities/{municipality_code}/imports": {"reason": "pilot"},
        "PUT /v1/institutions/{institution_number}": {"municipality_code": world.own.code},
        "PUT /v1/schools/{institution_number}": {"name": "Prøveskolen", "kind": "public"},
        "PUT /v1/classes/{institution_number}/{school_year}/{class_name}": {"grade": 5, "kind": "ordinary"},
        # A membership of no day, so that no other test meets the pupil.
        "POST /v1/pupils": {
            "municipality_code": world.own.code,
            "uni_login": "odd00001",
            "name": "Ulige Prøvesen",
            "institution_number": world.own.institutions[0],
            "school_year": YEAR,
            "class_name": "5A",
            "valid_from": FIRST_DAY,
            "valid_to": FIRST_DAY,
        },
        "POST /v1/identity-cases/{case_id}/decision": {"decision": "another_pupil"},
        "POST /v1/pupils/{pupil_id}/merge": {"merged_pupil_id": world.own.pupils[0][1]},
        "POST /v1/pupils/{pupil_id}/split": {
            "name": "Ulige Prøvesen",
            "stays": [{"class_id": world.own.classes[0], "claimed_from": FIRST_DAY}],
            "identifier_ids": [world.own.pupils[0][1]],
        },
        "POST /v1/membership-conflicts/{conflict_id}/decision": {"institution_number": world.own.institutions[0]},
        "POST /v1/initiatives": initiative,
        "PUT /v1/initiatives/{initiative_id}": initiative,
        "POST /v1/initiatives/{initiative_id}/close": {"reason": "Fordi"},
        "PUT /v1/initiatives/{initiative_id}/shares": shares(world.own.code, world.other.code),
        "POST /v1/initiatives/{initiative_id}/invitations": {
            "answer_by": UNTIL,
            "municipality_codes": ["151"],
            "reason": "Fordi",
        },
        "POST /v1/initiatives/{initiative_id}/allocations": {"leave_out_unanswered": True, "reason": "Fordi"},
        f"{_IN_INITIATIVE}/answer": {"answer": "accepted", "decided_on": DECIDED_ON, "reason": "Fordi"},
        f"{_IN_INITIATIVE}/withdrawal": {"spent": 0, "reason": "Fordi"},
        f"POST {PASSED_ON}": good[f"POST {PASSED_ON}"] | {"reason": "Fordi"},
        f"PUT {PASSED_ON}/{{entry_id}}": {"amount": 0, "reason": "Fordi"},
        "POST /v1/drafts": draft(world.own.code) | {"valid_from": "2022-08-01", "valid_to": "2023-08-01"},
        "PUT /v1/drafts/{draft_id}": draft(world.own.code) | {"version": 1},
        "POST /v1/drafts/{draft_id}/return": {"note": "Mangler mål", "version": 1},
        "POST /v1/drafts/{draft_id}/publish": {"version": 1},
        "POST /v1/withdrawals": {
            "kind": "trial_action",
            "id": "nothing",
            "valid_to": "2022-08-01",
            "reason": "on_request",
        },
        "POST /v1/checks": plan(),
        "POST /v1/checks/projects": project,
        "POST /v1/deliveries": {"product": "aggregate", "school_year": "2022/2023"},
    }


def roles_for(route: Route) -> list[str]:
    """The roles for a call. The secretariat sees the whole country, which could hide faults, so it is used only where
    needed.
    """
    if (
        route.key.startswith(("PUT /v1/municipalities", "PUT /v1/institutions", "POST /v1/guidance"))
        or route.path.endswith(("/approve", "/return"))
        or "/drafts" in route.path
        or ("/initiatives" in route.path and not route.path.startswith(PASSED_ON))
    ):
        return ["secretariat"]
    if route.path.startswith(PASSED_ON) or any(
        each in route.path
        for each in ("/identity-cases", "-conflicts", "/approve-amendment", "{pupil_id}/merge", "{pupil_id}/split")
    ):
        return ["resource_team"]
    return ["school", "evaluator", "municipality_integration", "ops"]


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
        after.append(await visitor.ask("POST", "registration", path, json={"reasons": [_REASON]}, headers=ANY))
    if route.path == "/v1/drafts":
        path = f"/v1/drafts/{made['draft_id']}/publish"
        after.append(await publisher.ask("POST", "intervention_catalog", path, json={}))
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


@pytest.mark.slow
async def test_no_body_with_one_odd_value_is_answered_with_a_fault(
    routes: list[Route], platform: Running, world: World, forger: Forger, publisher: Visitor
) -> None:
    taking = [
        route for route in routes if "application/json" in route.operation.get("requestBody", {}).get("content", {})
    ]
    good = bodies(world)
    assert {route.key for route in taking} == set(good), "a route takes a body that this test does not know"
    faults: list[tuple[str, Place, Any, str]] = []
    for route in taking:
        async with platform.visitor(
            forger.valid(roles_for(route), [world.own.code], world.own.institutions)
        ) as visitor:
            for place in leaves(good[route.key]):
                for value in ODD:
                    if route.key == "POST /v1/deliveries" and value == "2022/2023":
                        continue  # a correct order is built, which takes long
                    body = json.dumps(with_odd(good[route.key], place, value)).encode()
                    headers = {"Content-Type": "application/json"}
                    if "/initiatives/" in route.path and not route.path.endswith("/close"):
                        headers["If-Match"] = "*"
                    answer = await call(visitor, route, world, content=body, json=None, headers=headers)
                    asked = await followed(visitor, publisher, route, answer)
                    faults += [(str(route), place, value, each.text[:200]) for each in asked if each.status_code >= 500]
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
                for value in odd:
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
