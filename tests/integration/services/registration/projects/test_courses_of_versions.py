"""Courses follow the approved version in force; those that run under an earlier one stay valid, and an approval's
minimum reaches them.
"""

from typing import Any

import pytest

from tests.factories.service import Callers
from tests.integration.services.registration.projects.desk import CO_TEACHING, SMALL_GROUP, Desk, body
from tests.integration.services.registration.projects.desk import said as reasons
from tests.integration.services.registration.service import Registration
from tests.integration.services.registration.steps import BESIDE_TEACHING, Project
from tests.integration.services.registration.told import classroom

D3 = {
    "variant": "D3",
    "content_described": True,
    "goals_described": True,
    "handover_planned": True,
    "voluntary": True,
    **BESIDE_TEACHING,
}


@pytest.fixture
async def project(callers: Callers, registration: Registration) -> Project:
    """A project without an id yet, of a school with pupils."""
    return Project(callers, registration, await classroom(registration))


async def _approved(project: Project, *efforts: dict[str, Any], **said: Any) -> Desk:
    desk, content = Desk(project.callers), await body(project.registration, *efforts)
    await desk.create(content)
    await desk.submit()
    done = await desk.ask("POST", "/approve", "secretariat", json=said)
    assert done.status_code == 200, done.text
    project.project_id, project.school_id = desk.project_id, content["school_ids"][0]
    return desk


async def test_a_course_of_an_earlier_version_stays_valid_and_a_new_one_follows_the_version_in_force(
    project: Project,
) -> None:
    desk = await _approved(project, CO_TEACHING, SMALL_GROUP)
    course_id = await project.group()
    await desk.ask("POST", "/amendments")
    await desk.change(await body(project.registration, CO_TEACHING))
    await desk.submit()
    assert (await project.create(pupil_ids=project.pupils(4, 5))).status_code == 201, "version 1 is still in force"
    await desk.approve()
    refused = await project.create(pupil_ids=project.pupils(4, 5))
    assert (refused.status_code, refused.json()["code"]) == (422, "course.variant_not_planned")
    held = [{"held_on": "2022-08-10", "starts_at": "08:15", "minutes": 30}]
    assert (await project.record(course_id, held)).json()["recorded"] == 1
    await desk.ask("POST", "/close", "secretariat", json={})
    closed = await project.create(variant="A1", pupil_ids=project.pupils(4, 5))
    assert closed.json()["code"] == "course.project_not_approved"
    held = [{"held_on": "2022-08-11", "starts_at": "08:15", "minutes": 30}]
    assert (await project.record(course_id, held)).json()["recorded"] == 1, "a running course goes on"


async def test_an_approval_sets_the_minimum_where_the_rules_have_none(project: Project) -> None:
    phases = [{"unit": "lessons", "weekly_amount": "4", "weeks": 12}]
    desk = await _approved(project, CO_TEACHING, D3, minimums=[{"variant": "D3", "phases": phases}])
    read = (await desk.read()).json()
    assert read["minimums"][0]["variant"] == "D3"
    made = await project.create(variant="D3", pupil_ids=project.pupils(1, 2))
    assert made.status_code == 201, made.text
    assert made.json()["approved_minimum"][0]["weeks"] == 12
    await desk.ask("POST", "/amendments")
    await desk.submit()
    for variant, code in (("A1", "project.minimum_fixed"), ("D2", "project.minimum_unplanned")):
        given = reasons(None) | {"minimums": [{"variant": variant, "phases": phases}]}
        refused = (await desk.ask("POST", "/approve", "secretariat", json=given)).json()
        assert (refused["code"], refused["pointer"]) == (code, "/minimums/0/variant")
    assert (await desk.approve()).json()["minimums"] == read["minimums"], "an approval without any keeps them"
