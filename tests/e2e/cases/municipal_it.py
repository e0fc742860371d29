"""A municipality's IT department, which sends bodies and reads receipts over HTTP."""

import asyncio
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx

from journey.flow import settle
from journey.platform import Platform
from libs.shared.client.caller import Caller
from libs.shared.client.imports.models import FINAL

PUPILS = "cpr_number;uni_login;local_id;name;institution_number;school_year;class_name;valid_from;valid_to\n"
ABSENCE = "pupil;date;category;days\n"
INDICATORS = "cpr_number;indicator;subject;grade;date;value\n"
YEAR = "2022/2023;5A;2022-08-01;2023-08-01"
"""A pupil's last columns: a whole year in 5A."""
SERVICE: Mapping[str, str] = {"absence": "absence_ingest", "completeness": "absence_ingest"}
FINAL_SECONDS = 60.0


@dataclass
class MunicipalIt:
    """A caller who may import for one municipality, and the resource team that reads the results."""

    platform: Platform
    code: str
    caller: Caller
    team: Caller

    @classmethod
    async def of(cls, platform: Platform, code: str) -> "MunicipalIt":
        """Let the municipality accept, and wait until both services know it."""
        secretariat = await platform.caller("secretariat")
        await secretariat.put("registration", f"/v1/municipalities/{code}", {"status": "accepted"})
        await settle(platform)
        caller = await platform.caller("municipality_integration", code)
        return cls(platform, code, caller, await platform.caller("resource_team", code))

    async def post(
        self, kind: str, body: str | bytes, *, charset: str = "utf-8", headers: Mapping[str, str] = {}, **query: str
    ) -> httpx.Response:
        """Upload a body; returns the answer, whatever its status."""
        sent = {
            "Idempotency-Key": str(uuid4()),
            "Content-Type": f"text/csv; charset={charset}",
            "Prefer": "wait=30",
            **headers,
        }
        content = body.encode(charset) if isinstance(body, str) else body
        params = {"kind": kind, "municipality": self.code, **query}
        service = SERVICE.get(kind, "registration")
        return await self.caller.request(
            "POST", service, "/v1/imports", repeat=False, params=params, headers=sent, content=content
        )

    async def send(self, kind: str, body: str | bytes, **how: Any) -> dict[str, Any]:
        """Upload a body, which must be accepted; returns the final receipt."""
        response = await self.post(kind, body, **how)
        assert response.status_code in {200, 202}, response.text
        return await self.final(kind, response.json())

    async def final(self, kind: str, receipt: dict[str, Any]) -> dict[str, Any]:
        """Wait for the final receipt; fails unless the file is completed."""
        deadline = time.monotonic() + FINAL_SECONDS
        while receipt["state"] not in FINAL:
            assert time.monotonic() < deadline, f"not final: {receipt}"
            await asyncio.sleep(0.1)
            receipt = await self.now(kind, receipt)
        assert receipt["state"] == "completed", receipt
        return receipt

    async def now(self, kind: str, receipt: Mapping[str, Any]) -> dict[str, Any]:
        """The receipt as it stands now."""
        found: dict[str, Any] = await self.caller.get(SERVICE.get(kind, "registration"), f"/v1/imports/{receipt['id']}")
        return found

    async def school(self, number: str, *classes: str, year: str = "2022/2023") -> None:
        """Send a school with classes of the 5th grade."""
        await self.send("schools", f"institution_number;name;kind\n{number};Skolen;public\n")
        rows = "".join(f"{number};{year};{name};5;ordinary\n" for name in classes)
        if classes:
            await self.send("classes", "institution_number;school_year;name;grade;kind\n" + rows)

    async def settled(self) -> None:
        """Wait until every event has reached its readers."""
        await settle(self.platform)

    async def pupils(self) -> int:
        """The number of pupils in registration."""
        flow = await (await self.platform.caller("ops")).get("registration", "/v1/operations/flow")
        return int(flow["tables"]["pupil"])

    async def look_up(self, *local_ids: str) -> dict[str, str]:
        """Pupil ids of known pupils by their local ids in the source system."""
        asked = {"municipality_code": self.code, "local_ids": list(local_ids)}
        page = await self.team.post("registration", "/v1/pupils/look-ups", asked)
        return {item["local_id"]: item["pupil_id"] for item in page["items"] if item["pupil_id"]}

    async def _schools(self) -> dict[str, str]:
        """School ids by institution number, page by page."""
        found: dict[str, str] = {}
        given = {"municipality": self.code, "page_size": "200"}
        while True:
            page = await self.team.get("registration", "/v1/schools", params=given)
            found |= {item["institution_number"]: item["school_id"] for item in page["items"]}
            if page["next_page_token"] is None:
                return found
            given["page_token"] = page["next_page_token"]

    async def gross_list(self, number: str, as_of: str) -> dict[str, Any]:
        """A school's gross list."""
        school = (await self._schools())[number]
        found: dict[str, Any] = await self.team.get(
            "registration", f"/v1/schools/{school}/gross-list", params={"as_of": as_of}
        )
        return found


def counts(receipt: Mapping[str, Any]) -> tuple[int, int, int, int]:
    """Accepted, unchanged, parked, refused."""
    return receipt["accepted"], receipt["unchanged"], receipt["parked"], receipt["refused"]


def words(response: httpx.Response) -> str:
    """The whole problem as lower-case text."""
    return json.dumps(response.json(), ensure_ascii=False).lower()
