"""A draft and a withdrawal that are sent twice have one effect, and get the first answer again."""

import asyncio
from typing import Any

import httpx

from tests.factories.service import Callers
from tests.integration.services.intervention_catalog.service import Catalog, action

OURS, THEIRS = ("municipality_integration", "101"), ("municipality_integration", "147")
KEY = "draft-2023-1"


async def post(callers: Callers, path: str, *who: str, key: str = KEY, **body: Any) -> httpx.Response:
    return await callers.ask("POST", path, *who, json=body, headers={"Idempotency-Key": key})


async def test_a_draft_sent_twice_at_once_and_again_is_one_draft(callers: Callers, catalog: Catalog) -> None:
    body = {"kind": "trial_action", "content": action()}
    answers = await asyncio.gather(*(post(callers, "/v1/drafts", *OURS, **body) for _ in range(3)))
    answers.append(await post(callers, "/v1/drafts", *OURS, **body))
    assert {each.status_code for each in answers} == {201}
    assert all(each.json() == answers[0].json() for each in answers)
    assert {each.headers["location"] for each in answers} == {f"/v1/drafts/{answers[0].json()['draft_id']}"}
    listed = (await callers.ask("GET", "/v1/drafts", *OURS)).json()["items"]
    assert [each["draft_id"] for each in listed] == [answers[0].json()["draft_id"]]
    other = await post(callers, "/v1/drafts", *OURS, kind="trial_action", content=action(learned=None, schools=["A"]))
    assert (other.status_code, other.json()["code"]) == (409, "idempotency.key_reused")
    theirs = await post(callers, "/v1/drafts", *THEIRS, kind="trial_action", content=action("147"))
    assert theirs.status_code == 201
    assert await catalog.count("idempotency_key") == 0, "no key may be seen by nobody's transaction"


async def test_the_secretariats_key_and_a_municipalitys_are_two(callers: Callers) -> None:
    body = {"kind": "trial_action", "content": action()}
    ours, secretariats = [await post(callers, "/v1/drafts", *who, **body) for who in (OURS, ("secretariat",))]
    assert (ours.status_code, secretariats.status_code) == (201, 201)
    assert ours.json()["draft_id"] != secretariats.json()["draft_id"]


async def test_a_draft_that_was_thrown_away_is_not_begun_again(callers: Callers) -> None:
    body = {"kind": "trial_action", "content": action()}
    made = await post(callers, "/v1/drafts", *OURS, **body)
    assert (await callers.ask("DELETE", made.headers["location"], *OURS, headers={"If-Match": "*"})).status_code == 204
    again = await post(callers, "/v1/drafts", *OURS, **body)
    assert (again.status_code, again.json()["code"]) == (409, "idempotency.gone")
    assert (await post(callers, "/v1/drafts", *OURS, key="another", **body)).status_code == 201


async def test_a_withdrawal_sent_again_is_answered_as_the_first_time(callers: Callers, loaded: Catalog) -> None:
    body = {"kind": "trial_action", "id": "ishoj", "reason": "on_request"}
    before = await loaded.count("publication")
    answers = [await post(callers, "/v1/withdrawals", "secretariat", **body) for _ in range(2)]
    assert [each.status_code for each in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert answers[0].headers["location"] == answers[1].headers["location"]
    assert await loaded.count("publication") == before + 1
    read = await callers.ask("GET", answers[0].headers["location"], "secretariat")
    assert read.json() == answers[0].json()
    without = await callers.ask("POST", "/v1/withdrawals", "secretariat", json=body)
    assert (without.status_code, without.json()["code"]) == (409, "withdrawal.nothing_left")
