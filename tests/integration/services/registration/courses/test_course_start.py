"""The first day of a course, over HTTP; and courses whose type is no longer in force."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from libs.shared.db.scope import Scope
from libs.shared.events.outbox import Outbox
from services.registration.courses.courses import queries
from services.registration.courses.ledger.closing import Closing
from tests.factories.service import Callers
from tests.integration.services.registration.service import Registration
from tests.integration.services.registration.steps import END, START, Project, weekly
from tests.integration.services.registration.told import classroom, published_types, tell


@pytest.fixture
async def project(callers: Callers, registration: Registration) -> Project:
    made = Project(callers, registration, await classroom(registration))
    await made.approve()
    return made


async def test_a_course_of_book_packages_says_that_the_parents_are_informed(project: Project) -> None:
    pupil = project.pupils(1)
    silent = await project.create(variant="E1", pupil_ids=pupil)
    assert (silent.status_code, silent.json()["code"]) == (422, "course.answers_missing")
    assert silent.json()["pointer"] == "/parents_informed"
    no = await project.create(variant="E1", pupil_ids=pupil, parents_informed=False)
    assert (no.status_code, no.json()["code"]) == (422, "course.rules_violated")
    assert [each["rule_id"] for each in no.json()["verdicts"] if each["outcome"] == "violated"] == ["C-PARENTS"]
    assert await project.registration.rows("SELECT * FROM course", "101") == []
    assert await project.registration.events("enrolment") == []
    made = await project.create(variant="E1", pupil_ids=pupil, parents_informed=True)
    assert made.status_code == 201, made.text
    (kept,) = [each for each in made.json()["verdicts"] if each["rule_id"] == "C-PARENTS"]
    assert (kept["outcome"], kept["severity"], kept["pointer"]) == ("satisfied", "error", "/efforts/2")


async def _end_types(project: Project, on: date) -> None:
    ended = [each.model_copy(update={"aggregate_version": 2, "valid_to": on}) for each in published_types()]
    await tell(project.registration.db, ended)


async def test_a_type_that_has_ended_takes_no_new_course_and_still_explains_the_old_ones(project: Project) -> None:
    course_id = await project.group()
    before = await project.callers.ask("GET", f"/v1/courses/{course_id}", "resource_team", "101")
    planned = (await project.dosage(course_id, START))["planned"]
    await _end_types(project, START + timedelta(weeks=2))

    read = await project.callers.ask("GET", f"/v1/courses/{course_id}", "resource_team", "101")
    assert read.json() == before.json()
    recorded = await project.record(course_id, weekly(12, 4))
    assert recorded.json() == {"recorded": 48, "unchanged": 0, "sessions": 48}
    found = await project.dosage(course_id, END + timedelta(days=1))
    assert (found["planned"], found["delivered"]["outcome"]) == (planned, "met")
    told = (await project.registration.events("dosage"))[-1]
    assert (told["unit"], told["delivered"]) == ("sessions", "48.00")

    late = {"start": (START + timedelta(weeks=2)).isoformat(), "pupil_ids": project.pupils(4, 5)}
    refused = await project.create(**late)
    assert (refused.status_code, refused.json()["code"]) == (422, "course.rules_violated")
    assert refused.json()["pointer"] == "/variant"
    assert "gælder ikke på startdatoen 22-08-2022" in str(refused.json()["verdicts"])
    in_time = await project.create(pupil_ids=project.pupils(4, 5), start=(START + timedelta(days=13)).isoformat())
    assert in_time.status_code == 201, in_time.text


async def test_a_course_of_a_type_that_was_withdrawn_is_still_closed_when_it_ends(project: Project) -> None:
    course_id = await project.group()
    await _end_types(project, date(2021, 1, 2))
    await project.record(course_id, weekly(10, 4))
    now = datetime(END.year, END.month, END.day, tzinfo=UTC) + timedelta(days=1)
    async with project.registration.db.write(Scope.of("101")) as session:
        course = await queries.locked(session, UUID(course_id))
        assert course is not None
        course.judged_on = END - timedelta(weeks=2)
    assert await Closing(project.registration.db, Outbox("registration"), clock=lambda: now).judge_due() == 1
    told = (await project.registration.events("dosage"))[-1]
    assert {each["stage"]: each["outcome"] for each in told["verdicts"]}["delivered"] == "missed"
