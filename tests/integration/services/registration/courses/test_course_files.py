"""Enrolments, sessions and attendance by file: each wrong row by its own code, and what may heal by itself waits."""

from datetime import timedelta
from typing import Any

import pytest

from tests.factories.files import counts
from tests.factories.service import Callers
from tests.integration.services.registration.service import PUPIL_HEADER, Registration
from tests.integration.services.registration.steps import START, Project
from tests.integration.services.registration.told import classroom, cpr

ENROLMENTS = "institution_number;course;pupil;valid_from;valid_to;designated\n"
SESSIONS = "institution_number;course;date;starts_at;minutes;pupils\n"
ATTENDANCE = "institution_number;course;date;starts_at;pupil;minutes\n"


@pytest.fixture
async def project(callers: Callers, registration: Registration) -> Project:
    made = Project(callers, registration, await classroom(registration))
    await made.approve()
    return made


async def codes(registration: Registration, receipt: Any) -> dict[int, str]:
    """The code of each refused row."""
    sql = f"SELECT row_no, code FROM import_refusal WHERE receipt_id = '{receipt.id}' ORDER BY row_no"
    return {row["row_no"]: row["code"] for row in await registration.rows(sql, "101", "102")}


async def sent(project: Project, kind: str, header: str, rows: str) -> Any:
    return await project.registration.send(kind, header + rows)


async def test_a_course_is_filled_by_files_and_each_wrong_row_has_its_code(project: Project) -> None:
    registration = project.registration
    made = await project.create(code="G1", expected_pupils=4)
    course_id = made.json()["course_id"]
    await project.create(code="G2", expected_pupils=2)

    enrolled = await sent(
        project,
        "enrolments",
        ENROLMENTS,
        f"910101;G1;{cpr(1)};;;1\n"
        f"910101;G1;{cpr(2)};2022-08-15;2022-10-01;\n"
        f"910101;G1;{cpr(3)};2022-08-01;;\n"
        f"910101;G1;{cpr(3)};2022-09-01;2023-01-01;\n"
        f"910101;G1;{cpr(2)};2022-09-20;;\n"
        f"910101;G9;{cpr(4)};;;\n"
        f"910109;G1;{cpr(4)};;;\n"
        f"910101;G1;{cpr(4)};2022-09-01;2022-08-31;\n"
        f"910101;G1;{cpr(99)};;;\n"
        f"910101;G1;{cpr(4)};;;\n"
        f"910101;G1;{cpr(5)};;;\n"
        f"910101;G1;{cpr(6)};;;\n",
    )
    assert counts(enrolled) == (4, 0, 1, 7)
    assert await codes(registration, enrolled) == {
        3: "enrolment.outside_project",
        4: "enrolment.outside_course",
        5: "enrolment.overlap",
        6: "course.unknown",
        7: "institution_number.unknown",
        8: "enrolment.ends_before_start",
        12: "enrolment.group_too_large",
    }
    again = await sent(
        project, "enrolments", ENROLMENTS, f"910101;G1;{cpr(1)};;;\n910101;G1;{cpr(2)};2022-08-15;2022-09-10;1\n"
    )
    assert counts(again) == (1, 1, 0, 0)
    events = await registration.events("enrolment")
    assert len(events) == 5
    assert (events[-1]["valid_to"], events[-1]["designated"], events[-1]["aggregate_version"]) == (
        "2022-09-10",
        True,
        2,
    )
    assert [each["origin"] for each in await registration.rows("SELECT origin FROM enrolment", "101")] == ["file"] * 4

    days = "".join(f"910101;G1;{START + timedelta(days=n)};8.15;30;\n" for n in range(4))
    held = await sent(
        project,
        "sessions",
        SESSIONS,
        days
        + "910101;G1;2022-08-12;08:15;30;41\n"
        + "910101;G1;2023-01-02;08:15;30;\n"
        + "910101;G1;2022-08-12;25:00;30;\n"
        + "910101;G9;2022-08-12;08:15;30;\n",
    )
    assert counts(held) == (4, 0, 0, 4)
    assert await codes(registration, held) == {
        5: "session.too_many_pupils",
        6: "session.outside_course",
        7: "time.invalid",
        8: "course.unknown",
    }
    assert counts(await sent(project, "sessions", SESSIONS, days)) == (0, 4, 0, 0)
    event = (await registration.events("dosage"))[-1]
    assert (event["sessions"], event["enrolled"], event["stated"]) == (4, 4, 4)

    attended = await sent(
        project,
        "attendance",
        ATTENDANCE,
        f"910101;G1;2022-08-08;08:15;{cpr(1)};\n"
        f"910101;G1;2022-08-08;08:15;{cpr(4)};0\n"
        f"910101;G1;2022-08-08;08:15;{cpr(5)};31\n"
        f"910101;G1;2022-08-08;08:15;{cpr(2)};30\n"
        f"910101;G1;2022-08-22;08:15;{cpr(1)};30\n"
        f"910101;G1;2022-08-08;08:15;{cpr(99)};30\n",
    )
    # Pupil 2 came a week later, the session of the 22nd is not recorded, and pupil 99 is not known: all may come.
    assert counts(attended) == (2, 0, 3, 1)
    assert await codes(registration, attended) == {3: "attendance.too_long"}
    assert (await registration.events("dosage"))[-1]["attended_percent"] == "50.00"

    await sent(project, "sessions", SESSIONS, "910101;G1;2022-08-22;08:15;30;\n")
    await sent(project, "enrolments", ENROLMENTS, f"910101;G1;{cpr(2)};2022-08-08;2022-08-15;\n")
    row = f"{cpr(99)};;L99;Elev Nummer 99;910101;2022/2023;5A;2022-08-01;2023-08-01\n"
    await registration.send("pupils", PUPIL_HEADER + row)
    await registration.settle()
    waiting = await registration.rows("SELECT kind, reason FROM parked_row", "101")
    # The group has no room for pupil 99, so neither the enrolment nor the attendance is taken.
    assert [(each["kind"], each["reason"]) for each in waiting] == [("attendance", "not_placed")]
    refused = await registration.rows("SELECT code FROM import_refusal WHERE replayed", "101")
    assert [each["code"] for each in refused] == ["enrolment.group_too_large"]
    there = await registration.rows("SELECT pupil_id, minutes FROM attendance WHERE held_on > '2022-08-08'", "101")
    assert [each["pupil_id"] for each in there] == [project.ids[1]]
    pupils = await project.callers.ask(
        "GET", f"/v1/courses/{course_id}/pupils?as_of=2022-09-30", "resource_team", "101"
    )
    assert {each["attended"] for each in pupils.json()["items"]} == {"2.00", "1.00", "0.00", None}


async def test_another_municipalitys_courses_do_not_exist_for_a_file(project: Project) -> None:
    await project.create(code="G1", expected_pupils=2)
    await project.registration.base("102")
    rows = "910101;G1;2022-08-08;08:15;30;\n"
    receipt = await project.registration.send("sessions", SESSIONS + rows, "102")
    assert await codes(project.registration, receipt) == {1: "institution_number.unknown"}
    assert await project.registration.rows("SELECT * FROM course_session", "101", "102") == []
