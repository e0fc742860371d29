"""Steps of a draft over HTTP, for tests."""

from typing import Any

import httpx

from tests.factories.service import Callers
from tests.integration.services.intervention_catalog.service import action

SECRETARIAT = "secretariat"
OURS = ("municipality_integration", "101")
THEIRS = ("municipality_integration", "147")
REASON = "on_request"


def draft(kind: str = "trial_action", **changed: Any) -> dict[str, Any]:
    return {"kind": kind, "content": action(**changed)}


async def begun(callers: Callers, *who: str, **changed: Any) -> dict[str, Any]:
    answer = await callers.ask("POST", "/v1/drafts", *(who or OURS), json=draft(**changed))
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def step(callers: Callers, made: dict[str, Any], what: str, *who: str, **body: Any) -> httpx.Response:
    """A step of a draft, whatever it says now, unless its ``etag`` is given."""
    path = f"/v1/drafts/{made['draft_id']}" + (f"/{what}" if what else "")
    given = {"subject": body.pop("subject")} if "subject" in body else {}
    headers = {"If-Match": body.pop("etag", "*")}
    return await callers.ask("POST", path, *(who or (SECRETARIAT,)), json=body or None, headers=headers, **given)


async def changed(callers: Callers, made: dict[str, Any], *who: str, etag: str = "*", **said: Any) -> httpx.Response:
    """A PUT of the draft, whatever it says now, unless its ``etag`` is given."""
    path = f"/v1/drafts/{made['draft_id']}"
    return await callers.ask("PUT", path, *(who or OURS), json=draft(**said), headers={"If-Match": etag})


async def etag_of(callers: Callers, made: dict[str, Any], *who: str) -> str:
    """The ``ETag`` of the draft as it is now."""
    answer = await callers.ask("GET", f"/v1/drafts/{made['draft_id']}", *(who or OURS))
    return str(answer.headers["etag"])


async def published(callers: Callers, *who: str, **changed: Any) -> dict[str, Any]:
    made = await begun(callers, *who, **changed)
    assert (await step(callers, made, "submit", *(who or OURS))).status_code == 200
    answer = await step(callers, made, "publish")
    assert answer.status_code == 200, answer.text
    done: dict[str, Any] = answer.json()
    return done
