"""A municipality's IT department, which sends bodies and reads receipts over HTTP."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

import httpx

from journey.flow import settle
from journey.platform import Platform
from libs.shared.client.caller import Caller
from libs.shared.client.flow.operations import FLOW
from libs.shared.client.imports.client import Imports
from libs.shared.client.imports.models import Receipt, ReceiptState
from libs.shared.client.imports.uploads import Content
from libs.shared.client.registration.client import Registration
from libs.shared.client.registration.models import GrossList

PUPILS = "cpr_number;uni_login;local_id;name;institution_number;school_year;class_name;valid_from;valid_to\n"
ABSENCE = "pupil;date;category;days\n"
INDICATORS = "cpr_number;indicator;subject;grade;date;value\n"
YEAR = "2022/2023;5A;2022-08-01;2023-08-01"
"""A pupil's last columns: a whole year in 5A."""
SERVICE: Mapping[str, str] = {"absence": "absence_ingest", "completeness": "absence_ingest"}
CSV = "text/csv; charset=utf-8"
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
        await Registration(secretariat).set_municipality(code, "accepted")
        await settle(platform)
        caller = await platform.caller("municipality_integration", code)
        return cls(platform, code, caller, await platform.caller("resource_team", code))

    async def post(self, kind: str, body: str | bytes, **query: str) -> httpx.Response:
        """Upload a body that may be refused; returns the answer as it is, whatever its status."""
        headers = {"Idempotency-Key": str(uuid4()), "Content-Type": CSV, "Prefer": "wait=30"}
        content = body.encode() if isinstance(body, str) else body
        params = {"kind": kind, "municipality": self.code, **query}
        service = SERVICE.get(kind, "registration")
        return await self.caller.request(
            "POST", service, "/v1/imports", repeat=False, params=params, headers=headers, content=content
        )

    async def send(self, kind: str, body: str | bytes) -> Receipt:
        """Upload a body, which must be accepted; returns the final receipt."""
        content = body.encode() if isinstance(body, str) else body
        upload = Content(content, CSV)
        receipt = await self._imports(kind).send(upload, kind=kind, municipality=self.code, key=str(uuid4()))
        return await self.final(kind, receipt)

    async def final(self, kind: str, receipt: Receipt) -> Receipt:
        """Wait for the final receipt; fails unless the file is completed."""
        receipt = await self._imports(kind).final(receipt, seconds=FINAL_SECONDS)
        assert receipt.state is ReceiptState.COMPLETED, receipt
        return receipt

    async def now(self, kind: str, receipt: Receipt) -> Receipt:
        """The receipt as it stands now."""
        return await self._imports(kind).receipt(receipt.id)

    async def returned(self, kind: str, receipt: Receipt) -> bytes:
        """The file of refused rows, to be corrected."""
        return await self._imports(kind).refused_csv(receipt.id)

    def _imports(self, kind: str) -> Imports:
        return Imports(self.caller, SERVICE.get(kind, "registration"))

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
        flow = await (await self.platform.caller("ops")).call(FLOW, service="registration")
        return flow.tables["pupil"]

    async def look_up(self, *local_ids: str) -> dict[str, UUID]:
        """Pupil ids of known pupils by their local ids in the source system."""
        found = await Registration(self.team).look_up(self.code, local_ids)
        return {each.local_id: each.pupil_id for each in found if each.pupil_id}

    async def gross_list(self, number: str, as_of: date) -> GrossList:
        """A school's gross list."""
        registration = Registration(self.team)
        schools = {each.institution_number: each.school_id async for each in registration.schools(self.code)}
        return await registration.gross_list(schools[number], as_of)


def counts(receipt: Receipt) -> tuple[int, int, int, int]:
    """Accepted, unchanged, parked, refused."""
    return receipt.accepted, receipt.unchanged, receipt.parked, receipt.refused


def words(response: httpx.Response) -> str:
    """The whole problem as lower-case text."""
    return json.dumps(response.json(), ensure_ascii=False).lower()
