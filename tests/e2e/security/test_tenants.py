"""Another tenant's object and one that does not exist give the same answer, on every route, in path, query and body."""

import copy
import uuid
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from tests.e2e.security.openapi import Route
from tests.e2e.security.platform import Running
from tests.e2e.security.requests import PASSED_ON, call, good_bodies, leak, own_ids, same_for_all
from tests.e2e.security.rights import (
    BOUND_TO_A_MUNICIPALITY,
    BOUND_TO_INSTITUTIONS,
    NOTHING_WITHOUT_INSTITUTIONS,
    OPEN,
    RIGHTS,
)
from tests.e2e.security.tenant import Tenant, standing_in
from tests.e2e.security.tokens import Forger
from tests.e2e.security.world import World

OF_A_TENANT = {
    f"{name}_id"
    for name in (
        *("school", "selection", "kept_list", "assessment", "project", "guidance", "course", "enrolment", "receipt"),
        *("draft", "case", "entry", "disclosure", "conflict"),
    )
}
"""Each of one institution as well."""
OF_NOBODY = {"kind", "id", "family", "name", "municipality_code", "institution_number", "delivery_id"} | {
    "school_year",
    "class_name",
    *("held_on", "starts_at"),  # of a course, which is of a tenant
    *("indicator", "subject", "grade", "day"),  # of a result of a pupil
    "version",  # of a project, which is of a tenant
    "pupil_id",  # a pupil whom the caller may not see has an empty ledger, as one who does not exist
    *("initiative_id", "number"),  # of both municipalities: the tests of the initiatives' room show who sees what
}
"""Path parameters that name nothing of a municipality; the secretariat's and the evaluator's see the country."""
OF_TWO_INSTITUTIONS = "/v1/membership-conflicts/"
"""Two schools claim one pupil: test_transfers.py tests who sees such a conflict."""
OF_THE_WHOLE = f"PUT {PASSED_ON}/{{entry_id}}"
"""Refused to everybody who is limited to institutions, whatever the entry: test_passed_on.py."""
NAMES_OBJECTS = ("_id", "_ids")


LOOK_UP = "POST /v1/pupils/look-ups"
"""It changes nothing; ids of a source system are asked for in a body."""


ONE_PUPIL = "POST /v1/pupils"
"""Its body names no object: a source system's id is looked for in the own municipality alone."""

OF_A_READ_PUPIL = {"POST /v1/pupils/{pupil_id}/merge", "POST /v1/pupils/{pupil_id}/split"}
"""They need the ETag of what the caller has read: test_merging.py tests what another's pupil is to them."""

OF_NAMED_OBJECTS = {"POST /v1/courses/{course_id}/merge"}
"""The documented body names a course, which does not exist either."""


def token_of(forger: Forger, role: str, tenant: Tenant) -> str:
    """A token for as much of the municipality as the role may have."""
    return forger.valid([role], [tenant.code], tenant.institutions if role in NOTHING_WITHOUT_INSTITUTIONS else [])


def bound(routes: list[Route], roles: frozenset[str]) -> Iterator[tuple[Route, str]]:
    """Each route with each of ``roles`` that may call it."""
    for route in routes:
        for role in sorted(RIGHTS.get(route.key, frozenset()) & roles):
            yield route, role


def places_of_ids(body: Any, at: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The places of ids in a body."""
    for name, value in body.items():
        if isinstance(value, dict):
            yield from places_of_ids(value, (*at, name))
        elif name.endswith(NAMES_OBJECTS) and value:
            yield (*at, name, 0) if isinstance(value, list) else (*at, name)


def replaced(body: dict[str, Any], place: tuple[str | int, ...], value: str) -> dict[str, Any]:
    """The body with another value at a place."""
    made = copy.deepcopy(body)
    found: Any = made
    for step in place[:-1]:
        found = found[step]
    found[place[-1]] = value
    return made


def test_every_path_parameter_is_known_to_be_of_a_tenant_or_of_nobody(routes: list[Route]) -> None:
    unknown = {name for route in routes for name in route.path_names} - OF_A_TENANT - OF_NOBODY
    assert unknown == set(), "say in test_tenants.py whether these name something of a municipality"


async def as_if_it_did_not_exist(
    asking: Iterable[tuple[Route, str, str]], platform: Running, world: World, foreign: Callable[[Route, str], str]
) -> int:
    """The number of objects that were asked for; fails if a foreign object gets another answer than one that does not
    exist.

    ``asking`` gives (route, role, token); ``foreign`` returns the id of a foreign object for a parameter.
    """
    asked = 0
    wrong: list[tuple[object, ...]] = []
    for route, role, token in asking:
        if route.path.startswith(OF_TWO_INSTITUTIONS):
            continue
        async with platform.visitor(token) as visitor:
            for name in OF_A_TENANT & set(route.path_names):
                more: dict[str, Any] = {}
                if route.key.startswith("PUT /v1/projects"):
                    more["json"] = good_bodies(world)["POST /v1/projects"]
                elif route.key in OF_NAMED_OBJECTS:
                    more["json"] = good_bodies(world)[route.key]
                there = await call(visitor, route, world, ids={name: foreign(route, name)}, **more)
                nowhere = await call(visitor, route, world, ids={name: str(uuid.uuid4())}, **more)
                own = await call(visitor, route, world, ids=await own_ids(visitor, route, world), **more)
                asked += 1
                if there.status_code != 404 or same_for_all(there) != same_for_all(nowhere) or leak(there, world):
                    wrong.append((str(route), role, there.status_code, there.text[:200], nowhere.text[:200]))
                if own.status_code in {401, 403, 404}:
                    wrong.append((str(route), role, "its own is not found either", own.text[:200]))
    assert wrong == []
    return asked


async def test_another_municipality_s_object_is_as_one_that_does_not_exist(
    routes: list[Route], platform: Running, world: World, forger: Forger
) -> None:
    asking = (
        (route, role, token_of(forger, role, world.own)) for route, role in bound(routes, BOUND_TO_A_MUNICIPALITY)
    )
    asked = await as_if_it_did_not_exist(
        asking, platform, world, lambda route, name: world.other.objects(0, route.service)[name]
    )
    assert asked >= 25


async def test_another_institution_s_object_is_as_one_that_does_not_exist(
    routes: list[Route], platform: Running, world: World, forger: Forger
) -> None:
    asking = (
        (route, role, forger.valid([role], [world.own.code], [world.own.institutions[0]]))
        for route, role in bound(routes, BOUND_TO_INSTITUTIONS)
        if route.key != OF_THE_WHOLE
    )
    asked = await as_if_it_did_not_exist(
        asking, platform, world, lambda route, name: world.own.objects(1, route.service)[name]
    )
    assert asked >= 15


async def test_a_municipality_in_the_query_is_the_caller_s_or_nobody_s(
    routes: list[Route], platform: Running, world: World, forger: Forger
) -> None:
    asked = 0
    wrong: list[tuple[object, ...]] = []
    for route, role in bound(routes, BOUND_TO_A_MUNICIPALITY):
        if not any(each["name"] == "municipality" for each in route.parameters("query")):
            continue
        async with platform.visitor(token_of(forger, role, world.own)) as visitor:
            there = await call(visitor, route, world, query={"municipality": world.other.code})
            nowhere = await call(visitor, route, world, query={"municipality": "999"})
            both = await call(visitor, route, world, query={"municipality": [world.own.code, world.other.code]})
            asked += 1
            if there.status_code != 404 or same_for_all(there) != same_for_all(nowhere) or leak(there, world):
                wrong.append((str(route), role, there.status_code, there.text[:200]))
            if world.other.told_in(both.text):
                wrong.append((str(route), role, "named twice", both.text[:200]))
    assert wrong == []
    assert asked >= 5


@pytest.mark.parametrize("limited", [False, True], ids=["municipality", "institution"])
async def test_a_body_that_names_another_s_object_is_refused_as_if_it_did_not_exist(
    limited: bool, routes: list[Route], platform: Running, world: World, forger: Forger
) -> None:
    bodies, asked = good_bodies(world), 0
    wrong: list[tuple[object, ...]] = []
    institutions = [world.own.institutions[0]] if limited else []
    tenant, place = (world.own, 1) if limited else (world.other, 0)
    foreign = {
        "school_id": tenant.schools[place],
        "school_ids": tenant.schools[place],
        "class_id": tenant.classes[place],
        "project_id": tenant.projects[place],
        "kept_list_id": tenant.kept_lists[place],
        "from_course_id": tenant.courses[place],
        "pupil_ids": tenant.pupils[place][4],
        "designated_pupil_ids": tenant.pupils[place][4],
    }
    for route, role in bound(routes, BOUND_TO_INSTITUTIONS):
        example = route.body().get("json")
        if (
            route.key in {LOOK_UP, ONE_PUPIL, *OF_A_READ_PUPIL}
            or not isinstance(example, dict)
            or not any(places_of_ids(example))
        ):
            continue
        body = bodies["POST /v1/projects" if route.key.startswith("PUT /v1/projects") else route.key]
        token = forger.valid([role], [world.own.code], institutions) if limited else token_of(forger, role, world.own)
        async with platform.visitor(token) as visitor:
            for at in places_of_ids(body):
                name = str(at[-1] if isinstance(at[-1], str) else at[-2])
                there = await call(visitor, route, world, json=replaced(body, at, foreign[name]))
                nowhere = await call(visitor, route, world, json=replaced(body, at, str(uuid.uuid4())))
                asked += 1
                refused = there.status_code in ({403, 404, 409, 422} if limited else {404, 409, 422})
                if not refused or same_for_all(there) != same_for_all(nowhere) or leak(there, world):
                    wrong.append((str(route), role, at, there.status_code, there.text[:300], nowhere.text[:300]))
    assert wrong == []
    assert asked >= 16


async def test_a_class_of_another_municipality_cannot_be_selected_or_taught(
    platform: Running, world: World, forger: Forger
) -> None:
    bodies = good_bodies(world)
    async with platform.visitor(token_of(forger, "school", world.own)) as visitor:
        for path in ("/v1/selections", "/v1/courses"):
            body = bodies[f"POST {path}"] | {"pupil_ids": [], "designated_pupil_ids": []}
            if path == "/v1/selections":
                body |= {"kind": "class", "reasons": ["shared_need"]}
            answers = [
                await visitor.ask(
                    "POST",
                    "registration",
                    path,
                    json=body | {"class_id": class_id},
                    headers={"Idempotency-Key": uuid.uuid4().hex},
                )
                for class_id in (world.other.classes[0], str(uuid.uuid4()))
            ]
            assert [each.status_code for each in answers] == [422, 422], [each.text for each in answers]
            assert "Idempotency-Key" not in answers[0].text
            assert same_for_all(answers[0]) == same_for_all(answers[1])


async def test_lists_hold_the_caller_s_alone(
    routes: list[Route], platform: Running, world: World, forger: Forger
) -> None:
    asked = 0
    wrong: list[tuple[object, ...]] = []
    for limited, roles in ((False, BOUND_TO_A_MUNICIPALITY), (True, BOUND_TO_INSTITUTIONS)):
        foreign = list(world.other.marks)
        if limited:
            foreign += [world.own.schools[1], world.own.courses[1], world.own.institutions[1], *world.own.pupils[1]]
        for route, role in bound(routes, roles):
            if (route.method != "GET" and route.key != LOOK_UP) or route.path.startswith(OF_TWO_INSTITUTIONS):
                continue
            institutions = [world.own.institutions[0]] if limited else []
            token = (
                forger.valid([role], [world.own.code], institutions) if limited else token_of(forger, role, world.own)
            )
            async with platform.visitor(token) as visitor:
                more: dict[str, Any] = {}
                if route.key == LOOK_UP:
                    ids = [tenant.local_id(n) for tenant in (world.own, world.other) for n in range(10)]
                    more["json"] = {"municipality_code": world.own.code, "local_ids": ids}
                answer = await call(visitor, route, world, ids=await own_ids(visitor, route, world), **more)
                asked += 1
                told = standing_in(foreign, answer.text)
                if answer.status_code != 200 or told:
                    wrong.append((str(route), role, limited, answer.status_code, told[:3]))
    assert wrong == []
    assert asked >= 20


async def test_the_evaluator_and_the_published_catalog_name_no_pupil(
    routes: list[Route], platform: Running, world: World, forger: Forger
) -> None:
    async with platform.visitor(forger.valid(["evaluator"], [])) as visitor:
        for route in routes:
            if route.method == "GET" and (route.key in OPEN or "evaluator" in RIGHTS.get(route.key, ())):
                answer = await call(visitor, route, world)
                assert answer.status_code == 200, (str(route), answer.text)
                assert [*world.own.told_in(answer.text), *world.other.told_in(answer.text)] == [], str(route)


async def test_a_delivery_that_does_not_exist_is_not_found_whatever_its_id(
    routes: list[Route], platform: Running, world: World, forger: Forger
) -> None:
    async with platform.visitor(forger.valid(["evaluator"], [])) as visitor:
        for route in routes:
            if "delivery_id" in route.path_names:
                answers = [
                    await call(visitor, route, world, ids={"delivery_id": each})
                    for each in (str(uuid.uuid4()), world.own.schools[0])
                ]
                assert [each.status_code for each in answers] == [404, 404], str(route)
                assert same_for_all(answers[0]) == same_for_all(answers[1])
        for name in ("../../../../etc/passwd", "..%2f..%2fetc%2fpasswd", "/etc/passwd", "%00"):
            path = f"/v1/deliveries/{world.delivery_id}/files/{name}"
            answer = await visitor.ask("GET", "evaluation_export", path, what="a file that is none")
            assert answer.status_code in {404, 422}, (name, answer.status_code)
