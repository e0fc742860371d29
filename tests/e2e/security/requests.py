"""Requests that fit a route, about objects of one tenant or another, and checks of refusals."""

import uuid
from collections.abc import Mapping
from typing import Any

import httpx

from tests.e2e.security.openapi import Route
from tests.e2e.security.platform import Visitor
from tests.e2e.security.tenant import YEAR
from tests.e2e.security.world import World, draft, plan

MEMBERS = {"type", "title", "status", "detail", "instance", "code", "messages", "correlation_id", "pointer"}
"""What a refusal may say; nothing of the request and nothing of what is stored."""

_PUBLISHED = {
    "intervention-types": "C",
    "support-levels": "3T",
    "trial-actions": "ishoj",
    "recommendations": "5.1.1.a.text",
}

PASSED_ON = "/v1/initiatives/{initiative_id}/municipalities/{municipality_code}/passed-on"
OF_ONE_REQUEST = ("instance", "correlation_id")


def known_values(route: Route, world: World) -> dict[str, str]:
    """Path parameter → an existing value, which belongs to the own municipality or to everybody."""
    known = {
        **world.own.objects(0, route.service),
        "kind": "pupils" if route.service == "registration" else "absence",
        "id": _PUBLISHED.get(route.path.split("/")[2], ""),
        "family": "dosage",
        "municipality_code": world.own.code,
        "institution_number": "999001",  # belongs to nobody: a decision about it does not change the world
        "delivery_id": world.delivery_id,
        "initiative_id": world.initiative_id,
        "number": "1",
        "pupil_id": world.own.pupils[0][0],
        "held_on": "2022-09-05",
        "starts_at": "08:15",
        "name": "manifest.json" if route.service == "evaluation_export" else "composition-2021",
    }
    if route.path.startswith(("/v1/schools", "/v1/classes")):
        known |= {"institution_number": world.own.institutions[0], "school_year": YEAR.replace("/", "-")}
        known["class_name"] = "5A"
    if route.path.startswith("/v1/class-kind-rules") and route.method != "DELETE":  # later tests need them
        known["institution_number"] = world.own.institutions[0]
    if "/indicators/" in route.path:
        known |= {"indicator": "national_test", "subject": "reading", "grade": "4", "day": "2022-09-15"}
    if route.path.endswith("/name-disclosures"):
        known["pupil_id"] = world.own.pupils[0][4]  # whose name is protected
    known["version"] = "1"
    if route.path.endswith("/close"):
        known["project_id"] = str(uuid.uuid4())  # later tests need the world's own project
    if route.method == "DELETE":
        known["starts_at"] = "23:45"  # the same of its session
        known["draft_id"] = str(uuid.uuid4())  # later tests need the world's own draft
    return known


async def call(
    visitor: Visitor,
    route: Route,
    world: World,
    *,
    ids: Mapping[str, str] | None = None,
    query: Mapping[str, Any] | None = None,
    **more: Any,
) -> httpx.Response:
    """Call the route with real ids of the own municipality (``ids`` replaces some) and the documented example body."""
    known = known_values(route, world) | dict(ids or {})
    path = route.path
    for name in route.path_names:
        assert name in known, f"{route}: nothing is known to put in {{{name}}}; teach it to known_values"
        path = path.replace(f"{{{name}}}", known[name])
    given = route.body() | more
    headers = route.headers() | route.body().get("headers", {}) | more.get("headers", {})
    taken = {each["name"].lower() for each in route.parameters("header")}
    if "if-match" in taken:
        headers.setdefault("If-Match", "*")
    if "idempotency-key" in taken:
        headers["Idempotency-Key"] = uuid.uuid4().hex
    given["headers"] = headers
    asked = route.query({"municipality": world.own.code}) | dict(query or {})
    return await visitor.ask(route.method, route.service, path, what=route.path, params=asked, **given)


async def own_ids(visitor: Visitor, route: Route, world: World) -> dict[str, str]:
    """Objects that a call needs instead of the world's: a new draft or project by the caller, which may be changed."""
    if route.path.startswith("/v1/projects/{project_id}") and route.method != "GET":
        made = await visitor.ask("POST", route.service, "/v1/projects", json=good_bodies(world)["POST /v1/projects"])
        return {"project_id": str(made.json()["project_id"])} if made.is_success else {}
    if route.method == "DELETE" and "starts_at" in route.path_names:
        course_id, day = world.own.courses[0], known_values(route, world)["held_on"]
        held = {"sessions": [{"held_on": day, "starts_at": "13:15", "minutes": 30}]}
        headers = {"Idempotency-Key": uuid.uuid4().hex}
        path = f"/v1/courses/{course_id}/sessions"
        await visitor.ask("POST", route.service, path, what="a session", json=held, headers=headers)
        return {"starts_at": "13:15"}
    if "draft_id" not in route.path_names:
        return {}
    made = await visitor.done("POST", route.service, "/v1/drafts", json=draft(world.own.code))
    return {"draft_id": str(made["draft_id"])}


def leak(answer: httpx.Response, world: World) -> str | None:
    """A description of what a refusal reveals or does wrong; None if it is correct."""
    if answer.headers.get("content-type") != "application/problem+json":
        return f"a refusal of type {answer.headers.get('content-type')}"
    if extra := set(answer.json()) - MEMBERS:
        return f"a refusal that says {sorted(extra)}"
    told = [*world.own.told_in(answer.text), *world.other.told_in(answer.text)]
    return f"a refusal that names {len(told)} things stored" if told else None


def same_for_all(answer: httpx.Response) -> tuple[int, dict[str, str], dict[str, Any]]:
    """Status, headers and body, without the parts that differ in every request."""
    headers = {name: value for name, value in answer.headers.items() if name not in {"date", "x-correlation-id"}}
    return answer.status_code, headers, {k: v for k, v in answer.json().items() if k not in OF_ONE_REQUEST}


def good_bodies(world: World, place: int = 0) -> dict[str, dict[str, Any]]:
    """A correct body for each route whose body names objects, about the own school at ``place``."""
    own = world.own
    school, pupils = own.schools[place], own.pupils[place]
    project = {"title": "Et projekt til", "school_ids": [school], "plan": plan()}
    return {
        "POST /v1/pupils/look-ups": {
            "municipality_code": own.code,
            "local_ids": [own.local_id(place * 5 + seat) for seat in range(5)],
        },
        "POST /v1/assessments": {"school_id": school, "pupil_ids": pupils[:1], "as_of": "2023-03-01", "answers": []},
        "POST /v1/kept-gross-lists": {"school_id": school, "as_of": "2023-03-01"},
        "PUT /v1/selections/{selection_id}/designated": {"pupil_ids": pupils[:1]},
        "POST /v1/selections": {
            "school_id": school,
            "kept_list_id": own.kept_lists[place],
            "designated_pupil_ids": pupils[:1],
            "kind": "pupil",
            "pupil_ids": pupils[:1],
            "decided_on": "2023-03-01",
            "socially_vulnerable": True,
            "behind": ["academically"],
            "reason": "Begrundelse",
            "parents_dialogue": "Samtale",
        },
        "POST /v1/projects": project,
        f"POST {PASSED_ON}": {"school_id": school, "amount": 1, "given_on": "2023-03-01"},
        "POST /v1/courses": {
            "project_id": own.projects[place],
            "school_id": school,
            "variant": "C",
            "start": "2022-09-01",
            "last_day": "2022-11-30",
            "pupil_ids": pupils[:3],
            "designated_pupil_ids": pupils[:1],
        },
        "POST /v1/courses/{course_id}/split": {"day": "2022-10-03", "pupil_ids": pupils[:1]},
        "POST /v1/courses/{course_id}/merge": {"day": "2022-10-03", "from_course_id": own.courses[place]},
    }
