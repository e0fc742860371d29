"""D1 has two phases, the first in a holiday; D3 is held against the minimum that the project's approval has set."""

from datetime import date, timedelta
from typing import Any

from tests.factories.service import Callers
from tests.integration.services.registration.service import Registration
from tests.integration.services.registration.steps import BESIDE_TEACHING, DECLARED, EFFORTS, Project
from tests.integration.services.registration.told import classroom

DECLARED_D: dict[str, Any] = {
    **BESIDE_TEACHING,
    **dict.fromkeys(("content_described", "goals_described", "handover_planned", "voluntary"), True),
}
D1 = [
    {"variant": "D1", "weekly_amount": "35", "unit": "lessons", "weeks": 2, **DECLARED_D},
    {"variant": "D1", "weekly_amount": "2", "unit": "sessions", "weeks": 8, "minutes_per_session": 45, **DECLARED_D},
]
D3 = {"variant": "D3", "weekly_amount": "3", "unit": "lessons", "weeks": 20, **DECLARED_D}
MINIMUM = {"variant": "D3", "phases": [{"unit": "lessons", "weekly_amount": "2", "weeks": 12}]}
SUMMER = date(2022, 7, 18)


async def approved(callers: Callers, registration: Registration) -> Project:
    project = Project(callers, registration, await classroom(registration))
    efforts = [*EFFORTS, *D1, D3]
    plan = {"start": "2022-07-01", "last_day": "2023-06-23", "efforts": efforts, **DECLARED}
    await project.approve(plan=plan, minimums=[MINIMUM])
    return project


def on(first: date, days: int, minutes: int) -> list[dict[str, Any]]:
    found = [first + timedelta(days=n) for n in range(days)]
    return [
        {"held_on": day.isoformat(), "starts_at": "09:00", "minutes": minutes} for day in found if day.weekday() < 5
    ]


async def test_the_two_phases_of_a_holiday_course_and_the_minimum_of_an_approval(
    callers: Callers, registration: Registration
) -> None:
    project = await approved(callers, registration)
    summer = await project.create(
        variant="D1",
        start="2022-07-18",
        last_day="2022-10-07",
        pupil_ids=project.pupils(1, 2),
        subjects=["mathematics"],
    )
    assert summer.status_code == 201, summer.text
    course_id = summer.json()["course_id"]
    path = f"/v1/courses/{course_id}"
    assert [phase["unit"] for phase in summer.json()["planned"]] == ["lessons", "sessions"]
    # A schedule in the holiday plans on days that are no school days.
    slots = [{"weekday": day, "starts_at": "09:00", "minutes": 315} for day in range(1, 6)]
    stop = [{"kind": "cancelled", "day": (SUMMER + timedelta(days=n)).isoformat()} for n in range(14, 82)]
    made = await callers.ask(
        "PUT",
        f"{path}/schedule",
        "resource_team",
        "101",
        json={"slots": slots, "exceptions": stop, "school_days_only": False},
        headers={"If-None-Match": "*"},
    )
    assert (made.status_code, made.json()["planned"]) == (201, 10), made.text
    await project.record(course_id, on(SUMMER, 12, 315))
    # Seven lessons on each of ten days: the first phase is met in two weeks that no school calendar has.
    found = await project.dosage(course_id, date(2022, 8, 8))
    assert found["ledger"]["outlook"]["phase"] == 2
    assert found["ledger"]["outcome"] == "unknown"
    mentoring = [each for week in range(8) for each in on(date(2022, 8, 8) + timedelta(weeks=week), 2, 45)]
    await project.record(course_id, mentoring[:12])
    found = await project.dosage(course_id, date(2022, 9, 26))
    assert found["ledger"]["reason"]["en"].startswith("Phase 2: At the present pace ")
    assert found["ledger"]["reason"]["en"].endswith("of 2 sessions a week; 6 sessions are needed by 7 October.")
    await project.record(course_id, [*mentoring, *on(date(2022, 10, 3), 2, 45)])
    after = await project.dosage(course_id, date(2022, 10, 8))
    assert [after[stage]["outcome"] for stage in ("planned", "forecast", "delivered")] == ["met"] * 3, after
    assert after["ledger"]["outcome"] == "met"
    event = (await registration.events("dosage"))[-1]
    assert (event["variant"], event["unit"], event["delivered"]) == ("D1", "lessons", "70.00")

    spread = await project.create(
        variant="D3", start="2022-08-08", last_day="2022-12-16", pupil_ids=project.pupils(3, 4)
    )
    assert spread.json()["approved_minimum"] == [
        {**spread.json()["approved_minimum"][0], "unit": "lessons", "weekly_amount": "2", "weeks": 12}
    ]
    course_id = spread.json()["course_id"]
    weeks = [on(date(2022, 8, 8) + timedelta(weeks=week), 1, 60)[0] for week in range(10)]
    await project.record(course_id, weeks)
    found = await project.dosage(course_id, date(2022, 10, 17))
    assert (found["planned"]["outcome"], found["ledger"]["outcome"]) == ("met", "at_risk")
    assert found["ledger"]["outlook"]["required"]["amount"] == "38.00"
