"""Enrolments and decisions follow a merged pupil, with events and tombstones of what is gone."""

from typing import Any
from uuid import uuid4

import pytest

from tests.factories.service import Callers
from tests.integration.services.registration.roster.merging.test_merging import change
from tests.integration.services.registration.service import Registration
from tests.integration.services.registration.steps import Project
from tests.integration.services.registration.told import classroom


async def _gone(registration: Registration, topic: str) -> list[str]:
    sql = f"SELECT key FROM outbox WHERE value IS NULL AND topic = 'registration.{topic}'"
    return [row["key"] for row in await registration.rows(sql)]


def decided(project: Project, pupil_id: str) -> dict[str, Any]:
    return {
        "school_id": project.school_id,
        "kind": "pupil",
        "pupil_ids": [pupil_id],
        "decided_on": "2023-06-30",
        "socially_vulnerable": True,
        "behind": ["wellbeing"],
        "reason": "Er ofte ked af det.",
        "parents_dialogue": "Møde den 27. juni.",
    }


def splitting(merged: dict[str, Any], records: list[dict[str, Any]]) -> dict[str, Any]:
    """All stays and a former identifier become the new pupil's."""
    identifier = next(each for each in merged["identifiers"] if each["until"] is not None)
    return {
        "name": "Aske Digtet",
        "stays": [{"class_id": each["class_id"], "claimed_from": each["claimed_from"]} for each in merged["stays"]],
        "identifier_ids": [identifier["identifier_id"]],
        "records": records,
    }


async def test_enrolments_and_decisions_follow_and_two_in_one_course_become_one(
    registration: Registration, callers: Callers
) -> None:
    project = Project(callers, registration, await classroom(registration))
    await project.approve()
    await project.group()  # pupils 1, 2 and 3
    made = await project.create(pupil_ids=project.pupils(2, 4, 5))
    assert made.status_code == 201, made.text
    first, second = project.pupils(1, 2)
    decision = decided(project, second)
    selected = await callers.ask("POST", "/v1/selections", "resource_team", "101", json=decision)
    assert selected.status_code == 201, selected.text
    done = await change(callers, first, "merge", {"merged_pupil_id": second, "confirm_two_numbers": True})
    assert done.status_code == 200, done.text
    rows = await registration.rows("SELECT enrolment_id, pupil_id FROM enrolment", "101")
    assert sorted(str(row["pupil_id"]) for row in rows) == sorted([first, first, *project.pupils(3, 4, 5)])
    assert len(await _gone(registration, "enrolment")) == 1
    told = {each["enrolment_id"]: each for each in await registration.events("enrolment") if each}
    assert {each["pupil_id"] for each in told.values() if each["aggregate_version"] == 2} == {first}
    assert await _gone(registration, "screening") == [second]
    newest = [each for each in await registration.events("screening") if each][-1]
    assert (newest["pupil_id"], len(newest["selections"])) == (first, 1)


async def test_what_a_split_leaves_with_the_original_pupil_is_listed(
    registration: Registration, callers: Callers
) -> None:
    project = Project(callers, registration, await classroom(registration))
    await project.approve()
    await project.group()  # pupils 1, 2 and 3
    first, second = project.pupils(1, 2)
    decision = decided(project, second)
    selected = await callers.ask("POST", "/v1/selections", "resource_team", "101", json=decision)
    answers = {"school_id": project.school_id, "pupil_ids": [second], "as_of": "2022-10-03", "status": "draft"}
    assessed = await callers.ask("POST", "/v1/assessments", "resource_team", "101", json=answers | {"answers": []})
    assert (selected.status_code, assessed.status_code) == (201, 201), assessed.text
    merging = {"merged_pupil_id": second, "confirm_two_numbers": True}
    merged = (await change(callers, first, "merge", merging)).json()
    body = splitting(merged, [])
    once = {"Idempotency-Key": "one-split-of-a-pupil"}
    done = await change(callers, first, "split", body, **once)
    assert done.status_code == 201, done.text
    left = [
        ("assessment", assessed.json()["assessment_id"], "2022-10-03"),
        ("selection", selected.json()["selection_id"], "2023-06-30"),
    ]
    assert [(each["kind"], each["id"], each["day"]) for each in done.json()["left"]] == left
    assert {each["institution_number"] for each in done.json()["left"]} == {"910101"}
    moved = await registration.rows("SELECT pupil_id FROM enrolment", "101")
    assert done.json()["new_pupil_id"] in {str(each["pupil_id"]) for each in moved}


class Recorded:
    """Pupils 1 and 2 as one pupil, with two enrolments and their attendance, a decision, and answers."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.merged: dict[str, Any] = {}
        self.ids: dict[str, str] = {}

    async def make(self) -> None:
        project, callers = self.project, self.project.callers
        await project.approve()
        first, second = project.pupils(1, 2)
        courses = [await project.group()]  # pupils 1, 2 and 3
        made = await project.create(pupil_ids=project.pupils(2, 4, 5))
        courses.append(made.json()["course_id"])
        for course_id in courses:
            session: dict[str, Any] = {"held_on": "2022-08-15", "starts_at": "08:00", "minutes": 45}
            session["attendance"] = [{"pupil_id": second, "minutes": 45}]
            recorded = await project.record(course_id, [session])
            assert recorded.status_code in {200, 201}, recorded.text
        selected = await callers.ask("POST", "/v1/selections", "resource_team", "101", json=decided(project, second))
        answers = {"school_id": project.school_id, "pupil_ids": [second], "as_of": "2022-10-03", "status": "draft"}
        assessed = await callers.ask("POST", "/v1/assessments", "resource_team", "101", json=answers | {"answers": []})
        merging = {"merged_pupil_id": second, "confirm_two_numbers": True}
        self.merged = (await change(callers, first, "merge", merging)).json()
        assert self.merged["pupil_id"] == first
        self.ids = {"selection": selected.json()["selection_id"], "assessment": assessed.json()["assessment_id"]}
        rows = await project.registration.rows("SELECT enrolment_id, course_id, pupil_id FROM enrolment", "101")
        for name, course_id in zip(("stays", "goes"), courses, strict=True):
            (of_course,) = [
                each for each in rows if str(each["course_id"]) == course_id and str(each["pupil_id"]) == first
            ]
            self.ids[name] = str(of_course["enrolment_id"])
        self.ids["other"] = next(str(each["enrolment_id"]) for each in rows if str(each["pupil_id"]) != first)

    async def listed(self) -> list[tuple[str, str]]:
        """The records of the pupil."""
        path = f"/v1/pupils/{self.merged['pupil_id']}/records"
        found = (await self.project.callers.ask("GET", path, "resource_team", "101")).json()
        return [(each["kind"], each["id"]) for each in found["records"]]

    def goes(self, kind: str, name: str, to: str = "new") -> dict[str, str]:
        return {"kind": kind, "id": self.ids[name], "goes_to": to}


@pytest.fixture
async def recorded(registration: Registration, callers: Callers) -> Recorded:
    made = Recorded(Project(callers, registration, await classroom(registration)))
    await made.make()
    return made


async def test_a_split_says_of_each_record_whose_it_is(recorded: Recorded, registration: Registration) -> None:
    ids, first = recorded.ids, recorded.merged["pupil_id"]
    everything = {("selection", ids["selection"]), ("assessment", ids["assessment"])}
    assert set(await recorded.listed()) == everything | {("enrolment", ids["stays"]), ("enrolment", ids["goes"])}
    records = [
        recorded.goes("selection", "selection"),
        recorded.goes("assessment", "assessment"),
        recorded.goes("enrolment", "stays", "original"),
    ]
    done = await change(recorded.project.callers, first, "split", splitting(recorded.merged, records))
    assert done.status_code == 201, done.text
    new = done.json()["new_pupil_id"]
    assert [(each["kind"], each["id"]) for each in done.json()["left"]] == [("enrolment", ids["stays"])]
    rows = await registration.rows("SELECT enrolment_id, course_id, pupil_id FROM enrolment", "101")
    owners = {str(each["enrolment_id"]): str(each["pupil_id"]) for each in rows}
    assert (owners[ids["stays"]], owners[ids["goes"]]) == (first, new)
    there = await registration.rows("SELECT course_id, pupil_id FROM attendance", "101")
    assert sorted(str(each["pupil_id"]) for each in there) == sorted([first, new])
    told = {each["enrolment_id"]: each["pupil_id"] for each in await registration.events("enrolment") if each}
    assert (told[ids["stays"]], told[ids["goes"]]) == (first, new)
    newest = {each["pupil_id"]: len(each["selections"]) for each in await registration.events("screening") if each}
    assert (newest[first], newest[new]) == (0, 1)
    selection = await registration.rows("SELECT pupil_id FROM selection_pupil", "101")
    assessment = await registration.rows("SELECT pupil_id FROM assessment_pupil", "101")
    assert [str(each["pupil_id"]) for each in (*selection, *assessment)] == [new, new]


async def test_a_record_that_is_not_the_pupils_is_refused_by_its_place_and_nothing_is_split(
    recorded: Recorded, registration: Registration
) -> None:
    first, good = recorded.merged["pupil_id"], recorded.goes("selection", "selection")
    before = await registration.rows("SELECT count(*) AS n FROM pupil", "101")
    cases = [
        (recorded.goes("enrolment", "other"), "pupil_split.record_not_of_pupil"),
        (recorded.goes("assessment", "selection"), "pupil_split.record_not_of_pupil"),
        ({"kind": "selection", "id": str(uuid4()), "goes_to": "original"}, "pupil_split.record_not_of_pupil"),
        (recorded.goes("selection", "selection", "original"), "pupil_split.record_twice"),
    ]
    for wrong, code in cases:
        body = splitting(recorded.merged, [good, wrong])
        refused = await change(recorded.project.callers, first, "split", body)
        assert (refused.status_code, refused.json()["code"]) == (422, code), refused.text
        assert refused.json()["pointer"] == "/records/1/id"
        assert refused.json()["messages"]["da"]
    assert await registration.rows("SELECT count(*) AS n FROM pupil", "101") == before
    assert len(await recorded.listed()) == 4
