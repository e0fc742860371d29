"""What a description lacks is named field by field, and the command line and a submission judge alike.

The catalog's check is compared with the same functions in the tests of the catalog.
"""

import json
from pathlib import Path
from typing import Any

import yaml

from apps.cli.check import judged
from tests.factories.service import Callers
from tests.integration.services.registration.projects.desk import BOOKS, CO_TEACHING, Desk, body
from tests.integration.services.registration.service import Registration
from tests.integration.services.registration.told import school_id


async def test_a_draft_may_be_unfinished_and_its_submission_names_each_missing_field(
    callers: Callers, ready: Registration
) -> None:
    desk, one = Desk(callers), str(await school_id(ready))
    made = await desk.create({"title": "Kun en titel", "school_ids": [one]})
    assert (made.status_code, made.json()["plan"]) == (201, None)
    assert await ready.events("project") == [], "the bus is told of a project with a period"
    refused = await desk.submit()
    problem = refused.json()
    assert (refused.status_code, problem["code"], problem["pointer"]) == (422, "project.incomplete", "/plan")
    missing = {each["pointer"]: each for each in problem["missing"]}
    assert {"/plan", "/description/target_group/reach", "/description/choice/courses", "/description/budget"} < {
        *missing
    }
    assert {"/description/organisation/told_to_others", "/description/organisation/staff/motivation"} < {*missing}
    for each in missing.values():
        assert each["code"] == "description.missing"
        assert all(each[said][language] for said in ("reason", "remedy") for language in ("da", "en"))
    await desk.change(await body(ready))
    assert (await desk.submit()).json()["status"] == "submitted"
    assert [event["aggregate_version"] for event in await ready.events("project")] == [2, 3]


async def test_what_is_described_counts_as_declared_and_what_is_denied_stays_denied(
    callers: Callers, ready: Registration
) -> None:
    desk, content = Desk(callers), await body(ready)
    described = ("anchoring", "communication", "daily_responsibility", "substitutes", "rooms")
    for name in (*described, "staff_and_parents_informed"):
        del content["plan"][name]
    made = (await desk.create(content)).json()
    assert {made["plan"][name] for name in described} == {True}
    assert (await desk.submit()).status_code == 200
    content["plan"]["anchoring"] = False
    await desk.change(content)
    refused = (await desk.submit()).json()
    assert (refused["code"], "C-ANCHOR" in refused["messages"]["en"]) == ("project.rules_violated", True)


async def test_the_command_line_and_the_submission_judge_alike(
    callers: Callers, ready: Registration, tmp_path: Path
) -> None:
    for fault in ("none", "books alone", "gap", "warning"):
        content = await body(ready, *([BOOKS] if fault == "books alone" else [BOOKS, CO_TEACHING]))
        if fault == "gap":
            del content["description"]["organisation"]["parents"]
        if fault == "warning":
            content["plan"]["joint_planning"] = False
        file = tmp_path / f"{fault}.yaml"
        file.write_text(yaml.safe_dump(json.loads(json.dumps(content)), allow_unicode=True), encoding="utf-8")
        on_the_line = judged(str(file), at_start=False).model_dump(mode="json")

        desk = Desk(callers)
        await desk.create(content)
        answer = await desk.submit({"C-PLAN": "Aftales i august."})
        found: dict[str, Any] = answer.json()
        assert found["verdicts"] == on_the_line["plan"]["composition"], fault
        assert found.get("missing", []) == on_the_line["gaps"], fault
        assert (answer.status_code == 200) is not on_the_line["blocks_submission"], fault
        assert (answer.status_code == 200) is (fault in {"none", "warning"}), fault


async def test_the_plan_alone_gives_the_same_verdicts(callers: Callers, ready: Registration, tmp_path: Path) -> None:
    desk = Desk(callers)
    shown = (await desk.create(await body(ready, BOOKS, CO_TEACHING))).json()["plan"]
    file = tmp_path / "plan.yaml"
    file.write_text(yaml.safe_dump(shown), encoding="utf-8")
    verdicts = (await desk.submit()).json()["verdicts"]
    assert judged(str(file), at_start=False).model_dump(mode="json")["composition"] == verdicts
