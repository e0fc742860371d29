"""Enrolments and decisions follow a merged pupil, with events and tombstones of what is gone."""

from typing import Any

from tests.factories.service import Callers
from tests.integration.services.registration.roster.merging.test_merging import change
from tests.integration.services.registration.service import Registration
from tests.integration.services.registration.steps import Project
from tests.integration.services.registration.told import classroom


async def _gone(registration: Registration, topic: str) -> list[str]:
    sql = f"SELECT key FROM outbox WHERE value IS NULL AND topic = 'registration.{topic}'"
    return [row["key"] for row in await registration.rows(sql)]


async def test_enrolments_and_decisions_follow_and_two_in_one_course_become_one(
    registration: Registration, callers: Callers
) -> None:
    project = Project(callers, registration, await classroom(registration))
    await project.approve()
    await project.group()  # pupils 1, 2 and 3
    made = await project.create(pupil_ids=project.pupils(2, 4, 5))
    assert made.status_code == 201, made.text
    first, second = project.pupils(1, 2)
    decision: dict[str, Any] = {
        "school_id": project.school_id,
        "kind": "pupil",
        "pupil_ids": [second],
        "decided_on": "2023-06-30",
        "socially_vulnerable": True,
        "behind": ["wellbeing"],
        "reason": "Er ofte ked af det.",
        "parents_dialogue": "Møde den 27. juni.",
    }
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
    decision: dict[str, Any] = {
        "school_id": project.school_id,
        "kind": "pupil",
        "pupil_ids": [second],
        "decided_on": "2023-06-30",
        "socially_vulnerable": True,
        "behind": ["wellbeing"],
        "reason": "Er ofte ked af det.",
        "parents_dialogue": "Møde den 27. juni.",
    }
    selected = await callers.ask("POST", "/v1/selections", "resource_team", "101", json=decision)
    answers = {"school_id": project.school_id, "pupil_ids": [second], "as_of": "2022-10-03", "status": "draft"}
    assessed = await callers.ask("POST", "/v1/assessments", "resource_team", "101", json=answers | {"answers": []})
    assert (selected.status_code, assessed.status_code) == (201, 201), assessed.text
    merging = {"merged_pupil_id": second, "confirm_two_numbers": True}
    merged = (await change(callers, first, "merge", merging)).json()
    identifier = next(each for each in merged["identifiers"] if each["until"] is not None)
    body = {
        "name": "Aske Digtet",
        "stays": [{"class_id": each["class_id"], "claimed_from": each["claimed_from"]} for each in merged["stays"]],
        "identifier_ids": [identifier["identifier_id"]],
    }
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
