"""Enrolling a class and a group, recording sessions, and the planned, expected and delivered dosage."""

import asyncio
from datetime import timedelta
from decimal import Decimal
from operator import itemgetter
from typing import Any
from uuid import uuid4

import pytest

from libs.shared.base.clock import utc_now
from tests.factories.service import Callers
from tests.integration.services.registration.service import PUPIL_HEADER, Registration
from tests.integration.services.registration.steps import DECLARED, EFFORTS, END, START, Project, weekly
from tests.integration.services.registration.told import class_id, classroom, cpr, school_id


@pytest.fixture
async def project(callers: Callers, registration: Registration) -> Project:
    made = Project(callers, registration, await classroom(registration))
    await made.approve()
    return made


async def test_a_class_is_enrolled_with_its_designated_pupils_and_an_event_for_each(project: Project) -> None:
    chosen = str(await class_id(project.registration, "5A"))
    designated = project.pupils(2, 4)
    made = await project.create(variant="A1", class_id=chosen, designated_pupil_ids=designated)
    assert made.status_code == 201, made.text
    course = made.json()
    assert len(course["enrolments"]) == 6
    assert {each["pupil_id"] for each in course["enrolments"] if each["designated"]} == set(designated)
    assert {each["rule_id"]: each["outcome"] for each in course["verdicts"]} == dict.fromkeys(
        ("C-CATALOG", "C-ORGANISATION", "C-NOT-REPLACE"), "satisfied"
    )
    read = await project.callers.ask("GET", f"/v1/courses/{course['course_id']}", "resource_team", "101")
    by_pupil = itemgetter("pupil_id")
    assert sorted(read.json().pop("enrolments"), key=by_pupil) == sorted(course["enrolments"], key=by_pupil)

    events = await project.registration.events("enrolment")
    assert len({each["pupil_id"] for each in events}) == len(events) == 6
    assert {(each["grade"], each["valid_from"], each["valid_to"]) for each in events} == {
        (5, "2022-08-08", "2022-10-29")
    }
    (delivery,) = await project.registration.events("dosage")
    assert (delivery["unit"], delivery["delivered"], delivery["sessions"]) == ("lessons", "0.00", 0)
    assert delivery["verdicts"][0]["outcome"] == "met"
    assert "name" not in delivery


async def test_a_pupil_who_leaves_the_class_is_enrolled_until_that_day(project: Project) -> None:
    row = f"{cpr(1)};;L1;Elev Nummer 1;910101;2022/2023;5A;2022-08-01;2022-09-15\n"
    await project.registration.send("pupils", PUPIL_HEADER + row)
    await project.create(variant="A1", class_id=str(await class_id(project.registration, "5A")))
    ends = {each["pupil_id"]: each["valid_to"] for each in await project.registration.events("enrolment")}
    assert ends[str(project.ids[1])] == "2022-09-15"
    assert ends[str(project.ids[2])] == "2022-10-29"


@pytest.mark.parametrize("numbers", [(1,), (1, 2, 3, 4, 5)])
async def test_a_small_group_has_two_to_four_pupils(project: Project, numbers: tuple[int, ...]) -> None:
    answer = await project.create(pupil_ids=project.pupils(*numbers))
    assert (answer.status_code, answer.json()["code"]) == (422, "course.rules_violated")
    assert answer.json()["pointer"] == "/pupil_ids"
    (verdict,) = [each for each in answer.json()["verdicts"] if each["outcome"] == "violated"]
    assert (verdict["rule_id"], verdict["rule_set"]) == ("C-GROUP", "composition-2021")
    assert verdict["pointer"] == "/efforts/1/group_size"
    assert f"{len(numbers)} elev" in verdict["reason"]["da"]
    assert await project.registration.events("enrolment") == []


async def test_a_course_with_all_its_sessions_is_delivered(project: Project) -> None:
    course_id = await project.group()
    done = await project.record(course_id, weekly(12, 4))
    assert done.json() == {"recorded": 48, "unchanged": 0, "sessions": 48}
    after = await project.dosage(course_id, END + timedelta(days=1))
    assert [after[stage]["outcome"] for stage in ("planned", "forecast", "delivered")] == ["met"] * 3
    assert (after["delivered"]["value"]["amount"], after["delivered"]["weeks"]) == ("48.00", 12)
    assert after["sessions"] == 48
    created, delivered = await project.registration.events("dosage")
    assert (created["aggregate_version"], delivered["aggregate_version"]) == (1, 2)
    assert (delivered["unit"], delivered["delivered"], delivered["sessions"]) == ("sessions", "48.00", 48)
    assert {each["stage"]: each["outcome"] for each in delivered["verdicts"]} == {
        "planned": "met",
        "forecast": "met",
        "delivered": "met",
    }
    assert (delivered["start"], delivered["valid_to"]) == ("2022-08-08", "2022-10-29")


async def test_a_course_that_falls_behind_is_at_risk_before_it_is_missed(project: Project) -> None:
    course_id = await project.group()
    await project.record(course_id, weekly(12, 3))
    early = await project.dosage(course_id, START + timedelta(days=3))
    assert early["forecast"]["outcome"] == "unknown"
    half = await project.dosage(course_id, START + timedelta(weeks=6, days=-1))
    assert (half["forecast"]["outcome"], half["delivered"]["outcome"]) == ("at_risk", "unknown")
    assert half["sessions"] == 18
    after = await project.dosage(course_id, END + timedelta(days=1))
    assert (after["planned"]["outcome"], after["delivered"]["outcome"]) == ("met", "missed")


async def test_sessions_of_another_length_do_not_count_and_are_listed(project: Project) -> None:
    course_id = await project.group()
    sessions = weekly(1, 4)
    sessions[0]["minutes"], sessions[1]["minutes"], sessions[2]["minutes"] = 24, 41, 0
    await project.record(course_id, sessions)
    found = (await project.dosage(course_id, END))["delivered"]
    assert found["value"]["amount"] == "1.00"
    assert [each["why"] for each in found["not_counted"]] == ["too_short", "too_long", "too_short"]
    assert (await project.registration.events("dosage"))[-1]["sessions"] == 3


async def test_a_session_sent_again_is_unchanged_and_one_with_other_minutes_is_corrected(project: Project) -> None:
    course_id = await project.group()
    await project.record(course_id, weekly(1, 2))
    again = await project.record(course_id, weekly(1, 2))
    assert again.json() == {"recorded": 0, "unchanged": 2, "sessions": 2}
    assert len(await project.registration.events("dosage")) == 2
    corrected = await project.record(course_id, weekly(1, 2, minutes=40))
    assert corrected.json() == {"recorded": 2, "unchanged": 0, "sessions": 2}


async def test_those_who_record_at_once_raise_the_version_one_after_the_other(project: Project) -> None:
    course_id = await project.group()
    weeks = [weekly(12, 4)[n : n + 4] for n in range(0, 48, 4)] + [weekly(1, 4)]
    answers = await asyncio.gather(*(project.record(course_id, each) for each in weeks))
    assert sum(answer.json()["recorded"] for answer in answers) == 48
    assert sum(answer.json()["unchanged"] for answer in answers) == 4
    events = await project.registration.events("dosage")
    assert [each["aggregate_version"] for each in events] == list(range(1, 14))
    assert [int(float(each["delivered"])) for each in events] == list(range(0, 49, 4))


async def test_lessons_are_minutes_and_a_package_is_a_session(project: Project) -> None:
    lessons = (await project.create(variant="A1", class_id=str(await class_id(project.registration, "5A")))).json()
    await project.record(lessons["course_id"], weekly(1, 2, minutes=50))
    assert (await project.registration.events("dosage"))[-1]["delivered"] == "2.22"
    books = (await project.create(variant="E1", pupil_ids=project.pupils(1), parents_informed=True)).json()
    await project.record(books["course_id"], weekly(2, 1, minutes=5))
    told = (await project.registration.events("dosage"))[-1]
    assert (told["unit"], Decimal(told["delivered"]), told["sessions"]) == ("packages", 2, 2)
    found = await project.dosage(books["course_id"], END)
    assert [found[stage]["outcome"] for stage in ("planned", "forecast", "delivered")] == [
        "unknown",
        "at_risk",
        "unknown",
    ]


async def test_the_weeks_of_a_course_are_the_weeks_of_the_schools_calendar(project: Project) -> None:
    made = await project.create(pupil_ids=project.pupils(4, 5), last_day="2023-06-23")
    assert (await project.dosage(made.json()["course_id"], END))["delivered"]["weeks"] == 46


async def test_each_wrong_course_is_refused_by_its_own_code(project: Project) -> None:
    own, room = project.pupils(1, 2), str(await class_id(project.registration, "5A"))
    wrong: list[tuple[dict[str, Any], int, str]] = [
        ({}, 422, "course.target"),
        ({"pupil_ids": own, "class_id": room}, 422, "course.target"),
        ({"pupil_ids": own, "last_day": "2022-08-01"}, 422, "course.ends_before_start"),
        ({"pupil_ids": own, "start": "2022-08-01"}, 422, "course.outside_project"),
        ({"pupil_ids": own, "last_day": "2023-06-24"}, 422, "course.outside_project"),
        ({"pupil_ids": own, "variant": "B"}, 422, "course.variant_not_planned"),
        ({"pupil_ids": own, "project_id": str(uuid4())}, 422, "course.project_unknown"),
        ({"pupil_ids": own, "school_id": str(uuid4())}, 422, "school.unknown"),
        ({"pupil_ids": [own[0], str(uuid4())]}, 422, "pupil.not_at_school"),
        ({"pupil_ids": [own[0], own[0]]}, 422, "pupil.repeated"),
        ({"class_id": str(uuid4())}, 422, "class.unknown"),
        ({"pupil_ids": own, "designated_pupil_ids": project.pupils(3)}, 422, "course.designated_not_enrolled"),
        ({"pupil_ids": own, "variant": "Z"}, 422, "request.invalid"),
        ({"pupil_ids": own, "start": "9999-12-31"}, 422, "request.invalid"),
        ({"pupil_ids": own, "planned": [{"weekly_amount": "-1"}]}, 422, "request.invalid"),
    ]
    for more, status, code in wrong:
        answer = await project.create(**more)
        assert (answer.status_code, answer.json()["code"]) == (status, code), (more, answer.text)
    other = str(await school_id(project.registration, "910102"))
    assert (await project.create(school_id=other, pupil_ids=own)).json()["code"] == "course.project_unknown"
    assert await project.registration.rows("SELECT * FROM course", "101") == []


async def test_a_project_that_is_not_approved_has_no_courses(project: Project) -> None:
    plan = {"start": "2022-08-08", "last_day": "2023-06-23", "efforts": EFFORTS, **DECLARED}
    content = {"title": "Udkast", "school_ids": [project.school_id], "plan": plan}
    draft = (await project.callers.ask("POST", "/v1/projects", "resource_team", "101", json=content)).json()
    answer = await project.create(pupil_ids=project.pupils(1, 2), project_id=draft["project_id"])
    assert (answer.status_code, answer.json()["code"]) == (409, "course.project_not_approved")


async def test_each_wrong_session_is_refused_by_its_own_code_and_nothing_is_kept(project: Project) -> None:
    course_id = await project.group()
    fine = {"held_on": START.isoformat(), "starts_at": "08:15", "minutes": 30}
    wrong: list[tuple[list[dict[str, Any]], str]] = [
        ([fine, {**fine, "held_on": "2022-08-07"}], "session.outside_course"),
        ([fine, {**fine, "held_on": "2022-10-29"}], "session.outside_course"),
        ([fine, fine], "session.repeated"),
        ([], "request.invalid"),
        ([{**fine, "starts_at": "25:00"}], "request.invalid"),
        ([{**fine, "starts_at": "08:15+02:00"}], "request.invalid"),
        ([{**fine, "minutes": -1}], "request.invalid"),
        ([{**fine, "minutes": 1441}], "request.invalid"),
        ([{**fine, "minutes": 30.5}], "request.invalid"),
        ([{**fine, "note": "x"}], "request.invalid"),
    ]
    for sessions, code in wrong:
        answer = await project.record(course_id, sessions)
        assert (answer.status_code, answer.json()["code"]) == (422, code), sessions
    assert (await project.dosage(course_id, END))["sessions"] == 0


async def test_a_session_that_has_not_been_held_is_not_taken(project: Project) -> None:
    ahead = utc_now().year + 4
    plan = {"start": "2022-08-08", "last_day": f"{ahead}-06-23", "efforts": EFFORTS, **DECLARED}
    await project.approve(plan)
    course = await project.create(pupil_ids=project.pupils(1, 2), last_day=f"{ahead}-06-23")
    later = [{"held_on": f"{ahead}-01-05", "starts_at": "08:15", "minutes": 30}]
    answer = await project.record(course.json()["course_id"], later)
    assert (answer.status_code, answer.json()["code"]) == (422, "session.in_future")
    # No calendar is known so far ahead, so there is no number of weeks.
    found = (await project.dosage(course.json()["course_id"], END))["delivered"]
    assert (found["outcome"], found["weeks"]) == ("unknown", 0)


async def test_another_tenants_course_and_one_that_does_not_exist_give_the_same_answer(project: Project) -> None:
    own = await project.group()
    assert (await project.create("102", pupil_ids=project.pupils(1, 2))).json()["code"] == "school.unknown"
    narrow = await project.create(institutions=("910102",), pupil_ids=project.pupils(1, 2))
    assert narrow.json()["code"] == "school.unknown"
    fine = {"sessions": weekly(1, 1)}
    for course_id, code in ((own, "102"), (uuid4(), "101")):
        for method, end, said in (("GET", "", None), ("GET", "/dosage", None), ("POST", "/sessions", fine)):
            answer = await project.callers.ask(
                method, f"/v1/courses/{course_id}{end}", "resource_team", code, json=said
            )
            assert (answer.status_code, answer.json()["code"]) == (404, "course.not_found")
    for table in ("course", "enrolment", "course_session", "project"):
        assert await project.registration.rows(f"SELECT * FROM {table}", "102") == []
    assert (await project.callers.ask("GET", f"/v1/courses/{own}", "secretariat")).status_code == 403
