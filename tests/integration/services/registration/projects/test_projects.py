"""A project description from draft to approval; one that breaks the rules is refused."""

import asyncio
import json
from typing import Any
from uuid import uuid4

import pytest

from libs.shared.rules.library import library_rule_set
from tests.factories.service import Callers
from tests.factories.subjects import subject
from tests.integration.services.registration.projects.desk import BOOKS, CO_TEACHING, SMALL_GROUP, Desk, body
from tests.integration.services.registration.service import CLASSES, SCHOOLS, Registration
from tests.integration.services.registration.told import published, school_id, tell


async def test_book_packages_alone_are_refused_and_beside_co_teaching_go_on_to_approval(
    callers: Callers, ready: Registration
) -> None:
    desk = Desk(callers)
    made = await desk.create(await body(ready, BOOKS))
    assert made.status_code == 201, made.text
    refused = await desk.submit()
    problem = refused.json()
    assert (refused.status_code, problem["code"]) == (422, "project.rules_violated")
    assert "C-COMMUNITY" in problem["messages"]["da"]
    violated = [each for each in problem["verdicts"] if each["outcome"] == "violated"]
    assert [(each["rule_id"], each["rule_set"], each["version"]) for each in violated] == [
        ("C-COMMUNITY", "composition-2021", 1)
    ]
    assert (await desk.approve()).json()["code"] == "project.not_submitted"

    await desk.change(await body(ready, BOOKS, CO_TEACHING, SMALL_GROUP))
    submitted = (await desk.submit()).json()
    assert (submitted["status"], submitted["submitted_by"]) == ("submitted", subject("a resource_team"))
    assert {each["outcome"] for each in submitted["verdicts"]} == {"satisfied", "not_applicable"}
    approved = (await desk.approve()).json()
    assert (approved["status"], approved["aggregate_version"], approved["version_in_force"]) == ("approved", 4, 1)
    assert (await desk.read(role="secretariat")).json() == approved

    events = await ready.events("project")
    assert [(each["status"], each["aggregate_version"]) for each in events] == [
        ("draft", 1),
        ("draft", 2),
        ("submitted", 3),
        ("approved", 4),
    ]
    assert (events[-1]["variants"], events[-1]["valid_to"]) == (["E1", "A1", "C"], "2023-06-24")
    assert await desk.steps() == [(1, "created"), (1, "changed"), (1, "submitted"), (1, "approved")]


async def test_the_same_request_again_changes_nothing_and_tells_nothing(callers: Callers, ready: Registration) -> None:
    desk, content = Desk(callers), await body(ready)
    await desk.create(content)
    for _ in range(2):
        await desk.change(content)
    for ask in (desk.submit, desk.submit, desk.approve, desk.approve):
        assert (await ask()).status_code == 200
    assert [each["aggregate_version"] for each in await ready.events("project")] == [1, 2, 3]
    assert await desk.steps() == [(1, "created"), (1, "submitted"), (1, "approved")]


async def test_a_submitted_project_that_is_changed_is_a_draft_again_and_an_approved_one_stays(
    callers: Callers, ready: Registration
) -> None:
    desk = Desk(callers)
    await desk.create(await body(ready))
    await desk.submit()
    draft = (await desk.change({**await body(ready), "title": "Et andet navn"})).json()
    assert (draft["status"], draft["submitted_by"], draft["verdicts"]) == ("draft", None, [])
    await desk.submit()
    await desk.approve()
    late = await desk.change(await body(ready))
    assert (late.status_code, late.json()["code"]) == (409, "project.approved")


async def test_small_groups_without_a_declared_size_need_an_answer(callers: Callers, ready: Registration) -> None:
    desk = Desk(callers)
    await desk.create(await body(ready, {"variant": "C"}))
    answer = await desk.submit()
    assert (answer.status_code, answer.json()["code"]) == (422, "project.answers_missing")
    assert "C-GROUP" in answer.json()["messages"]["en"]


async def test_each_warning_needs_a_written_reason_of_its_own_from_both(callers: Callers, ready: Registration) -> None:
    desk = Desk(callers)
    await desk.create(await body(ready, {**SMALL_GROUP, "goals_described": False}, joint_planning=False))
    refused = (await desk.submit({"C-PLAN": "Aftales på teammødet."})).json()
    assert (refused["code"], refused["pointer"]) == ("project.reason_missing", "/reasons")
    assert "C-CONTENT" in refused["messages"]["da"]
    assert "C-PLAN" not in refused["messages"]["da"]
    reasons = {"C-PLAN": "Aftales på teammødet.", "C-CONTENT": "Målene skrives i august."}
    submitted = (await desk.submit(reasons)).json()
    assert {each["rule_id"]: each["reason"] for each in submitted["submit_reasons"]} == reasons
    assert (await desk.approve({"C-PLAN": "Aftalt."})).json()["code"] == "project.reason_missing"
    approved = (await desk.approve({"C-PLAN": "Aftalt.", "C-CONTENT": "Set i august."})).json()
    assert [each["reason"] for each in approved["approve_reasons"]] == ["Aftalt.", "Set i august."]
    twice = {"reasons": [{"rule_id": "C-PLAN", "reason": "x"}] * 2}
    again = await desk.ask("POST", "/submit", json=twice)
    assert (again.status_code, again.json()["errors"][0]["code"]) == (422, "reason.repeated")


async def test_reasons_descriptions_and_remarks_are_encrypted_and_shown_to_those_who_may_see_the_project(
    callers: Callers, ready: Registration
) -> None:
    desk, content = Desk(callers), await body(ready)
    content["description"]["target_group"]["shared_need"] = "Zebrasen har mistet timer."
    await desk.create(content)
    await desk.submit({"C-PLAN": "Zebrasen har brug for ro."})
    await desk.send_back({"text": "Skriv mere om Zebrasen.", "pointer": "/description/target_group"})
    await desk.submit({"C-PLAN": "Zebrasen har brug for ro."})
    approved = (await desk.approve({"C-PLAN": "Aftalt med Zebrasen."})).json()
    assert approved["description"]["target_group"]["shared_need"] == "Zebrasen har mistet timer."
    assert approved["submit_reasons"][0]["reason"] == "Zebrasen har brug for ro."
    assert approved["approve_reasons"][0]["reason"] == "Aftalt med Zebrasen."
    for table in ("project", "project_version", "project_step"):
        rows = await ready.rows(f"SELECT {table}::text AS whole FROM {table}", "101")
        assert rows
        assert not [row for row in rows if "Zebrasen" in row["whole"] or b"Zebrasen".hex() in row["whole"]]
    assert "Zebrasen" not in json.dumps(await ready.events("project"), ensure_ascii=False)


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"title": "Om {}"}, "/title"),
        ({"external_suppliers": ["A", "{}"]}, "/plan"),
        ({"variant": "{}"}, "/plan"),
    ],
    ids=["title", "supplier", "variant"],
)
async def test_a_cpr_number_in_a_text_of_a_project_is_refused_by_its_place(
    callers: Callers, ready: Registration, change: dict[str, Any], pointer: str
) -> None:
    given = json.loads(json.dumps(change, ensure_ascii=False).replace("{}", "641112–1239"))
    project = await body(ready)
    project["title"] = given.get("title", project["title"])
    plan, (first, *rest) = project["plan"], project["plan"]["efforts"]
    plan["external_suppliers"] = given.get("external_suppliers", [])
    plan["efforts"] = [{**first, "variant": given.get("variant", first["variant"])}, *rest]
    refused = await Desk(callers).create(project)
    (error,) = refused.json()["errors"]
    assert (refused.status_code, error["code"], error["pointer"]) == (422, "text.identifier", pointer)
    assert "641112" not in refused.text


async def test_a_draft_may_name_any_variant_and_the_bus_hears_of_no_other_word(
    callers: Callers, ready: Registration
) -> None:
    project = await body(ready)
    project["plan"]["efforts"].append({**project["plan"]["efforts"][0], "variant": "Zebrasen"})
    assert (await Desk(callers).create(project)).status_code == 201
    (event,) = await ready.events("project")
    assert "Zebrasen" not in json.dumps(event)


async def test_approval_judges_again_as_the_catalog_may_have_changed(callers: Callers, ready: Registration) -> None:
    desk = Desk(callers)
    await desk.create(await body(ready))
    await desk.submit()
    tight = library_rule_set("composition-2021")
    community = {**dict(tight.settings["community"]), "supplementary_types": ["co_teaching"], "community_types": []}  # type: ignore[arg-type]  # plain JSON
    changed = tight.model_copy(update={"version": 2, "settings": {**tight.settings, "community": community}})
    await tell(ready.db, [published(changed, 2)])
    assert (await desk.approve()).json()["code"] == "project.rules_violated"
    assert (await desk.read()).json()["status"] == "submitted"


async def test_what_the_catalog_has_not_sent_is_awaited(callers: Callers, registration: Registration) -> None:
    await registration.base()
    desk = Desk(callers)
    await desk.create(await body(registration))
    assert (await desk.submit()).json()["code"] == "rule_set.not_received"
    await tell(registration.db, [published(library_rule_set("composition-2021"))])
    answer = await desk.submit()
    assert (answer.status_code, answer.json()["code"]) == (503, "intervention_type.not_received")


async def test_a_plan_that_starts_when_no_rules_apply_is_refused(callers: Callers, ready: Registration) -> None:
    desk = Desk(callers)
    await desk.create(await body(ready, start="2020-08-10", last_day="2021-06-25"))
    answer = await desk.submit()
    assert (answer.status_code, answer.json()["code"]) == (422, "rule_set.not_in_force")


async def test_each_wrong_description_is_refused_by_its_own_code(callers: Callers, ready: Registration) -> None:
    desk, one = Desk(callers), str(await school_id(ready))
    wrong: list[tuple[dict[str, Any], str, str]] = [
        (await body(ready, scope="pupil"), "project.scope", "/plan/scope"),
        ({**await body(ready), "school_ids": [str(uuid4())]}, "project.school_unknown", "/school_ids/0"),
        ({**await body(ready), "school_ids": [one, one]}, "project.schools", "/school_ids"),
    ]
    for content, code, pointer in wrong:
        answer = await desk.create(content)
        assert (answer.status_code, answer.json()["code"], answer.json()["pointer"]) == (422, code, pointer)
    for content in (
        await body(ready, last_day="2022-01-01"),
        await body(ready, last_day="9999-12-31"),
        await body(ready, start="0001-01-01"),
        await body(ready, replaces="x"),
        {**await body(ready), "title": ""},
        {**await body(ready), "school_ids": []},
        {**await body(ready), "plan": {"start": "2022-08-08", "efforts": []}},
        {**await body(ready), "description": {"target_group": {"reach": "some"}}},
        {**await body(ready), "description": {"budget": {"pay": -1}}},
        {**await body(ready), "description": {"budgett": {}}},
    ):
        assert (await desk.create(content)).status_code == 422
    assert await ready.events("project") == []


async def test_schools_of_two_municipalities_are_no_project(callers: Callers, ready: Registration) -> None:
    await ready.send("schools", SCHOOLS.replace("9101", "9201"), "102")
    await ready.send("classes", CLASSES.replace("9101", "9201"), "102")
    (other,) = await ready.rows("SELECT school_id FROM school WHERE institution_number = '920101'", "102")
    content = await body(ready)
    content["school_ids"].append(str(other["school_id"]))
    desk = Desk(callers)
    assert (await desk.create(content)).json()["code"] == "project.school_unknown"
    assert (await desk.create(content, "101", "102")).json()["code"] == "project.schools"


async def test_another_tenants_project_and_one_that_does_not_exist_give_the_same_answer(
    callers: Callers, ready: Registration
) -> None:
    desk, content = Desk(callers), await body(ready)
    await desk.create(content)
    asked: list[tuple[str, str, Any]] = [
        *(("GET", end, None) for end in ("", "/versions", "/versions/1", "/history")),
        ("PUT", "", content),
        *(("POST", end, {}) for end in ("/submit", "/approve-amendment", "/close")),
        *(("POST", end, None) for end in ("/amendments", "/withdraw")),
    ]
    places: list[tuple[Desk, dict[str, Any]]] = [
        (desk, {"institutions": ["910102"]}),
        (desk, {"codes": ["102"]}),
        (Desk(callers, str(uuid4())), {}),
    ]
    for found, more in places:
        for method, end, said in asked:
            answer = await found.ask(method, end, json=said, **more)
            assert (answer.status_code, answer.json()["code"]) == (404, "project.not_found"), (method, end)
    nobody = Desk(callers, str(uuid4()))
    assert (await nobody.approve()).json()["code"] == "project.not_found"
    assert (await nobody.send_back({"text": "Mere"})).json()["code"] == "project.not_found"
    for end in ("/approve", "/return"):
        assert (await desk.ask("POST", end, json={})).status_code == 403


async def test_two_who_approve_at_once_tell_of_one_approval(callers: Callers, ready: Registration) -> None:
    desk = Desk(callers)
    await desk.create(await body(ready))
    await desk.submit()
    answers = await asyncio.gather(*(desk.approve() for _ in range(4)))
    assert [answer.status_code for answer in answers] == [200] * 4
    assert [each["aggregate_version"] for each in await ready.events("project")] == [1, 2, 3]


@pytest.mark.parametrize("where", ["title", "variant"])
async def test_a_character_that_cannot_be_stored_is_refused(callers: Callers, ready: Registration, where: str) -> None:
    content = await body(ready)
    if where == "variant":
        content["plan"]["efforts"] = [{"variant": "A1\u0000"}]
    else:
        content["title"] = "Flere\u0000med"
    answer = await Desk(callers).create(content)
    assert (answer.status_code, answer.json()["code"]) == (422, "text.not_storable")
