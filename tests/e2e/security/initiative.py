"""An initiative in which both municipalities take part."""

from typing import Any

from tests.e2e.security.platform import Running, Visitor
from tests.e2e.security.tenant import DECIDED_ON, UNTIL, Tenant
from tests.e2e.security.tokens import Forger

INITIATIVE: dict[str, Any] = {
    "title": "Løft",
    "start": "2022-01-01",
    "last_day": "2023-07-31",
    "reference_date": "2019-12-31",
    "pool": 1_000_000,
    "invited": 2,
}


async def accept(secretariat: Visitor, code: str) -> None:
    """Let the municipality take part, so that its files are accepted, whatever it did before."""
    path = f"/v1/municipalities/{code}"
    known = await secretariat.ask("GET", "registration", path)
    condition = {"If-Match": known.headers["ETag"]} if known.status_code == 200 else {"If-None-Match": "*"}
    await secretariat.done("PUT", "registration", path, json={"status": "accepted"}, headers=condition)


def shares(*codes: str) -> dict[str, Any]:
    """Shares of these municipalities."""
    one = {"share_percent": "18.20", "source": "Statistik", "reference_date": INITIATIVE["reference_date"]}
    return {"shares": [{"municipality_code": code, **one} for code in codes]}


async def initiative_of(running: Running, forger: Forger, *tenants: Tenant) -> str:
    """Invite both to an initiative, let them accept, and divide its pool; their first projects release their grants."""
    async with running.visitor(forger.valid(["secretariat"], [])) as secretariat:
        for tenant in tenants:
            await accept(secretariat, tenant.code)

        async def change(method: str, end: str, body: dict[str, Any]) -> None:
            etag = (await secretariat.ask("GET", "registration", path, what="an initiative")).headers["etag"]
            headers = {"If-Match": etag}
            await secretariat.done(method, "registration", path + end, what=end, json=body, headers=headers)

        made = await secretariat.done("POST", "registration", "/v1/initiatives", json=INITIATIVE)
        path = f"/v1/initiatives/{made['initiative_id']}"
        await change("PUT", "/shares", shares(*(each.code for each in tenants)))
        await change("POST", "/invitations", {"answer_by": UNTIL})
        for tenant in tenants:
            answer = {"answer": "accepted", "decided_on": DECIDED_ON}
            place = f"{path}/municipalities/{tenant.code}"
            async with running.visitor(forger.valid(["resource_team"], [tenant.code])) as team:
                headers = {"If-Match": "*"}
                await team.done(
                    "POST", "registration", f"{place}/answer", what="an answer", json=answer, headers=headers
                )
        await change("POST", "/allocations", {})
    return str(made["initiative_id"])
