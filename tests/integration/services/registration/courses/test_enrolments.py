"""Enrolments with dates, offers to pupils who join the class later, and groups that are split and merged."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest

from libs.shared.events.outbox import Outbox
from services.registration.courses.ledger.closing import Closing
from tests.factories.service import Callers
from tests.integration.services.registration.service import PUPIL_HEADER, Registration
from tests.integration.services.registration.steps import END, START, Project, weekly
from tests.integration.services.registration.told import class_id, classroom, cpr


@pytest.fixture
async def project(callers: Callers, registration: Registration) -> Project:
    made = Project(callers, registration, await classroom(registration))
    await made.approve()
    return made


async def ask(project: Project, method: str, path: str, *, etag: str | None = None, **more: Any) -> Any:
    headers = {} if etag is None else {"If-Match": etag}
    if method == "POST":
        headers["Idempotency-Key"] = uuid4().hex
    return await project.callers.ask(method, path, "resource_team", "101", headers=headers, **more)


async def test_pupils_are_enrolled_one_by_one_within_course_project_and_group(project: Project) -> None:
    made = await project.create(pupil_ids=project.pupils(1, 2), start="2022-08-15")
    path = f"/v1/courses/{made.json()['course_id']}"
    three, four, five = project.pupils(3, 4, 5)
    new = {"pupil_id": three, "valid_from": "2022-09-01", "designated": True}
    done = await ask(project, "POST", f"{path}/enrolments", json={"enrolments": [new, {"pupil_id": four}]})
    assert (done.status_code, done.headers["location"]) == (201, f"{path}/pupils"), done.text
    first, second = done.json()["items"]
    assert (first["valid_from"], first["valid_to"], first["designated"]) == ("2022-09-01", "2022-10-29", True)
    assert (second["valid_from"], second["origin"], second["end_reason"]) == ("2022-08-15", "named", None)
    for wrong, code, pointer in (
        ({"pupil_id": five}, "enrolment.group_too_large", ""),
        ({"pupil_id": five, "valid_from": "2022-08-01"}, "enrolment.outside_project", "/enrolments/0/valid_from"),
        ({"pupil_id": five, "valid_from": "2022-08-08"}, "enrolment.outside_course", "/enrolments/0/valid_from"),
        ({"pupil_id": five, "valid_to": "2022-12-24"}, "enrolment.outside_course", "/enrolments/0/valid_to"),
        ({"pupil_id": five, "valid_to": "2022-08-01"}, "enrolment.ends_before_start", "/enrolments/0/valid_to"),
        ({"pupil_id": three}, "enrolment.overlap", "/enrolments/0/pupil_id"),
        ({"pupil_id": str(uuid4())}, "pupil.not_at_school", "/enrolments/0/pupil_id"),
    ):
        refused = await ask(project, "POST", f"{path}/enrolments", json={"enrolments": [wrong]})
        assert (refused.status_code, refused.json()["code"], refused.json()["pointer"] or "") == (422, code, pointer)

    one = f"/v1/enrolments/{second['enrolment_id']}"
    read = await ask(project, "GET", one)
    there = [{"pupil_id": four, "minutes": 30}]
    held = {"held_on": "2022-09-12", "starts_at": "08:15", "minutes": 30, "attendance": there}
    await project.record(path.rsplit("/", 1)[1], [held])
    assert (await ask(project, "PATCH", one, json={"designated": True})).status_code == 428
    early = await ask(project, "PATCH", one, etag=read.headers["etag"], json={"valid_to": "2022-09-12"})
    assert (early.status_code, early.json()["code"]) == (409, "enrolment.attended_later")
    ended = await ask(project, "PATCH", one, etag=read.headers["etag"], json={"valid_to": "2022-09-13"})
    assert (ended.json()["valid_to"], ended.json()["end_reason"]) == ("2022-09-13", "left")
    assert (await project.registration.events("enrolment"))[-1]["valid_to"] == "2022-09-13"
    # There is room again, and the one who left may come back.
    again = [{"pupil_id": each, "valid_from": "2022-10-03"} for each in (four,)]
    assert (await ask(project, "POST", f"{path}/enrolments", json={"enrolments": again})).status_code == 201
    course = (await ask(project, "GET", path)).json()
    assert course["coverage"] == {"stated": 2, "enrolled": 4, "identified": 4}
    assert [each["valid_from"] for each in course["enrolments"] if each["pupil_id"] == four] == [
        "2022-08-15",
        "2022-10-03",
    ]


async def test_a_pupil_who_joins_the_class_later_is_offered_the_course_and_one_who_leaves_it_ends(
    project: Project,
) -> None:
    registration = project.registration
    made = await project.create(variant="A1", class_id=str(await class_id(registration, "5A")))
    path = f"/v1/courses/{made.json()['course_id']}"
    assert (await ask(project, "GET", f"{path}/offers")).json() == {"items": []}
    rows = "".join(
        f"{cpr(n)};;L{n};Elev Nummer {n};910101;2022/2023;5A;{first};{last}\n"
        for n, first, last in ((7, "2022-09-01", ""), (8, "2022-09-05", ""), (1, "2022-08-01", "2022-09-15"))
    )
    await registration.send("pupils", PUPIL_HEADER + rows)
    offers = (await ask(project, "GET", f"{path}/offers")).json()["items"]
    assert sorted((each["valid_from"], each["valid_to"]) for each in offers) == [
        ("2022-09-01", "2022-10-29"),
        ("2022-09-05", "2022-10-29"),
    ]
    assert len((await ask(project, "GET", path)).json()["enrolments"]) == 6
    first, second = sorted(offers, key=lambda each: each["valid_from"])
    said = {"accept": [{"pupil_id": first["pupil_id"]}], "decline": [second["pupil_id"]]}
    wrong = await ask(project, "POST", f"{path}/offers", json={"accept": [], "decline": project.pupils(2)})
    assert (wrong.json()["code"], wrong.json()["pointer"]) == ("offer.unknown", "/decline/0")
    done = await ask(project, "POST", f"{path}/offers", json=said)
    assert [(each["origin"], each["valid_from"]) for each in done.json()["items"]] == [("offer", "2022-09-01")]
    assert (await ask(project, "GET", f"{path}/offers")).json() == {"items": []}
    decided = await registration.rows("SELECT decision FROM enrolment_offer ORDER BY decision", "101")
    assert [row["decision"] for row in decided] == ["accepted", "declined"]

    # Pupil 1 left the class on 15 September, which the worker finds out while the course runs.
    closing = Closing(registration.db, Outbox("registration"), clock=lambda: datetime(2022, 9, 20, 12, tzinfo=UTC))
    for changed in (1, 0):
        assert await closing.follow_roster() == changed
    event = (await registration.events("enrolment"))[-1]
    assert (event["pupil_id"], event["valid_to"]) == (str(project.ids[1]), "2022-09-15")
    back = f"{cpr(1)};;L1;Elev Nummer 1;910101;2022/2023;5A;2022-08-01;\n"
    await registration.send("pupils", PUPIL_HEADER + back)
    assert await closing.follow_roster() == 1
    assert (await registration.events("enrolment"))[-1]["valid_to"] == "2022-10-29"


async def test_a_group_is_split_and_merged_again_and_its_history_is_kept(project: Project) -> None:
    made = await project.create(pupil_ids=project.pupils(1, 2, 3, 4), code="G", subjects=["danish"])
    course_id = made.json()["course_id"]
    path = f"/v1/courses/{course_id}"
    await project.record(course_id, weekly(4, 4))
    day = date(2022, 9, 5)
    etag = (await ask(project, "GET", path)).headers["etag"]
    body = {"day": day.isoformat(), "pupil_ids": project.pupils(1, 2), "code": "G2"}
    assert (await ask(project, "POST", f"{path}/split", json=body)).status_code == 428
    everybody = body | {"pupil_ids": project.pupils(1, 2, 3, 4)}
    assert (await ask(project, "POST", f"{path}/split", etag=etag, json=everybody)).json()[
        "code"
    ] == "regrouping.pupils"
    first = body | {"day": START.isoformat()}
    outside = await ask(project, "POST", f"{path}/split", etag=etag, json=first)
    assert outside.json()["code"] == "regrouping.outside_course"
    split = await ask(project, "POST", f"{path}/split", etag=etag, json=body)
    assert split.status_code == 201, split.text
    new = split.json()
    assert (new["code"], new["continues"], new["start"], new["subjects"]) == ("G2", course_id, "2022-09-05", ["danish"])
    assert {each["origin"] for each in new["enrolments"]} == {"split"}
    before = (await ask(project, "GET", path)).json()
    assert sorted((each["valid_to"], each["end_reason"]) for each in before["enrolments"]) == [
        ("2022-09-05", "split"),
        ("2022-09-05", "split"),
        ("2022-10-29", None),
        ("2022-10-29", None),
    ]
    # What was given before the split counts for both: 16 sessions, and 8 more in the new group.
    later = [each for each in weekly(6, 4) if each["held_on"] >= day.isoformat()]
    await project.record(new["course_id"], later)
    assert (await project.dosage(new["course_id"], END))["delivered"]["value"]["amount"] == "24.00"
    pupils = (await ask(project, "GET", f"/v1/courses/{new['course_id']}/pupils?as_of={END}")).json()["items"]
    assert [(each["enrolled_from"], each["delivered"]) for each in pupils] == [("2022-08-08", "24.00")] * 2

    merge = {"day": "2022-10-03", "from_course_id": new["course_id"]}
    etag = (await ask(project, "GET", path)).headers["etag"]
    merged = await ask(project, "POST", f"{path}/merge", etag=etag, json=merge)
    assert merged.status_code == 200, merged.text
    assert len([each for each in merged.json()["enrolments"] if each["origin"] == "merge"]) == 2
    ended = (await ask(project, "GET", f"/v1/courses/{new['course_id']}")).json()
    assert (ended["status"], ended["end_reason"], ended["last_day"]) == ("ended_early", "merged", "2022-10-02")
    history = (await ask(project, "GET", f"{path}/regroupings")).json()["items"]
    assert [(each["kind"], each["day"], each["pupils"]) for each in history] == [
        ("split", "2022-09-05", 2),
        ("merge", "2022-10-03", 2),
    ]
    whole = await project.create(variant="A1", class_id=str(await class_id(project.registration, "5A")))
    unlike = {"day": "2022-10-03", "from_course_id": whole.json()["course_id"]}
    etag = merged.headers["etag"]
    assert (await ask(project, "POST", f"{path}/merge", etag=etag, json=unlike)).json()["code"] == "regrouping.unlike"
