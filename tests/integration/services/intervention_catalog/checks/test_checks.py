"""A plan is judged over HTTP, by the published rules and items."""

import asyncio
import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest
import yaml
from fastapi import FastAPI

from libs.shared.descriptions.document import ProjectDocument
from libs.shared.descriptions.judging import of_parts
from libs.shared.rules.catalog import catalog_entries
from libs.shared.rules.composition.plan import Plan
from libs.shared.rules.families import SETTINGS
from libs.shared.rules.library import library_rule_set, library_rule_sets
from libs.shared.rules.plan_check import judge_plan
from services.intervention_catalog.changes.domain import Kind
from services.intervention_catalog.checks.use_cases import FRESH_SECONDS, PlanChecks
from services.intervention_catalog.rule_sets.use_cases import publish_rule_set
from tests.integration.services.intervention_catalog.service import Catalog, item

EXAMPLE = Path("docs/examples/project.yaml").read_text(encoding="utf-8")
EFFORT = {"variant": "C", "group_size": 3, "weekly_amount": 4, "unit": "sessions", "weeks": 12}
PLAN: dict[str, Any] = {"start": "2023-08-14", "last_day": "2024-06-21", "efforts": [EFFORT]}


def plan(*efforts: dict[str, Any], **changed: Any) -> dict[str, Any]:
    return PLAN | {"efforts": [EFFORT | each for each in efforts or ({},)]} | changed


@pytest.fixture(autouse=True)
async def content(loaded: Catalog) -> Catalog:
    return loaded


@pytest.mark.parametrize(
    "given",
    [
        plan(),
        plan({"group_size": 5}),
        plan({"variant": "E1", "unit": "packages", "weekly_amount": "0.5"}),
        plan({"variant": "A1", "weekly_amount": 10.5, "unit": "lessons", "weeks": 20}, {"variant": "D3"}),
        plan({"variant": "X9"}, {"variant": "D1", "grades": [3]}, scope="pupil", anchoring=True),
    ],
)
@pytest.mark.parametrize("at_start", [False, True])
async def test_the_verdicts_are_those_of_the_one_function(
    client: httpx.AsyncClient, given: dict[str, Any], at_start: bool
) -> None:
    answer = await client.post("/v1/checks", json=given, params={"at_start": at_start})
    expected = judge_plan(
        library_rule_set("composition-2021"),
        library_rule_set("dosage-2021"),
        Plan.model_validate(given),
        catalog_entries(),
        at_start=at_start,
    )
    assert (answer.status_code, answer.json()) == (200, json.loads(expected.model_dump_json()))


@pytest.mark.parametrize(
    ("given", "pointer", "code"),
    [
        (plan({"minutes_per_session": -30}), "/efforts/0/minutes_per_session", "number.too_small"),
        (plan(last_day="2023-08-13"), "/last_day", "plan.ends_before_start"),
        (plan({"grades": [11]}), "/efforts/0/grades/0", "number.too_large"),
        (plan({"grades": [-1]}), "/efforts/0/grades/0", "number.too_small"),
        (plan(starts="2023-08-14"), "/starts", "field.unknown"),
        (plan({"unit": "hours"}), "/efforts/0/unit", "choice.unknown"),
        (PLAN | {"efforts": []}, "/efforts", "list.too_short"),
        ({"efforts": [EFFORT]}, "/start", "field.missing"),
    ],
)
async def test_a_field_that_cannot_be_is_named(
    client: httpx.AsyncClient, given: dict[str, Any], pointer: str, code: str
) -> None:
    answer = await client.post("/v1/checks", json=given)
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert (error["pointer"], error["code"]) == (pointer, code)


async def test_a_variant_that_is_not_in_the_catalog_breaks_a_rule_and_not_the_request(
    client: httpx.AsyncClient,
) -> None:
    judged = (await client.post("/v1/checks", json=plan({"variant": "F1"}))).json()
    (verdict,) = [each for each in judged["composition"] if each["rule_id"] == "C-CATALOG"]
    assert (verdict["outcome"], verdict["pointer"]) == ("violated", "/efforts/0/variant")
    assert judged["blocks_submission"]


async def test_a_day_before_all_rules_is_refused_in_the_rules_own_words(client: httpx.AsyncClient) -> None:
    answer = await client.post("/v1/checks", json=plan(start="1999-08-14"))
    assert (answer.status_code, answer.json()["code"]) == (422, "rule_set.not_in_force")
    assert "14-08-1999" in answer.json()["messages"]["da"]


async def test_what_is_published_is_judged_by_within_a_second(app: FastAPI, loaded: Catalog) -> None:
    seconds = 100.0
    checks = PlanChecks(loaded.db, seconds=lambda: seconds)
    given = Plan.model_validate(plan())

    async def violated() -> set[str]:
        judged = await checks.judge(given, at_start=False)
        return {each.rule_id for each in judged.composition if each.outcome == "violated"}

    assert "C-GROUP" not in await violated()
    stricter = library_rule_set("composition-2021").model_dump(mode="json")
    stricter["settings"]["group"]["most_pupils"] = 2
    newer = type(library_rule_set("composition-2021")).model_validate(stricter | {"version": 2})
    async with loaded.db.write() as session:
        await publish_rule_set(session, loaded.outbox, newer)
    await loaded.publish(replace(item(Kind.INTERVENTION_TYPE, "C"), valid_to=date(2022, 8, 1)))
    assert await violated() == set()
    seconds += FRESH_SECONDS
    assert await violated() == {"C-GROUP", "C-CATALOG"}


async def test_many_checks_at_once_ask_the_database_once(loaded: Catalog) -> None:
    asked = 0
    checks = PlanChecks(loaded.db)
    read = loaded.db.read

    def counted() -> Any:
        nonlocal asked
        asked += 1
        return read()

    loaded.db.read = counted  # type: ignore[method-assign,assignment] # only counts
    try:
        given = Plan.model_validate(plan())
        await asyncio.gather(*(checks.judge(given, at_start=False) for _ in range(50)))
    finally:
        loaded.db.read = read  # type: ignore[method-assign] # as it was
    assert asked == 1


async def test_each_rule_set_fits_the_schema_it_names(client: httpx.AsyncClient) -> None:
    for rule_set in library_rule_sets():
        answer = await client.get(f"/v1/rule-sets/{rule_set.name}")
        address = answer.headers["link"].removeprefix("<").split(">")[0]
        schema = await client.get(address)
        assert schema.headers["content-type"] == "application/schema+json"
        validator = jsonschema.Draft202012Validator(schema.json(), format_checker=jsonschema.FormatChecker())
        validator.validate(answer.json()["content"])
        wrong = answer.json()["content"] | {"valid_from": "yesterday"}
        assert not validator.is_valid(wrong)
    assert (await client.get("/v1/rule-set-schemas/weather")).json()["code"] == "rule_set.family_not_found"
    assert len(SETTINGS) == 6


@pytest.mark.parametrize("left_out", [None, "description", "plan"])
async def test_a_project_description_is_judged_as_the_command_line_judges_it(
    client: httpx.AsyncClient, left_out: str | None
) -> None:
    given = yaml.safe_load(EXAMPLE)
    if left_out is not None:
        del given[left_out]
    answer = await client.post("/v1/checks/projects", json=json.loads(json.dumps(given, default=str)))
    document = ProjectDocument.model_validate(given)
    plan = document.judged_plan
    sets = (library_rule_set("composition-2021"), library_rule_set("dosage-2021"))
    expected = of_parts(document, None if plan is None else judge_plan(*sets, plan, catalog_entries()))
    assert (answer.status_code, answer.json()) == (200, json.loads(expected.model_dump_json()))
    assert answer.json()["blocks_submission"] is (left_out is not None)
