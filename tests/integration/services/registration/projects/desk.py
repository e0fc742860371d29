"""Requests about one project, by those who take part in it."""

from typing import Any

from tests.factories.projects import ANY, document
from tests.factories.service import Callers
from tests.integration.services.registration.service import Registration
from tests.integration.services.registration.steps import BESIDE_TEACHING, DECLARED
from tests.integration.services.registration.told import school_id

BOOKS = {"variant": "E1", "weeks": 16, "grades": [5], "parents_informed": True, **BESIDE_TEACHING}
CO_TEACHING = {
    "variant": "A1",
    "weekly_amount": "10.5",
    "unit": "lessons",
    "weeks": 20,
    "organisation": "stations",
    **BESIDE_TEACHING,
}
SMALL_GROUP = {
    "variant": "C",
    "group_size": 3,
    "weekly_amount": "4",
    "unit": "sessions",
    "weeks": 12,
    "content_described": True,
    "goals_described": True,
    **BESIDE_TEACHING,
}


def plan(*efforts: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "start": "2022-08-08",
        "last_day": "2023-06-23",
        "efforts": list(efforts) or [CO_TEACHING],
        **DECLARED,
        **more,
    }


async def body(registration: Registration, *efforts: dict[str, Any], **more: Any) -> dict[str, Any]:
    return document("Flere med", [str(await school_id(registration))], plan(*efforts, **more))


class Desk:
    """One project; each request has the condition that the project is as it is, unless another one is given."""

    def __init__(self, callers: Callers, project_id: str = "") -> None:
        self.callers = callers
        self.project_id = project_id

    async def ask(self, method: str, end: str, role: str = "resource_team", **more: Any) -> Any:
        codes = () if role == "secretariat" else more.pop("codes", ("101",))
        headers = more.pop("headers", ANY)
        path = f"/v1/projects/{self.project_id}{end}"
        return await self.callers.ask(method, path, role, *codes, headers=headers, **more)

    async def create(self, content: dict[str, Any], *codes: str, **more: Any) -> Any:
        made = await self.callers.ask(
            "POST", "/v1/projects", "resource_team", *(codes or ("101",)), json=content, **more
        )
        self.project_id = made.json().get("project_id", "")
        return made

    async def change(self, content: dict[str, Any], **more: Any) -> Any:
        return await self.ask("PUT", "", json=content, **more)

    async def submit(self, reasons: dict[str, str] | None = None, **more: Any) -> Any:
        return await self.ask("POST", "/submit", json=said(reasons), **more)

    async def approve(self, reasons: dict[str, str] | None = None, **more: Any) -> Any:
        return await self.ask("POST", "/approve", "secretariat", json=said(reasons), **more)

    async def send_back(self, *remarks: dict[str, Any], **more: Any) -> Any:
        return await self.ask("POST", "/return", "secretariat", json={"remarks": list(remarks)}, **more)

    async def read(self, end: str = "", role: str = "resource_team", **more: Any) -> Any:
        return await self.ask("GET", end, role, **more)

    async def approved(self, content: dict[str, Any]) -> dict[str, Any]:
        """Create, submit and approve a project."""
        assert (await self.create(content)).status_code == 201
        assert (await self.submit()).status_code == 200
        done = await self.approve()
        assert done.status_code == 200, done.text
        found: dict[str, Any] = done.json()
        return found

    async def steps(self) -> list[tuple[int, str]]:
        """Version and step of the history."""
        listed = (await self.read("/history")).json()["items"]
        return [(each["version"], each["step"]) for each in listed]


def said(reasons: dict[str, str] | None) -> dict[str, Any]:
    """Reasons by rule as a body."""
    return {"reasons": [{"rule_id": rule, "reason": words} for rule, words in (reasons or {}).items()]}
