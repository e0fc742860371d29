"""Snapshots of a school's pupils as a municipality sends them over HTTP."""

import asyncio
from collections.abc import Iterable
from typing import Any
from uuid import uuid4

import httpx

from libs.shared.privacy.identifiers import IdentifierKind
from libs.shared.privacy.keys import LookupKeys
from tests.factories.service import Callers
from tests.integration.services.registration.service import PUPIL_HEADER, Registration

COUNTED = PUPIL_HEADER
ROLE = "municipality_integration"


def line(
    pupil: int,
    *,
    number: str = "910101",
    class_name: str = "5A",
    year: str = "2022/2023",
    start: str = "2022-08-01",
    end: str = "2023-08-01",
    cpr_number: str | None = None,
    uni_login: str = "",
    local_id: str | None = None,
    name: str | None = None,
) -> str:
    """The row of a pupil, who is known by this number."""
    cells = (
        f"610112{pupil:04d}" if cpr_number is None else cpr_number,
        uni_login,
        f"L{pupil}" if local_id is None else local_id,
        f"Ask Prøvesen {pupil}" if name is None else name,
        *(number, year, class_name, start, end),
    )
    return ";".join(cells) + "\n"


def lines(first: int, last: int, **more: str) -> str:
    """The rows of these pupils."""
    return "".join(line(pupil, **more) for pupil in range(first, last + 1))


def state(receipt: dict[str, Any]) -> tuple[str, int, int]:
    """Its state, and how many rows were accepted and refused."""
    return receipt["state"], receipt["accepted"], receipt["refused"]


async def ends(registration: Registration) -> dict[int, str]:
    """The end of each pupil's last membership, by the pupil's number."""
    found = await registration.rows(
        "SELECT pupil_id, max(valid_to) AS valid_to FROM membership GROUP BY pupil_id ORDER BY pupil_id", "101"
    )
    numbers = await _numbers(registration)
    return {numbers[row["pupil_id"]]: row["valid_to"].isoformat() for row in found}


async def _numbers(registration: Registration) -> dict[Any, int]:
    keys = LookupKeys(registration.lookup_keys)
    known = await registration.rows("SELECT value, pupil_id FROM pupil_key WHERE kind = 'local_id'", "101")
    by_value = {row["value"]: row["pupil_id"] for row in known}
    made = {keys.value(IdentifierKind.LOCAL_ID, f"L{pupil}", "101")[1]: pupil for pupil in range(1, 201)}
    return {by_value[value]: pupil for value, pupil in made.items() if value in by_value}


class Sender:
    """Sends snapshots of municipality 101, each made by its source on a day of October 2022."""

    def __init__(self, callers: Callers) -> None:
        self.callers = callers

    async def post(
        self,
        rows: str,
        *,
        day: int = 1,
        key: str | None = None,
        params: dict[str, str] | None = None,
        institutions: Iterable[str] = (),
        wait: bool = True,
        **more: str,
    ) -> httpx.Response:
        """Send one; ``params`` take the place of those of a snapshot."""
        whole = {
            "scope": "complete",
            "institution": "910101",
            "school_year": "2022/2023",
            "source": "tea",
            "source_moment": f"2022-10-{day:02d}T06:00:00+02:00",
        }
        given = {"kind": "pupils", "municipality": "101", **(whole if params is None else params), **more}
        headers = {"Content-Type": "text/csv", "Idempotency-Key": key or str(uuid4())}
        if wait:
            headers["Prefer"] = "wait=30"
        content = (PUPIL_HEADER + rows).encode()
        return await self.callers.ask(
            "POST",
            "/v1/imports",
            ROLE,
            "101",
            params=given,
            headers=headers,
            content=content,
            institutions=institutions,
        )

    async def snapshot(self, rows: str, **how: Any) -> dict[str, Any]:
        """Send one, and its receipt."""
        answer = await self.post(rows, **how)
        assert answer.status_code in {200, 202}, answer.text
        return dict(answer.json())

    async def receipt(self, receipt: dict[str, Any]) -> dict[str, Any]:
        """The receipt as it stands now."""
        return dict((await self.callers.ask("GET", f"/v1/imports/{receipt['id']}", ROLE, "101")).json())

    async def at_rest(self, receipt: dict[str, Any]) -> dict[str, Any]:
        """The receipt when it is final or held."""
        async with asyncio.timeout(120):
            while receipt["state"] in {"receiving", "queued", "working"}:
                await asyncio.sleep(0.05)
                receipt = await self.receipt(receipt)
        return receipt

    async def decide(self, receipt: dict[str, Any], decision: str, **who: Any) -> httpx.Response:
        """Confirm or reject a held one."""
        return await self.callers.ask("POST", f"/v1/imports/{receipt['id']}/{decision}", ROLE, "101", **who)

    async def difference(self, receipt: dict[str, Any]) -> list[tuple[str, dict[str, int]]]:
        """What it changes by class, without zeros."""
        answer = await self.callers.ask("GET", f"/v1/imports/{receipt['id']}/difference", ROLE, "101")
        assert answer.status_code == 200, answer.text
        return [
            (each["class_name"], {name: count for name, count in each.items() if name != "class_name" and count})
            for each in answer.json()["items"]
        ]
