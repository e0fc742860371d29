"""At half past midnight in Denmark, courses, selections and screening use the new day."""

from uuid import UUID

import pytest

from libs.shared.db.scope import Scope
from libs.shared.events.outbox import Outbox
from services.registration import wiring
from services.registration.courses.courses import queries
from services.registration.courses.ledger.closing import Closing
from tests.factories.midnight import NIGHTS, Night
from tests.factories.service import Callers
from tests.integration.services.registration.service import Registration
from tests.integration.services.registration.steps import START, Project
from tests.integration.services.registration.told import classroom

LAST_DAY = "2023-01-27"


@pytest.fixture(params=NIGHTS.values(), ids=NIGHTS.keys())
def night(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Night:
    found: Night = request.param
    monkeypatch.setattr(wiring, "utc_now", found.clock)
    return found


@pytest.fixture
async def project(night: Night, callers: Callers, registration: Registration) -> Project:
    assert night
    made = Project(callers, registration, await classroom(registration))
    await made.approve()
    return made


async def test_routes_take_the_danish_day_for_today(project: Project, night: Night) -> None:
    made = await project.create(pupil_ids=project.pupils(1, 2, 3), last_day=LAST_DAY)
    assert made.status_code == 201, made.text
    course_id = made.json()["course_id"]
    (row,) = await project.registration.rows("SELECT judged_on FROM course", "101")
    assert row["judged_on"] == night.today

    for after, status in ((0, 200), (1, 422)):
        held = [{"held_on": night.day(after), "starts_at": "00:15", "minutes": 30}]
        recorded = await project.record(course_id, held)
        assert recorded.status_code == status, recorded.text
    assert recorded.json()["code"] == "session.in_future"
    dosage = await project.callers.ask("GET", f"/v1/courses/{course_id}/dosage", "resource_team", "101")
    assert (dosage.json()["as_of"], dosage.json()["sessions"]) == (night.day(), 1)
    assert (await project.registration.events("dosage"))[-1]["sessions"] == 1

    gross_list = await project.callers.ask("GET", f"/v1/schools/{project.school_id}/gross-list", "resource_team", "101")
    assert gross_list.json()["as_of"] == night.day()

    decision = {
        "school_id": project.school_id,
        "kind": "pupil",
        "pupil_ids": project.pupils(1),
        "socially_vulnerable": True,
        "behind": ["wellbeing"],
        "reason": "Ofte væk.",
        "parents_dialogue": "Enige.",
    }
    for after, status in ((0, 201), (1, 422)):
        body = decision | {"decided_on": night.day(after)}
        answer = await project.callers.ask("POST", "/v1/selections", "resource_team", "101", json=body)
        assert answer.status_code == status, answer.text
    assert answer.json()["code"] == "selection.in_future"


async def test_a_course_whose_last_day_was_yesterday_in_denmark_is_closed(project: Project, night: Night) -> None:
    made = await project.create(pupil_ids=project.pupils(1, 2, 3), last_day=night.day(-1))
    assert made.status_code == 201, made.text
    running = await project.create(pupil_ids=project.pupils(4, 5), last_day=night.day())
    assert running.status_code == 201, running.text
    for course in (made, running):
        async with project.registration.db.write(Scope.of("101")) as session:
            found = await queries.locked(session, UUID(course.json()["course_id"]))
            assert found is not None
            found.judged_on = START
    closing = Closing(project.registration.db, Outbox("registration"), clock=night.clock)
    assert await closing.judge_due() == 1
    last = (await project.registration.events("dosage"))[-1]
    assert (last["course_id"], last["aggregate_version"]) == (made.json()["course_id"], 2)
