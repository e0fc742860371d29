"""The reach of a token: it gives nothing without institutions, by a role that the route does not accept, about another
school of the municipality, or about a pupil who has left.
"""

import uuid
from typing import Any

import pytest

from tests.e2e.security.openapi import Route
from tests.e2e.security.platform import Running
from tests.e2e.security.requests import call, good_bodies, leak, own_ids
from tests.e2e.security.rights import NOTHING_WITHOUT_INSTITUTIONS, OPEN, RIGHTS
from tests.e2e.security.tenant import DECIDED_ON, FIRST_DAY, SINCE, THIS_YEAR, UNTIL, YEAR, Tenant, standing_in
from tests.e2e.security.test_tenants import LOOK_UP, token_of
from tests.e2e.security.tokens import ROLES, Forger
from tests.e2e.security.world import World, draft, plan, send
from tests.factories.projects import ANY

SAME_FOR_ALL = {"GET /v1/municipality-codes", "GET /v1/assessment-questions"}
"""What the law or a rule set says, and nothing of anybody's."""


@pytest.mark.parametrize("others", [False, True], ids=["alone", "beside roles that the route does not ask for"])
async def test_a_role_of_institutions_reaches_nothing_where_the_token_names_none(
    others: bool, routes: list[Route], platform: Running, world: World, forger: Forger
) -> None:
    bodies, asked = good_bodies(world), 0
    wrong: list[tuple[object, ...]] = []
    for route in routes:
        rights = RIGHTS.get(route.key, frozenset())
        for role in sorted(rights & NOTHING_WITHOUT_INSTITUTIONS):
            more = {"json": bodies[route.key]} if route.key in bodies else {}
            roles = [role, *(set(ROLES) - rights if others else ())]
            async with platform.visitor(forger.valid(roles, [world.own.code])) as visitor:
                answer = await call(visitor, route, world, **more)
            asked += 1
            empty = answer.status_code == 200 and [] in (answer.json().get("items"), answer.json().get("courses"))
            if not (
                route.key in SAME_FOR_ALL or empty or (answer.status_code in {404, 422} and leak(answer, world) is None)
            ):
                wrong.append((str(route), role, answer.status_code, answer.text[:200]))
    assert wrong == []
    assert asked >= 15


async def test_what_was_written_for_the_municipality_or_by_another_school_is_not_a_school_s(
    platform: Running, world: World, forger: Forger
) -> None:
    own = world.own
    body = draft(own.code)
    async with platform.visitor(forger.valid(["school"], [own.code], [own.institutions[0]])) as school:
        for foreign in (own.school_drafts[1], own.drafts[0], str(uuid.uuid4())):
            path = f"/v1/drafts/{foreign}"
            asked: list[tuple[str, str, Any]] = [("GET", "", None), ("PUT", "", body), ("DELETE", "", None)]
            for method, end, sent in [*asked, ("POST", "/submit", None)]:
                answer = await school.ask(method, "intervention_catalog", path + end, what="a draft", json=sent)
                assert (answer.status_code, answer.json()["code"]) == (404, "draft.not_found"), (method, answer.text)
        listed = await school.done("GET", "intervention_catalog", "/v1/drafts")
        assert {each["draft_id"] for each in listed["items"]} & {*own.school_drafts, *own.drafts} == {
            own.school_drafts[0]
        }


async def test_a_published_action_is_withdrawn_by_its_own_school_alone(
    platform: Running, world: World, forger: Forger
) -> None:
    own, catalog = world.own, "intervention_catalog"
    north, south = (forger.valid(["school"], [own.code], [number]) for number in own.institutions)
    somebody_else = forger.signed(forger.claims(["secretariat"], []) | {"sub": "reader"})
    async with (
        platform.visitor(north) as author,
        platform.visitor(south) as neighbour,
        platform.visitor(forger.valid(["school"], [own.code])) as nobody,
        platform.visitor(somebody_else) as secretariat,
    ):
        made = await author.done("POST", catalog, "/v1/drafts", json=draft(own.code, "Fælles morgen"))
        path = f"/v1/drafts/{made['draft_id']}"
        await author.done("POST", catalog, f"{path}/submit", what="submit", headers=ANY)
        published = await secretariat.done("POST", catalog, f"{path}/publish", what="publish", headers=ANY)
        gone = {"kind": "trial_action", "id": published["item_id"], "reason": "on_request"}
        version = draft(own.code, "Overtaget")
        version["content"]["id"] = published["item_id"]
        for other in (neighbour, nobody):
            answer = await other.ask("POST", catalog, "/v1/withdrawals", json=gone)
            assert answer.status_code == 404, answer.text
            answer = await other.ask("POST", catalog, "/v1/drafts", json=version)
            assert answer.status_code == 422, answer.text
        assert (await author.ask("POST", catalog, "/v1/withdrawals", json=gone)).status_code == 201


async def test_a_school_changes_no_project_of_several_by_itself(
    platform: Running, world: World, forger: Forger
) -> None:
    own = world.own
    joint = {"title": "Sammen", "school_ids": own.schools, "plan": plan()}
    more: dict[str, Any] = {"what": "a joint project", "headers": ANY}
    alone = joint | {"school_ids": own.schools[:1]}
    async with (
        platform.visitor(token_of(forger, "resource_team", own)) as team,
        platform.visitor(forger.valid(["school"], [own.code], [own.institutions[0]])) as north,
        platform.visitor(forger.valid(["school"], [own.code], [own.institutions[1]])) as south,
        platform.visitor(forger.valid(["school"], [own.code], own.institutions)) as both,
    ):
        made = await team.done("POST", "registration", "/v1/projects", json=joint)
        path = f"/v1/projects/{made['project_id']}"
        for school in (north, south):
            for body in (alone, joint | {"school_ids": own.schools[1:]}, joint | {"title": "Mit"}):
                answer = await school.ask("PUT", "registration", path, json=body, **more)
                assert (answer.status_code, answer.json()["code"]) == (403, "project.other_schools"), answer.text
            answer = await school.ask("POST", "registration", f"{path}/submit", json={}, **more)
            assert (answer.status_code, answer.json()["code"]) == (403, "project.other_schools"), answer.text
            read = await school.done("GET", "registration", path, what="a joint project")
            assert read == made
        changed = await both.done("PUT", "registration", path, json=joint | {"title": "Vores"}, **more)
        assert changed["title"] == "Vores"
        await team.done("PUT", "registration", path, json=alone, **more)
        assert (await south.ask("GET", "registration", path, what="a joint project")).status_code == 404


async def _moved(platform: Running, forger: Forger, own: Tenant) -> dict[str, str]:
    """A pupil who was at the first school in 2022/2023 and is at the second today, with a selection and a course from
    the time at the first; returns their ids and names.
    """
    marks = {"local_id": f"{own.code}-moved", "name": f"Flyttet{own.code} Prøvesen"}
    header = "cpr_number;uni_login;local_id;name;institution_number;school_year;class_name;valid_from;valid_to\n"
    who = f"6312120007;;{marks['local_id']};{marks['name']}"
    rows = [
        f"{who};{own.institutions[0]};{YEAR};5A;{FIRST_DAY};2023-08-01\n",
        f"{who};{own.institutions[1]};{THIS_YEAR};5A;{SINCE};{UNTIL}\n",
    ]
    async with (
        platform.visitor(forger.valid(["municipality_integration"], [own.code])) as it,
        platform.visitor(token_of(forger, "resource_team", own)) as team,
    ):
        receipt = await send(it, "registration", "pupils", own.code, header + "".join(rows))
        assert receipt["refused"] == 0, receipt
        asked = {"municipality_code": own.code, "local_ids": [marks["local_id"]]}
        (found,) = (await team.done("POST", "registration", "/v1/pupils/look-ups", json=asked))["items"]
        assert len(found["memberships"]) == 2
        marks["pupil_id"] = found["pupil_id"]
        decision = {
            "school_id": own.schools[0],
            "kind": "pupil",
            "pupil_ids": [found["pupil_id"]],
            "decided_on": DECIDED_ON,
            "socially_vulnerable": True,
            "behind": ["wellbeing"],
            "reason": "Fordi",
            "parents_dialogue": "Talt sammen",
        }
        made = await team.done("POST", "registration", "/v1/selections", json=decision)
        marks["selection_id"] = made["selection_id"]
        pupils = [found["pupil_id"], *own.pupils[0][:2]]
        course = {"project_id": own.projects[0], "school_id": own.schools[0], "variant": "C", "pupil_ids": pupils}
        course |= {"start": "2022-09-01", "last_day": "2022-11-30"}
        headers = {"Idempotency-Key": uuid.uuid4().hex}
        made = await team.done("POST", "registration", "/v1/courses", json=course, headers=headers)
        assert found["pupil_id"] in str(made)
        marks["course_id"] = made["course_id"]
    return marks


async def test_a_former_school_is_shown_nothing_of_a_pupil_on_any_route(
    routes: list[Route], platform: Running, world: World, forger: Forger
) -> None:
    own, asked = world.own, 0
    marks = await _moved(platform, forger, own)
    told = [marks["pupil_id"], marks["name"], marks["local_id"]]
    former = {"selection_id": marks["selection_id"], "course_id": marks["course_id"], "school_id": own.schools[0]}
    wrong: list[tuple[object, ...]] = []
    lookup = {"municipality_code": own.code, "local_ids": [marks["local_id"], own.local_id(0)]}
    for route in routes:
        reads = route.method == "GET" and route.key not in OPEN
        for role in sorted(RIGHTS.get(route.key, frozenset()) & {"school", "resource_team"}):
            if not reads and route.key != LOOK_UP:
                continue
            more: dict[str, Any] = {"json": lookup} if route.key == LOOK_UP else {}
            if route.path.endswith("/gross-list"):
                more["query"] = {"as_of": DECIDED_ON}
            token = forger.valid([role], [own.code], [own.institutions[0]])
            async with platform.visitor(token) as visitor:
                ids = {name: value for name, value in former.items() if name in route.path_names}
                answer = await call(visitor, route, world, ids=ids | await own_ids(visitor, route, world), **more)
            asked += 1
            if answer.status_code not in {200, 404} or standing_in(told, answer.text):
                wrong.append((str(route), role, answer.status_code, answer.text[:300]))
    assert wrong == []
    assert asked >= 15


async def test_a_former_school_cannot_select_a_pupil_and_the_new_one_sees_its_own_time_alone(
    platform: Running, world: World, forger: Forger
) -> None:
    own = world.own
    marks = await _moved(platform, forger, own)
    lookup = {"municipality_code": own.code, "local_ids": [marks["local_id"]]}
    body = good_bodies(world)["POST /v1/selections"]
    async with (
        platform.visitor(forger.valid(["school"], [own.code], [own.institutions[0]])) as former,
        platform.visitor(forger.valid(["school"], [own.code], [own.institutions[1]])) as present,
    ):
        answer = await former.ask(
            "POST", "registration", "/v1/selections", json=body | {"pupil_ids": [marks["pupil_id"]]}
        )
        assert (answer.status_code, answer.json()["code"]) == (422, "pupil.not_at_school"), answer.text
        course = await former.done("GET", "registration", f"/v1/courses/{marks['course_id']}", what="a course")
        assert (len(course["enrolments"]), course["not_shown"]) == (2, 1)
        (found,) = (await present.done("POST", "registration", "/v1/pupils/look-ups", json=lookup))["items"]
        assert [each["institution_number"] for each in found["memberships"]] == [own.institutions[1]]


async def test_a_look_up_for_another_municipality_is_as_one_for_none(
    platform: Running, world: World, forger: Forger
) -> None:
    for role in ("school", "resource_team"):
        async with platform.visitor(token_of(forger, role, world.own)) as visitor:
            answers = [
                await visitor.ask(
                    "POST",
                    "registration",
                    "/v1/pupils/look-ups",
                    json={"municipality_code": code, "local_ids": [world.other.local_id(0)]},
                )
                for code in (world.other.code, "999")
            ]
            assert [each.json()["code"] for each in answers] == ["municipality.not_found"] * 2
