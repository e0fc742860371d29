"""A course is created before names are known, changed, ended early, and listed with what a person should look at."""

from typing import Any

import pytest

from tests.factories.service import Callers
from tests.integration.services.registration.service import Registration
from tests.integration.services.registration.steps import END, START, Project, weekly
from tests.integration.services.registration.told import class_id, classroom


@pytest.fixture
async def project(callers: Callers, registration: Registration) -> Project:
    made = Project(callers, registration, await classroom(registration))
    await made.approve()
    return made


SAID: dict[str, Any] = {
    "code": "MAT-1",
    "subjects": ["mathematics", "danish"],
    "staff": [{"role": "resource_person", "persons": 2}],
    "expected_pupils": 4,
}


async def ask(project: Project, method: str, path: str, *, etag: str | None = None, **more: Any) -> Any:
    headers = {} if etag is None else {"If-Match": etag}
    return await project.callers.ask(method, path, "resource_team", "101", headers=headers, **more)


async def listed(project: Project, query: str = "", role: str = "resource_team", **more: Any) -> list[dict[str, Any]]:
    answer = await project.callers.ask(
        "GET", f"/v1/courses?{query}", role, *(() if role == "secretariat" else ("101",)), **more
    )
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def test_a_course_without_pupils_states_their_number_and_is_listed_until_they_are_enrolled(
    project: Project,
) -> None:
    made = await project.create(**SAID)
    assert made.status_code == 201, made.text
    course = made.json()
    assert (course["enrolments"], course["coverage"]) == ([], {"stated": 4, "enrolled": 0, "identified": 0})
    assert (course["code"], course["subjects"], course["status"]) == ("MAT-1", ["mathematics", "danish"], "ended")
    (event,) = await project.registration.events("dosage")
    assert (event["stated"], event["enrolled"], event["identified"]) == (4, 0, 0)
    assert event["subjects"] == ["mathematics", "danish"]
    assert "code" not in event

    (line,) = await listed(project, "at_risk=true")
    assert line["attention"] == ["no_pupils", "no_records"]
    assert (line["outcome"], line["institution_number"], line["stated"]) == ("missed", "910101", 4)
    assert (await listed(project, "attention=no_pupils&sort=-last_day"))[0]["course_id"] == course["course_id"]
    assert await listed(project, "attention=fewer_enrolled") == []
    assert [each["code"] for each in await listed(project, role="secretariat")] == ["MAT-1"]

    named = await project.create(pupil_ids=project.pupils(1, 2, 3), subjects=["german"])
    assert named.json()["coverage"] == {"stated": 3, "enrolled": 3, "identified": 3}
    assert {each["subjects"][0] for each in await project.registration.events("enrolment")} == {"german"}
    assert [each["code"] for each in await listed(project, "subject=german")] == [named.json()["code"]]

    for body, status, code in (
        ({**SAID, "expected_pupils": 5}, 422, "course.rules_violated"),
        ({**SAID, "expected_pupils": None, "code": "X"}, 422, "course.target"),
        ({**SAID}, 409, "course.code_taken"),
        ({**SAID, "subjects": ["alchemy"]}, 422, "request.invalid"),
        ({**SAID, "code": "6101120008"}, 422, "request.invalid"),
    ):
        refused = await project.create(**body)
        assert (refused.status_code, refused.json()["code"]) == (status, code), refused.text
        assert set(refused.json()["messages"]) == {"da", "en"}


async def test_a_course_is_changed_by_who_has_read_it_and_ended_early_with_a_reason(project: Project) -> None:
    made = await project.create(pupil_ids=project.pupils(1, 2), **SAID)
    path = f"/v1/courses/{made.json()['course_id']}"
    etag = made.headers["etag"]
    assert (await ask(project, "PATCH", path, json={"expected_pupils": 3})).status_code == 428
    changed = await ask(project, "PATCH", path, etag=etag, json={"expected_pupils": 3, "subjects": ["danish"]})
    assert changed.json()["coverage"] == {"stated": 3, "enrolled": 2, "identified": 2}
    assert (await ask(project, "PATCH", path, etag=etag, json={"code": "B"})).status_code == 412
    events = await project.registration.events("enrolment")
    assert [each["aggregate_version"] for each in events[2:]] == [2, 2]
    assert events[-1]["subjects"] == ["danish"]

    await project.record(path.rsplit("/", 1)[1], weekly(4, 4))
    read = await ask(project, "GET", path)
    end = {"last_day": "2022-08-31", "reason": "staff_missing", "note": "Vikaren er væk."}
    refused = await ask(project, "POST", f"{path}/end", etag=read.headers["etag"], json=end)
    assert (refused.status_code, refused.json()["code"], refused.json()["pointer"]) == (
        409,
        "course.later_sessions",
        "/last_day",
    )
    late = await ask(project, "POST", f"{path}/end", etag=read.headers["etag"], json={**end, "last_day": str(END)})
    assert late.json()["code"] == "course.ends_later"
    done = await ask(project, "POST", f"{path}/end", etag=read.headers["etag"], json={**end, "last_day": "2022-09-09"})
    assert done.status_code == 200, done.text
    course = done.json()
    assert (course["last_day"], course["planned_last_day"]) == ("2022-09-09", str(END))
    assert (course["status"], course["end_reason"], course["end_note"]) == (
        "ended_early",
        "staff_missing",
        "Vikaren er væk.",
    )
    assert {each["valid_to"] for each in course["enrolments"]} == {"2022-09-10"}
    (row,) = await project.registration.rows("SELECT end_note FROM course", "101")
    assert b"Vikaren" not in bytes(row["end_note"])
    event = (await project.registration.events("dosage"))[-1]
    assert (event["valid_to"], event["delivered"]) == ("2022-09-10", "16.00")
    # A day later than first said: the enrolments follow.
    again = await ask(project, "POST", f"{path}/end", etag=done.headers["etag"], json={**end, "last_day": "2022-09-16"})
    assert {each["valid_to"] for each in again.json()["enrolments"]} == {"2022-09-17"}


async def test_the_reason_names_the_pace_the_sessions_needed_and_the_day(project: Project) -> None:
    course_id = await project.group()
    await project.record(course_id, weekly(6, 3))
    found = await ask(project, "GET", f"/v1/courses/{course_id}/dosage?as_of=2022-09-19")
    ledger = found.json()["ledger"]
    assert ledger["outcome"] == "at_risk"
    assert ledger["reason"] == {
        "da": "Med det nuværende tempo 3 af 4 sessioner om ugen; der skal holdes 30 sessioner mere senest 28. oktober.",
        "en": "At the present pace 3 of 4 sessions a week; 30 sessions are needed by 28 October.",
    }
    assert (ledger["planned"]["amount"], ledger["delivered"], ledger["share_percent"]) == ("48.00", "18.00", "75.00")


async def test_the_list_is_sorted_filtered_paged_and_written_as_csv(project: Project) -> None:
    whole = str(await class_id(project.registration, "5A"))
    await project.create(variant="A1", class_id=whole, code="A", subjects=["danish"])
    behind = await project.create(pupil_ids=project.pupils(1, 2), code="B")
    await project.record(behind.json()["course_id"], weekly(6, 2))
    await project.create(pupil_ids=project.pupils(3, 4), code="C")
    assert [each["code"] for each in await listed(project, "sort=-code")] == ["C", "B", "A"]
    assert [each["code"] for each in await listed(project, f"variant=C&school_id={project.school_id}")] == ["C", "B"]
    assert [each["code"] for each in await listed(project, f"project_id={project.project_id}&outcome=met")] == []
    first = await ask(project, "GET", "/v1/courses?page_size=2")
    rest = await ask(project, "GET", f"/v1/courses?page_size=2&page_token={first.json()['next_page_token']}")
    assert [each["share_percent"] for each in first.json()["items"] + rest.json()["items"]] == ["0.00", "0.00", "25.00"]
    csv = await project.callers.ask("GET", "/v1/courses?sort=code", "secretariat", headers={"Accept": "text/csv"})
    lines = csv.text.splitlines()
    assert lines[0].startswith("\ufeffcourse_id;municipality_code;school_id;institution_number")
    assert len(lines) == 4
    assert "reason.da" in lines[0]
    held = {"institutions": ("910102",)}
    narrow = await project.callers.ask("GET", "/v1/courses", "school", "101", **held)
    assert narrow.json()["items"] == []
    other = await project.callers.ask("GET", f"/v1/courses?school_id={project.school_id}", "school", "101", **held)
    assert (other.status_code, other.json()["code"]) == (422, "school.unknown")
    assert (await ask(project, "GET", "/v1/courses?municipality=147")).status_code == 404


async def test_attendance_is_a_pupils_own_share_and_never_that_of_somebody_not_enrolled(project: Project) -> None:
    course_id = await project.group()
    one, two, stranger = *project.pupils(1, 2), project.pupils(5)[0]
    path = f"/v1/courses/{course_id}"
    there = [{"pupil_id": one, "minutes": 30}, {"pupil_id": two, "minutes": 0}]
    sessions = weekly(2, 4)
    for each in sessions[:4]:
        each["attendance"] = there
    assert (await project.record(course_id, sessions)).json()["recorded"] == 8
    assert (await project.record(course_id, sessions)).json() == {"recorded": 0, "unchanged": 8, "sessions": 8}
    pupils = (await ask(project, "GET", f"{path}/pupils?as_of={END}")).json()["items"]
    by_id = {each["pupil_id"]: each for each in pupils}
    assert [(by_id[each]["delivered"], by_id[each]["attended"], by_id[each]["recorded"]) for each in (one, two)] == [
        ("8.00", "4.00", 4),
        ("8.00", "0.00", 4),
    ]
    assert by_id[project.pupils(3)[0]]["attended"] is None
    assert (await project.registration.events("dosage"))[-1]["attended_percent"] == "50.00"
    mine = (await ask(project, "GET", f"/v1/pupils/{one}/dosage?as_of={END}")).json()
    assert [(each["variant"], each["dosage"]["attended"]) for each in mine["courses"]] == [("C", "4.00")]
    assert (await ask(project, "GET", f"/v1/pupils/{stranger}/dosage")).json()["courses"] == []

    at = f"{path}/sessions/{START.isoformat()}/08:15"
    read = await ask(project, "GET", at)
    corrected = await ask(project, "PUT", at, etag=read.headers["etag"], json={"minutes": 25, "attendance": there[1:]})
    assert corrected.status_code == 200, corrected.text
    assert corrected.json()["attendance"] == [{"pupil_id": two, "minutes": 0}]
    assert (await ask(project, "PUT", at, etag=read.headers["etag"], json={"minutes": 30})).status_code == 412
    assert (await ask(project, "DELETE", at, etag=corrected.headers["etag"])).json()["code"] == "session.has_attendance"
    for body, code, pointer in (
        (
            {"minutes": 30, "attendance": [{"pupil_id": stranger, "minutes": 30}]},
            "attendance.not_enrolled",
            "/attendance/0/pupil_id",
        ),
        ({"minutes": 20, "attendance": there}, "attendance.too_long", "/attendance/0/minutes"),
        ({"minutes": 30, "attendance": there[:1] * 2}, "attendance.repeated", "/attendance/1/pupil_id"),
        ({"minutes": 30, "pupils": 41}, "session.too_many_pupils", "/pupils"),
    ):
        wrong = await ask(project, "PUT", at, etag=corrected.headers["etag"], json=body)
        assert (wrong.status_code, wrong.json()["code"], wrong.json()["pointer"]) == (422, code, pointer)
    emptied = await ask(project, "PUT", at, etag=corrected.headers["etag"], json={"minutes": 25})
    assert (await ask(project, "DELETE", at, etag=emptied.headers["etag"])).status_code == 204
    assert (await ask(project, "GET", at)).json()["code"] == "session.not_found"
    lines = (await ask(project, "GET", f"{path}/sessions?sort=-held_on&page_size=1")).json()["items"]
    assert lines[0] == {
        "held_on": "2022-08-18",
        "starts_at": "08:15",
        "minutes": 30,
        "pupils": None,
        "recorded": 0,
        "attended": 0,
    }
