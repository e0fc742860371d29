"""A course that ends without further records is judged and published once more after its last day."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from libs.shared.db.scope import Scope
from libs.shared.events.outbox import Outbox
from services.registration.courses.courses import queries
from services.registration.courses.ledger.closing import Closing
from tests.factories.service import Callers
from tests.integration.services.registration.service import Registration
from tests.integration.services.registration.steps import END, Project, weekly
from tests.integration.services.registration.told import classroom

LAST_RECORDED = END - timedelta(weeks=2)


def _closing(project: Project, today: date) -> Closing:
    now = datetime(today.year, today.month, today.day, tzinfo=UTC)
    return Closing(project.registration.db, Outbox("registration"), clock=lambda: now)


@pytest.fixture
async def silent(callers: Callers, registration: Registration) -> Project:
    """A project with a course for which nothing was recorded in the last two weeks."""
    project = Project(callers, registration, await classroom(registration))
    await project.approve()
    course_id = await project.group()
    await project.record(course_id, weekly(10, 4))
    async with registration.db.write(Scope.of("101")) as session:
        course = await queries.locked(session, UUID(course_id))
        assert course is not None
        course.judged_on = LAST_RECORDED
    return project


async def test_a_course_is_judged_once_a_day_while_it_runs_and_once_more_after_its_last_day(silent: Project) -> None:
    for day in (END, END + timedelta(days=1)):
        for published in (1, 0):
            assert await _closing(silent, day).judge_due() == published
    assert await _closing(silent, END + timedelta(days=2)).judge_due() == 0
    events = await silent.registration.events("dosage")
    assert [each["aggregate_version"] for each in events] == [1, 2, 3, 4]
    assert [events[2]["verdicts"][1]["outcome"], events[3]["verdicts"][1]["outcome"]] == ["at_risk", "missed"]
    assert events[-1]["verdicts"][-1] == {**events[-1]["verdicts"][-1], "stage": "delivered", "outcome": "missed"}


async def test_two_workers_close_a_course_once(silent: Project) -> None:
    today = END + timedelta(days=1)
    closed = await asyncio.gather(*(_closing(silent, today).judge_due() for _ in range(4)))
    assert sum(closed) == 1


async def test_a_course_without_its_rule_set_waits_and_keeps_no_other_from_being_closed(silent: Project) -> None:
    second = await silent.create(pupil_ids=silent.pupils(4, 5))
    async with silent.registration.db.write(Scope.of("101")) as session:
        course = await queries.locked(session, UUID(second.json()["course_id"]))
        assert course is not None
        course.judged_on, course.start = LAST_RECORDED, date(2020, 8, 10)
    assert await _closing(silent, END + timedelta(days=1)).judge_due() == 1
    async with silent.registration.db.write(Scope.of("101")) as session:
        waiting = await queries.locked(session, UUID(second.json()["course_id"]))
        assert waiting is not None
        assert waiting.judged_on == LAST_RECORDED


async def test_the_loop_ends_when_it_is_asked_to(silent: Project) -> None:
    stop = asyncio.Event()
    running = asyncio.create_task(_closing(silent, END + timedelta(days=1)).run(stop))
    for _ in range(200):
        if len(await silent.registration.events("dosage")) == 3:
            break
        await asyncio.sleep(0.05)
    stop.set()
    async with asyncio.timeout(10):
        await running
    assert len(await silent.registration.events("dosage")) == 3
