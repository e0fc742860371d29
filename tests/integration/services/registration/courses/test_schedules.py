"""A repeating schedule with exceptions plans sessions by the school's calendar; each is held, changed or cancelled."""

from typing import Any
from uuid import uuid4

import pytest

from tests.factories.service import Callers
from tests.integration.services.registration.service import Registration
from tests.integration.services.registration.steps import Project
from tests.integration.services.registration.told import classroom


@pytest.fixture
async def project(callers: Callers, registration: Registration) -> Project:
    made = Project(callers, registration, await classroom(registration))
    await made.approve()
    return made


async def ask(project: Project, method: str, path: str, headers: dict[str, str] | None = None, **more: Any) -> Any:
    asked = {"Idempotency-Key": uuid4().hex} if method == "POST" else {}
    return await project.callers.ask(method, path, "resource_team", "101", headers=asked | (headers or {}), **more)


SLOTS = [{"weekday": day, "starts_at": "08:15", "minutes": 30} for day in (1, 2, 3, 4)]


async def test_a_schedule_plans_sessions_by_the_calendar_and_they_are_confirmed(project: Project) -> None:
    # The autumn holiday is no school days.
    holiday = "".join(f"910101;2022-10-{day};0\n" for day in range(17, 22))
    await project.registration.send("calendars", "institution_number;date;school_day\n" + holiday)
    made = await project.create(pupil_ids=project.pupils(1, 2))
    path = f"/v1/courses/{made.json()['course_id']}"
    exceptions = [
        {"kind": "cancelled", "day": "2022-08-08"},
        {"kind": "moved", "day": "2022-08-09", "starts_at": "08:15", "to_day": "2022-08-12", "to_time": "10:00"},
        {"kind": "extra", "day": "2022-08-13", "starts_at": "09:00", "minutes": 40},
    ]
    body = {"slots": SLOTS, "exceptions": exceptions}
    assert (await ask(project, "PUT", f"{path}/schedule", json=body)).status_code == 428
    put = await ask(project, "PUT", f"{path}/schedule", {"If-None-Match": "*"}, json=body)
    assert put.status_code == 201, put.text
    # Eleven weeks of four, without one that is cancelled, and an extra one.
    assert (put.json()["planned"], put.json()["years_without_calendar"]) == (44, [])
    read = await ask(project, "GET", f"{path}/schedule")
    assert (read.json(), read.headers["etag"]) == (put.json(), put.headers["etag"])
    listed = (await ask(project, "GET", f"{path}/planned-sessions?last=2022-08-14")).json()["items"]
    assert [(each["day"], each["starts_at"], each["minutes"], each["state"]) for each in listed] == [
        ("2022-08-10", "08:15", 30, "planned"),
        ("2022-08-11", "08:15", 30, "planned"),
        ("2022-08-12", "10:00", 30, "planned"),
        ("2022-08-13", "09:00", 40, "planned"),
    ]
    assert (await ask(project, "GET", f"{path}/planned-sessions?first=2022-10-17&last=2022-10-21")).json()[
        "items"
    ] == []

    said = [
        {"day": "2022-08-10", "starts_at": "08:15"},
        {"day": "2022-08-11", "starts_at": "08:15", "outcome": "changed", "held_on": "2022-08-12", "minutes": 35},
        {"day": "2022-08-12", "starts_at": "10:00", "outcome": "cancelled", "reason": "staff_ill"},
    ]
    confirmations = f"{path}/planned-sessions/confirmations"
    done = await ask(project, "POST", confirmations, json={"sessions": said})
    assert done.json() == {"recorded": 3, "unchanged": 0, "sessions": 3}
    # A session that is recorded at its planned time is the planned one.
    extra = {"held_on": "2022-08-13", "starts_at": "09:00", "minutes": 40}
    await project.record(path.rsplit("/", 1)[1], [extra])
    listed = (await ask(project, "GET", f"{path}/planned-sessions?last=2022-08-14")).json()["items"]
    assert [(each["state"], each["held_on"], each["reason"]) for each in listed] == [
        ("held", "2022-08-10", None),
        ("changed", "2022-08-12", None),
        ("cancelled", None, "staff_ill"),
        ("held", "2022-08-13", None),
    ]
    event = (await project.registration.events("dosage"))[-1]
    assert (event["sessions"], event["delivered"]) == (3, "3.00")
    unknown = await ask(
        project, "POST", confirmations, json={"sessions": [{"day": "2022-08-08", "starts_at": "08:15"}]}
    )
    assert (unknown.json()["code"], unknown.json()["pointer"]) == ("schedule.session_unknown", "/sessions/0")
    twice = await ask(
        project, "PUT", f"{path}/schedule", {"If-Match": put.headers["etag"]}, json={"slots": SLOTS + SLOTS[:1]}
    )
    assert twice.status_code == 412
    etag = (await ask(project, "GET", f"{path}/schedule")).headers["etag"]
    twice = await ask(project, "PUT", f"{path}/schedule", {"If-Match": etag}, json={"slots": SLOTS + SLOTS[:1]})
    assert (twice.json()["code"], twice.json()["pointer"]) == ("schedule.repeated", "/slots/4")
    # A changed schedule leaves what is past to be confirmed.
    changed = await ask(project, "PUT", f"{path}/schedule", {"If-Match": etag}, json={"slots": SLOTS[:1]})
    assert (changed.status_code, changed.json()["planned"]) == (200, 43)
