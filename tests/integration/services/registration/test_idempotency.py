"""A course, a project, a decision and sessions that are sent twice have one effect, and get the first answer again."""

import asyncio
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.factories.service import Callers
from tests.integration.services.registration.service import Registration
from tests.integration.services.registration.steps import Project, weekly
from tests.integration.services.registration.told import classroom


@pytest.fixture
async def project(callers: Callers, registration: Registration) -> Project:
    made = Project(callers, registration, await classroom(registration))
    await made.approve()
    return made


async def post(callers: Callers, path: str, key: str | None, body: dict[str, Any], *codes: str, **more: Any) -> Any:
    headers = {} if key is None else {"Idempotency-Key": key}
    return await callers.ask("POST", path, "resource_team", *(codes or ("101",)), json=body, headers=headers, **more)


def same(one: httpx.Response, other: httpx.Response) -> bool:
    return (one.status_code, one.json(), one.headers["location"]) == (
        other.status_code,
        other.json(),
        other.headers["location"],
    )


async def count(project: Project, table: str) -> int:
    return len(await project.registration.rows(f"SELECT * FROM {table}", "101"))


async def test_a_course_sent_twice_at_once_and_again_enrols_once(project: Project) -> None:
    body, key = project.body(pupil_ids=project.pupils(3, 1, 2)), uuid4().hex
    answers = await asyncio.gather(*(post(project.callers, "/v1/courses", key, body) for _ in range(3)))
    answers.append(await post(project.callers, "/v1/courses", key, dict(reversed(body.items()))))
    first = answers[0]
    assert first.status_code == 201, first.text
    assert first.headers["location"] == f"/v1/courses/{first.json()['course_id']}"
    assert all(same(first, each) for each in answers)
    assert [await count(project, table) for table in ("course", "enrolment")] == [1, 3]
    assert len(await project.registration.events("enrolment")) == 3
    assert len(await project.registration.events("dosage")) == 1
    read = await project.callers.ask("GET", first.headers["location"], "resource_team", "101")
    assert read.json() == first.json()


async def test_an_answer_that_never_came_is_had_by_sending_again(project: Project) -> None:
    body, key = project.body(pupil_ids=project.pupils(1, 2)), uuid4().hex
    async with project.callers.losing_answers() as lost:
        for _ in range(2):
            with pytest.raises(httpx.ReadError):
                await post(lost, "/v1/courses", key, body)
    assert await count(project, "course") == 1
    answer = await post(project.callers, "/v1/courses", key, body)
    assert answer.status_code == 201
    (row,) = await project.registration.rows("SELECT course_id FROM course", "101")
    assert answer.json()["course_id"] == str(row["course_id"])


async def test_the_key_of_one_course_is_refused_for_another_and_a_course_without_one_as_well(project: Project) -> None:
    key = uuid4().hex
    await project.create(pupil_ids=project.pupils(1, 2), key=key)
    for other in ({"pupil_ids": project.pupils(1, 3)}, {"pupil_ids": project.pupils(1, 2), "start": "2022-08-15"}):
        answer = await project.create(key=key, **other)
        assert (answer.status_code, answer.json()["code"]) == (409, "idempotency.key_reused")
    answer = await post(project.callers, "/v1/projects", key, {"title": "x"})
    assert answer.status_code == 422
    for bad in (None, "", "æble", "a b", "x" * 201):
        headers = {} if bad is None else {"Idempotency-Key": bad.encode()}
        body = project.body(pupil_ids=project.pupils(4, 5))
        answer = await project.callers.ask("POST", "/v1/courses", "resource_team", "101", json=body, headers=headers)
        assert answer.status_code == 422, bad
        assert [(each["in"], each["pointer"]) for each in answer.json()["errors"]] == [("header", "/Idempotency-Key")]
    assert await count(project, "course") == 1


async def test_a_refused_course_is_corrected_and_sent_with_the_same_key(project: Project) -> None:
    key = uuid4().hex
    refused = await project.create(key=key, pupil_ids=project.pupils(1, 2, 3, 4, 5))
    assert refused.status_code == 422
    taken = await project.create(key=key, pupil_ids=project.pupils(1, 2, 3))
    assert taken.status_code == 201
    assert await count(project, "idempotency_key") == 1


async def test_another_municipality_and_another_person_with_the_same_key_learn_nothing(project: Project) -> None:
    key, body = uuid4().hex, project.body(pupil_ids=project.pupils(1, 2))
    assert (await post(project.callers, "/v1/courses", key, body)).status_code == 201
    foreign = await post(project.callers, "/v1/courses", key, body, "102")
    assert (foreign.status_code, foreign.json()["code"]) == (422, "school.unknown"), foreign.text
    colleague = await post(project.callers, "/v1/courses", key, body, subject="a colleague")
    assert colleague.status_code == 201
    assert await count(project, "course") == 2
    narrowed = await post(project.callers, "/v1/courses", key, body, institutions=["910102"])
    assert (narrowed.status_code, narrowed.json()["code"]) == (409, "idempotency.gone")


async def test_a_decision_is_recorded_once_and_its_words_are_kept_nowhere_else(project: Project) -> None:
    body = {
        "school_id": project.school_id,
        "kind": "group",
        "pupil_ids": project.pupils(4, 2, 3),
        "decided_on": "2023-06-30",
        "socially_vulnerable": True,
        "behind": ["wellbeing"],
        "reason": "Elev Nummer 1 er ofte væk.",
        "parents_dialogue": "Møde den 27. juni.",
    }
    key = uuid4().hex
    answers = await asyncio.gather(*(post(project.callers, "/v1/selections", key, body) for _ in range(2)))
    answers.append(await post(project.callers, "/v1/selections", key, body))
    assert answers[0].status_code == 201, answers[0].text
    assert all(same(answers[0], each) for each in answers)
    assert await count(project, "selection") == 1
    (row,) = await project.registration.rows("SELECT * FROM idempotency_key WHERE tenant = '101'", "101")
    assert row["reference"] == answers[0].json()["selection_id"]
    assert not any(word in str(dict(row)) for word in ("Elev", "juni", key, "a resource_team"))
    without = [await post(project.callers, "/v1/selections", None, body) for _ in range(2)]
    assert len({each.json()["selection_id"] for each in without}) == 2


async def test_a_project_sent_again_is_the_same_project(project: Project) -> None:
    plan = {"start": "2022-08-08", "last_day": "2023-06-23", "efforts": [{"variant": "C"}]}
    body, key = {"title": "Flere med", "school_ids": [project.school_id], "plan": plan}, uuid4().hex
    first, again = [await post(project.callers, "/v1/projects", key, body) for _ in range(2)]
    assert first.status_code == 201, first.text
    assert same(first, again)
    assert await count(project, "project") == 2
    submitted = await post(project.callers, "/v1/projects", key, body | {"title": "Andre med"})
    assert submitted.json()["code"] == "idempotency.key_reused"


async def test_sessions_that_arrive_again_late_do_not_take_back_a_correction(project: Project) -> None:
    course_id = await project.group()
    path, key = f"/v1/courses/{course_id}/sessions", uuid4().hex
    sent = {"sessions": weekly(1, 2, 30)}
    first = await post(project.callers, path, key, sent)
    assert first.json() == {"recorded": 2, "unchanged": 0, "sessions": 2}
    corrected = await post(project.callers, path, uuid4().hex, {"sessions": weekly(1, 1, 45)})
    assert corrected.json()["recorded"] == 1
    late = await post(project.callers, path, key, sent)
    assert (late.status_code, late.json()) == (200, first.json())
    minutes = await project.registration.rows("SELECT minutes FROM course_session ORDER BY held_on", "101")
    assert [row["minutes"] for row in minutes] == [45, 30]
