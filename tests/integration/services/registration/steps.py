"""An approved project of one school, and requests about its courses."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from tests.factories.projects import ANY, document
from tests.factories.service import Callers
from tests.integration.services.registration.service import Registration
from tests.integration.services.registration.told import school_id

START, END = date(2022, 8, 8), date(2022, 10, 28)
"""Twelve weeks in which the calendar of these tests has no holiday."""

BESIDE_TEACHING = {"replaces_ordinary_teaching": False, "collides_with_ordinary_teaching": False}
DECLARED: dict[str, bool] = {
    **dict.fromkeys(("anchoring", "communication", "daily_responsibility", "substitutes", "rooms"), True),
    **dict.fromkeys(("staff_and_parents_informed", "joint_planning", "running_evaluation"), True),
    "competence_development": True,
    "uses_external_suppliers": False,
}
"""What a plan has to declare beyond its efforts for the composition rules to be kept."""

EFFORTS: list[dict[str, Any]] = [
    {
        "variant": "A1",
        "weekly_amount": "10.5",
        "unit": "lessons",
        "weeks": 24,
        "organisation": "stations",
        **BESIDE_TEACHING,
    },
    {
        "variant": "C",
        "group_size": 3,
        "weekly_amount": "4",
        "unit": "sessions",
        "weeks": 12,
        "minutes_per_session": 30,
        **BESIDE_TEACHING,
    },
    {"variant": "E1", "weeks": 16, **BESIDE_TEACHING},
]


class Project:
    """A project of one school, and requests about its courses."""

    def __init__(self, callers: Callers, registration: Registration, ids: dict[int, UUID]) -> None:
        self.callers = callers
        self.registration = registration
        self.ids = ids
        self.project_id = ""
        self.school_id = ""

    async def approve(self, plan: dict[str, Any] | None = None, minimums: Sequence[dict[str, Any]] = ()) -> None:
        self.school_id = str(await school_id(self.registration))
        plan = plan or {"start": "2022-08-08", "last_day": "2023-06-23", "efforts": EFFORTS, **DECLARED}
        content = document("Flere med", [self.school_id], plan)
        made = await self.callers.ask("POST", "/v1/projects", "resource_team", "101", json=content)
        self.project_id = made.json()["project_id"]
        path = f"/v1/projects/{self.project_id}"
        await self.callers.ask("POST", f"{path}/submit", "resource_team", "101", json={}, headers=ANY)
        said = {"minimums": list(minimums)} if minimums else {}
        done = await self.callers.ask("POST", f"{path}/approve", "secretariat", json=said, headers=ANY)
        assert done.json()["status"] == "approved", done.text

    def pupils(self, *numbers: int) -> list[str]:
        return [str(self.ids[number]) for number in numbers]

    def body(self, **more: Any) -> dict[str, Any]:
        course = {"variant": "C", "start": START.isoformat(), "last_day": END.isoformat()}
        return {"project_id": self.project_id, "school_id": self.school_id, **course, **more}

    async def create(self, *codes: str, institutions: tuple[str, ...] = (), key: str | None = None, **more: Any) -> Any:
        headers = {"Idempotency-Key": key or uuid4().hex}
        asked = {"json": self.body(**more), "institutions": list(institutions), "headers": headers}
        return await self.callers.ask("POST", "/v1/courses", "resource_team", *(codes or ("101",)), **asked)

    async def group(self) -> str:
        made = await self.create(pupil_ids=self.pupils(1, 2, 3))
        assert made.status_code == 201, made.text
        course_id: str = made.json()["course_id"]
        return course_id

    async def record(self, course_id: str, sessions: list[dict[str, Any]], *codes: str) -> Any:
        path = f"/v1/courses/{course_id}/sessions"
        return await self.callers.ask("POST", path, "resource_team", *(codes or ("101",)), json={"sessions": sessions})

    async def dosage(self, course_id: str, as_of: date) -> dict[str, Any]:
        answer = await self.callers.ask("GET", f"/v1/courses/{course_id}/dosage?as_of={as_of}", "resource_team", "101")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found


def weekly(weeks: int, a_week: int, minutes: int = 30) -> list[dict[str, Any]]:
    """Sessions on the first ``a_week`` days of each of ``weeks`` weeks, from ``START`` on."""
    days = [START + timedelta(weeks=week, days=day) for week in range(weeks) for day in range(a_week)]
    return [{"held_on": day.isoformat(), "starts_at": "08:15", "minutes": minutes} for day in days]
