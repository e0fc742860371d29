"""Requests about an initiative, by the secretariat and by the municipalities."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx

from libs.shared.auth.principal import Principal, Role
from libs.shared.base.clock import danish_date, utc_now
from services.registration.access import EVERY_MUNICIPALITY
from services.registration.initiatives.grants.domain import Grant
from services.registration.initiatives.grants.use_cases import release_grant
from tests.factories.service import Callers
from tests.integration.services.registration.service import Registration
from tests.integration.services.registration.told import publish_catalog

REFERENCE = "2019-12-31"
CONTENT: dict[str, Any] = {
    "title": "Løft",
    "start": "2022-01-01",
    "last_day": "2022-12-31",
    "reference_date": REFERENCE,
    "pool": 1_000,
    "invited": 3,
}
SHARES = {"101": "20.00", "147": "16.00", "151": "15.40", "153": "15.39", "155": "14.00", "157": "13.99"}
"""With three invited by the rule, 153 and 155 lie just below the line."""
SECRETARIAT = Principal("k1:secretariat", frozenset({Role.SECRETARIAT}))


def today() -> date:
    return danish_date(utc_now())


def rows(shares: Mapping[str, str]) -> list[dict[str, str]]:
    return [
        {"municipality_code": code, "share_percent": share, "source": "Statistik", "reference_date": REFERENCE}
        for code, share in shares.items()
    ]


class Work:
    """An initiative, and what is asked about it. ``change`` sends the ETag that was read just before."""

    def __init__(self, callers: Callers, registration: Registration) -> None:
        self.callers = callers
        self.registration = registration
        self.initiative_id = ""

    @property
    def path(self) -> str:
        return f"/v1/initiatives/{self.initiative_id}"

    async def begin(self, shares: Mapping[str, str] = SHARES, **content: Any) -> None:
        """A new initiative with shares."""
        await publish_catalog(self.registration.db)
        made = await self.ask("POST", "/v1/initiatives", json={**CONTENT, **content})
        assert made.status_code == 201, made.text
        self.initiative_id = made.json()["initiative_id"]
        loaded = await self.change("PUT", "/shares", json={"shares": rows(shares)})
        assert loaded.status_code == 200, loaded.text

    async def ask(self, method: str, path: str, *codes: str, **more: Any) -> httpx.Response:
        """By the secretariat; by the resource team of ``codes``, if any are named."""
        headers = {"Idempotency-Key": uuid4().hex, **more.pop("headers", {})}
        role = more.pop("role", "resource_team" if codes else "secretariat")
        return await self.callers.ask(method, path, role, *codes, headers=headers, **more)

    async def etag(self, end: str = "", *codes: str) -> str:
        read = await self.ask("GET", self.path + end, *codes)
        assert read.status_code == 200, read.text
        return read.headers["etag"]

    async def change(self, method: str, end: str, *codes: str, of: str = "", **more: Any) -> httpx.Response:
        """Ask with the ETag of ``of``."""
        headers = {"If-Match": await self.etag(of, *codes), **more.pop("headers", {})}
        return await self.ask(method, self.path + end, *codes, headers=headers, **more)

    async def invite(self, *codes: str, reason: str | None = None, days: int = 30) -> httpx.Response:
        body: dict[str, Any] = {"answer_by": (today() + timedelta(days=days)).isoformat(), "reason": reason}
        return await self.change(
            "POST", "/invitations", json={**body, "municipality_codes": list(codes)} if codes else body
        )

    async def answer(self, code: str, answer: str, **more: Any) -> httpx.Response:
        """By the municipality itself."""
        body = {"answer": answer, "decided_on": today().isoformat(), **more}
        place = f"/municipalities/{code}"
        return await self.change("POST", f"{place}/answer", code, of=place, json=body)

    async def allocate(self, **said: Any) -> httpx.Response:
        return await self.change("POST", "/allocations", json=said)

    async def parts(self, number: int) -> dict[str, int]:
        read = await self.ask("GET", f"{self.path}/allocations/{number}/parts?page_size=200")
        return {each["municipality_code"]: each["amount"] for each in read.json()["items"]}

    async def release(self, code: str, project_id: UUID | None = None) -> Grant:
        """As the room of projects does it when a project is approved."""
        async with self.registration.db.write(EVERY_MUNICIPALITY) as session:
            return await release_grant(
                session, SECRETARIAT, UUID(self.initiative_id), code, project_id=project_id or uuid4(), now=utc_now()
            )

    async def of(self, code: str) -> dict[str, Any]:
        """The municipality in the initiative."""
        read = await self.ask("GET", f"{self.path}/municipalities/{code}")
        found: dict[str, Any] = read.json()
        return found

    async def divided(self, *accepting: str) -> dict[str, int]:
        """Invite by the rule, let these accept and the others decline, and divide the pool."""
        invited = (await self.invite()).json()["municipality_codes"]
        for code in invited:
            assert (await self.answer(code, "accepted" if code in accepting else "declined")).status_code == 200
        made = await self.allocate()
        assert made.status_code == 201, made.text
        return await self.parts(1)
