"""A project description from draft to approval; one that breaks the rules is refused."""

import asyncio
import json
from typing import Any
from uuid import uuid4

import pytest

from libs.shared.rules.library import library_rule_set
from tests.factories.service import Callers
from tests.factories.subjects import subject
from tests.integration.services.registration.service import CLASSES, SCHOOLS, Registration
from tests.integration.services.registration.steps import BESIDE_TEACHING, DECLARED
from tests.integration.services.registration.told import publish_catalog, published, school_id, tell

BOOKS = {"variant": "E1", "weeks": 16, "grades": [5], "parents_informed": True, **BESIDE_TEACHING}
CO_TEACHING = {
    "variant": "A1",
    "weekly_amount": "10.5",
    "unit": "lessons",
    "weeks": 20,
    "organisation": "stations",
    **BESIDE_TEACHING,
}
SMALL_GROUP = {
    "variant": "C",
    "group_size": 3,
    "weekly_amount": "4",
    "unit": "sessions",
    "weeks": 12,
    "content_described": True,
    "goals_described": True,
    **BESIDE_TEACHING,
}


async def body(registration: Registration, *efforts: dict[str, Any], **plan: Any) -> dict[str, Any]:
    return {
        "title": "Flere med",
        "school_ids": [str(await school_id(registration))],
        "plan": {
            "start": "2022-08-08",
            "last_day": "2023-06-23",
            "efforts": list(efforts) or [CO_TEACHING],
            **DECLARED,
            **plan,
        },
    }


async def _create(callers: Callers, content: dict[str, Any], *codes: str, **more: Any) -> Any:
    return await callers.ask("POST", "/v1/projects", "resource_team", *(codes or ("101",)), json=content, **more)


async def _submit(callers: Callers, project_id: str, **said: Any) -> Any:
    return await callers.ask("POST", f"/v1/projects/{project_id}/submit", "resource_team", "101", json=said)


async def _approve(callers: Callers, project_id: str, **said: Any) -> Any:
    return await callers.ask("POST", f"/v1/projects/{project_id}/approve", "secretariat", json=said)


@pytest.fixture
async def ready(registration: Registration) -> Registration:
    await registration.base()
    await publish_catalog(registration.db)
    return registration


async def test_book_packages_alone_are_refused_and_beside_co_teaching_go_on_to_approval(
    callers: Callers, ready: Registration
) -> None:
    made = await _create(callers, await body(ready, BOOKS))
    assert made.status_code == 201, made.text
    project_id = made.json()["project_id"]
    refused = await _submit(callers, project_id)
    problem = refused.json()
    assert (refused.status_code, problem["code"]) == (422, "project.rules_violated")
    assert "C-COMMUNITY" in problem["messages"]["da"]
    violated = [each for each in problem["verdicts"] if each["outcome"] == "violated"]
    assert [(each["rule_id"], each["rule_set"], each["version"]) for each in violated] == [
        ("C-COMMUNITY", "composition-2021", 1)
    ]
    assert (await _approve(callers, project_id)).json()["code"] == "project.not_submitted"

    good = await body(ready, BOOKS, CO_TEACHING, SMALL_GROUP)
    await callers.ask("PUT", f"/v1/projects/{project_id}", "resource_team", "101", json=good)
    submitted = (await _submit(callers, project_id)).json()
    assert (submitted["status"], submitted["submitted_by"]) == ("submitted", subject("a resource_team"))
    assert {each["outcome"] for each in submitted["verdicts"]} == {"satisfied", "not_applicable"}
    approved = (await _approve(callers, project_id, aggregate_version=3)).json()
    assert (approved["status"], approved["aggregate_version"]) == ("approved", 4)
    assert (await callers.ask("GET", f"/v1/projects/{project_id}", "secretariat")).json() == approved

    events = await ready.events("project")
    assert [(each["status"], each["aggregate_version"]) for each in events] == [
        ("draft", 1),
        ("draft", 2),
        ("submitted", 3),
        ("approved", 4),
    ]
    assert (events[-1]["variants"], events[-1]["valid_to"]) == (["E1", "A1", "C"], "2023-06-24")


async def test_the_same_request_again_changes_nothing_and_tells_nothing(callers: Callers, ready: Registration) -> None:
    content = await body(ready)
    project_id = (await _create(callers, content)).json()["project_id"]
    for _ in range(2):
        await callers.ask("PUT", f"/v1/projects/{project_id}", "resource_team", "101", json=content)
    for ask in (_submit, _submit, _approve, _approve):
        assert (await ask(callers, project_id)).status_code == 200
    assert [each["aggregate_version"] for each in await ready.events("project")] == [1, 2, 3]


async def test_a_submitted_project_that_is_changed_is_a_draft_again_and_an_approved_one_stays(
    callers: Callers, ready: Registration
) -> None:
    project_id = (await _create(callers, await body(ready))).json()["project_id"]
    await _submit(callers, project_id)
    changed = {**await body(ready), "title": "Et andet navn"}
    draft = (await callers.ask("PUT", f"/v1/projects/{project_id}", "resource_team", "101", json=changed)).json()
    assert (draft["status"], draft["submitted_by"], draft["verdicts"]) == ("draft", None, [])
    await _submit(callers, project_id)
    stale = await _approve(callers, project_id, aggregate_version=2)
    assert (stale.status_code, stale.json()["code"]) == (409, "project.changed")
    await _approve(callers, project_id)
    late = await callers.ask("PUT", f"/v1/projects/{project_id}", "resource_team", "101", json=await body(ready))
    assert (late.status_code, late.json()["code"]) == (409, "project.approved")


async def test_small_groups_without_a_declared_size_need_an_answer(callers: Callers, ready: Registration) -> None:
    project_id = (await _create(callers, await body(ready, {"variant": "C"}))).json()["project_id"]
    answer = await _submit(callers, project_id)
    assert (answer.status_code, answer.json()["code"]) == (422, "project.answers_missing")
    assert "C-GROUP" in answer.json()["messages"]["en"]


async def test_a_warning_needs_a_written_reason_from_both(callers: Callers, registration: Registration) -> None:
    await registration.base()
    await publish_catalog(registration.db)
    strict = library_rule_set("composition-2021")
    community = {**dict(strict.settings["community"]), "severity": {"project": "warning", "pupil": "warning"}}  # type: ignore[arg-type]  # plain JSON
    lenient = strict.model_copy(update={"version": 2, "settings": {**strict.settings, "community": community}})
    await tell(registration.db, [published(lenient, 2)])
    project_id = (await _create(callers, await body(registration, BOOKS))).json()["project_id"]
    assert (await _submit(callers, project_id)).json()["code"] == "project.reason_missing"
    submitted = (await _submit(callers, project_id, reason="A starter efter jul.")).json()
    assert submitted["submit_reason"] == "A starter efter jul."
    assert {each["version"] for each in submitted["verdicts"]} == {2}
    assert (await _approve(callers, project_id)).json()["code"] == "project.reason_missing"
    assert (await _approve(callers, project_id, reason="Aftalt.")).json()["approve_reason"] == "Aftalt."


async def test_reasons_are_encrypted_and_shown_to_those_who_may_see_the_project(
    callers: Callers, ready: Registration
) -> None:
    project_id = (await _create(callers, await body(ready))).json()["project_id"]
    await _submit(callers, project_id, reason="Zebrasen har brug for ro.")
    approved = (await _approve(callers, project_id, reason="Aftalt med Zebrasen.")).json()
    assert (approved["submit_reason"], approved["approve_reason"]) == (
        "Zebrasen har brug for ro.",
        "Aftalt med Zebrasen.",
    )
    (row,) = await ready.rows("SELECT project::text AS whole, submit_reason, approve_reason FROM project", "101")
    assert "Zebrasen" not in row["whole"]
    assert not any(b"Zebrasen" in row[name] for name in ("submit_reason", "approve_reason"))


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
    refused = await callers.ask("POST", "/v1/projects", "resource_team", "101", json=project)
    (error,) = refused.json()["errors"]
    assert (refused.status_code, error["code"], error["pointer"]) == (422, "text.identifier", pointer)
    assert "641112" not in refused.text


async def test_a_draft_may_name_any_variant_and_the_bus_hears_of_no_other_word(
    callers: Callers, ready: Registration
) -> None:
    project = await body(ready)
    project["plan"]["efforts"].append({**project["plan"]["efforts"][0], "variant": "Zebrasen"})
    assert (await callers.ask("POST", "/v1/projects", "resource_team", "101", json=project)).status_code == 201
    (event,) = await ready.events("project")
    assert "Zebrasen" not in json.dumps(event)


async def test_approval_judges_again_as_the_catalog_may_have_changed(callers: Callers, ready: Registration) -> None:
    project_id = (await _create(callers, await body(ready))).json()["project_id"]
    await _submit(callers, project_id)
    tight = library_rule_set("composition-2021")
    community = {**dict(tight.settings["community"]), "supplementary_types": ["co_teaching"], "community_types": []}  # type: ignore[arg-type]  # plain JSON
    changed = tight.model_copy(update={"version": 2, "settings": {**tight.settings, "community": community}})
    await tell(ready.db, [published(changed, 2)])
    assert (await _approve(callers, project_id)).json()["code"] == "project.rules_violated"
    assert (await callers.ask("GET", f"/v1/projects/{project_id}", "resource_team", "101")).json()[
        "status"
    ] == "submitted"


async def test_what_the_catalog_has_not_sent_is_awaited(callers: Callers, registration: Registration) -> None:
    await registration.base()
    project_id = (await _create(callers, await body(registration))).json()["project_id"]
    assert (await _submit(callers, project_id)).json()["code"] == "rule_set.not_received"
    await tell(registration.db, [published(library_rule_set("composition-2021"))])
    answer = await _submit(callers, project_id)
    assert (answer.status_code, answer.json()["code"]) == (503, "intervention_type.not_received")


async def test_a_plan_that_starts_when_no_rules_apply_is_refused(callers: Callers, ready: Registration) -> None:
    content = await body(ready, start="2020-08-10", last_day="2021-06-25")
    project_id = (await _create(callers, content)).json()["project_id"]
    answer = await _submit(callers, project_id)
    assert (answer.status_code, answer.json()["code"]) == (422, "rule_set.not_in_force")


async def test_each_wrong_description_is_refused_by_its_own_code(callers: Callers, ready: Registration) -> None:
    one = str(await school_id(ready))
    wrong: list[tuple[dict[str, Any], str, str]] = [
        (await body(ready, scope="pupil"), "project.scope", "/plan/scope"),
        (await body(ready, last_day=None), "project.end_missing", "/plan/last_day"),
        ({**await body(ready), "school_ids": [str(uuid4())]}, "project.school_unknown", "/school_ids/0"),
        ({**await body(ready), "school_ids": [one, one]}, "project.schools", "/school_ids"),
    ]
    for content, code, pointer in wrong:
        answer = await _create(callers, content)
        assert (answer.status_code, answer.json()["code"], answer.json()["pointer"]) == (422, code, pointer)
    for content in (
        await body(ready, last_day="2022-01-01"),
        await body(ready, last_day="9999-12-31"),
        await body(ready, start="0001-01-01"),
        await body(ready, replaces="x"),
        {**await body(ready), "title": ""},
        {**await body(ready), "school_ids": []},
        await body(ready, efforts=[]),
    ):
        assert (await _create(callers, content)).status_code == 422
    assert await ready.events("project") == []


async def test_schools_of_two_municipalities_are_no_project(callers: Callers, ready: Registration) -> None:
    await ready.send("schools", SCHOOLS.replace("9101", "9201"), "102")
    await ready.send("classes", CLASSES.replace("9101", "9201"), "102")
    (other,) = await ready.rows("SELECT school_id FROM school WHERE institution_number = '920101'", "102")
    content = await body(ready)
    content["school_ids"].append(str(other["school_id"]))
    assert (await _create(callers, content)).json()["code"] == "project.school_unknown"
    assert (await _create(callers, content, "101", "102")).json()["code"] == "project.schools"


async def test_another_tenants_project_and_one_that_does_not_exist_give_the_same_answer(
    callers: Callers, ready: Registration
) -> None:
    content = await body(ready)
    project_id = (await _create(callers, content)).json()["project_id"]
    for path, more in ((project_id, {"institutions": ["910102"]}), (uuid4(), {})):
        for method, end, said in (("GET", "", None), ("PUT", "", content), ("POST", "/submit", {})):
            code = "101" if more else "102"
            answer = await callers.ask(method, f"/v1/projects/{path}{end}", "resource_team", code, json=said, **more)
            assert (answer.status_code, answer.json()["code"]) == (404, "project.not_found")
    assert (await callers.ask("GET", f"/v1/projects/{project_id}", "resource_team", "102")).status_code == 404
    assert (await _approve(callers, str(uuid4()))).json()["code"] == "project.not_found"
    approve = f"/v1/projects/{project_id}/approve"
    assert (await callers.ask("POST", approve, "resource_team", "101", json={})).status_code == 403


async def test_two_who_approve_at_once_tell_of_one_approval(callers: Callers, ready: Registration) -> None:
    project_id = (await _create(callers, await body(ready))).json()["project_id"]
    await _submit(callers, project_id)
    answers = await asyncio.gather(*(_approve(callers, project_id) for _ in range(4)))
    assert [answer.status_code for answer in answers] == [200] * 4
    assert [each["aggregate_version"] for each in await ready.events("project")] == [1, 2, 3]


@pytest.mark.parametrize("where", ["title", "variant"])
async def test_a_character_that_cannot_be_stored_is_refused(callers: Callers, ready: Registration, where: str) -> None:
    content = await body(ready, {"variant": "A1\u0000" if where == "variant" else "A1"})
    if where == "title":
        content["title"] = "Flere\u0000med"
    answer = await _create(callers, content)
    assert (answer.status_code, answer.json()["code"]) == (422, "text.not_storable")
