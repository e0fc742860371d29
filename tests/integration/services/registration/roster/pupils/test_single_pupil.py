"""One row about a pupil over HTTP: taken by the handler of the file of pupils, with a receipt of its own."""

import asyncio
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.factories.service import Callers
from tests.integration.services.registration.service import ASK, PUPIL_HEADER, Registration

ROW: dict[str, Any] = {
    "municipality_code": "101",
    "cpr_number": "6101120008",
    "uni_login": "ask00001",
    "local_id": "L1",
    "name": "Ask Prøvesen 1",
    "institution_number": "910101",
    "school_year": "2022/2023",
    "class_name": "5A",
    "valid_from": "2022-08-01",
    "valid_to": "2023-08-01",
}


@pytest.fixture(autouse=True)
async def roster(callers: Callers, registration: Registration) -> None:
    """A municipality that takes part, with two schools."""
    await callers.set_municipality()
    await registration.base()


async def send(callers: Callers, row: dict[str, Any], *, key: str | None = None, **how: Any) -> httpx.Response:
    headers = {"Idempotency-Key": key or uuid4().hex}
    role = how.pop("role", "municipality_integration")
    return await callers.ask("POST", "/v1/pupils", role, "101", json=row, headers=headers, **how)


async def test_a_row_has_the_effect_and_the_answer_of_a_file_with_one_row(
    callers: Callers, registration: Registration
) -> None:
    new = (await send(callers, ROW)).json()
    assert (new["outcome"], new["reason"]) == ("accepted", None)
    (event,) = await registration.events("pupil")
    assert (event["pupil_id"], event["has_cpr_number"]) == (new["pupil_id"], True)
    assert [each["grade"] for each in event["memberships"]] == [5]

    file = await registration.send("pupils", PUPIL_HEADER + ASK)
    assert (file.accepted, file.unchanged) == (0, 1), "the file says the same"
    same = (await send(callers, ROW)).json()
    assert (same["outcome"], same["pupil_id"]) == ("unchanged", new["pupil_id"])
    shorter = (await send(callers, ROW | {"valid_to": "2023-01-09"})).json()
    assert (shorter["outcome"], shorter["pupil_id"]) == ("accepted", new["pupil_id"])
    assert (await registration.events("pupil"))[-1]["memberships"][0]["valid_to"] == "2023-01-09"

    path = f"/v1/imports/{new['receipt_id']}"
    receipt = (await callers.ask("GET", path, "municipality_integration", "101")).json()
    assert [receipt[name] for name in ("state", "rows", "accepted", "written")] == ["completed", 1, 1, True]


async def test_the_same_request_again_changes_nothing_and_gets_the_same_answer(
    callers: Callers, registration: Registration
) -> None:
    first, second = await asyncio.gather(*(send(callers, ROW, key="one") for _ in range(2)))
    assert first.json() == second.json()
    assert first.json()["outcome"] == "accepted"
    await send(callers, ROW | {"valid_to": "2023-01-09"})
    assert (await send(callers, ROW, key="one")).json() == first.json(), "a late repetition undoes no correction"
    assert (await registration.events("pupil"))[-1]["memberships"][0]["valid_to"] == "2023-01-09"
    other = await send(callers, ROW | {"name": "Bo"}, key="one")
    assert other.status_code == 409
    assert (await callers.ask("POST", "/v1/pupils", "municipality_integration", "101", json=ROW)).status_code == 422


async def test_an_id_that_comes_with_another_name_waits_on_its_receipt_until_it_is_decided(
    callers: Callers, registration: Registration
) -> None:
    ask = (await send(callers, ROW)).json()
    waits = (await send(callers, ROW | {"cpr_number": None, "uni_login": None, "name": "Dorthe Petersen"})).json()
    assert (waits["outcome"], waits["reason"], waits["pupil_id"]) == ("parked", "identity", None)
    path = f"/v1/imports/{waits['receipt_id']}"
    receipt = (await callers.ask("GET", path, "municipality_integration", "101")).json()
    assert (receipt["parked"], receipt["parked_now"]) == (1, 1)
    listed = await callers.ask("GET", "/v1/identity-cases?municipality=101", "resource_team", "101")
    (case,) = listed.json()["items"]
    assert case["pupil_id"] == ask["pupil_id"]
    decision = {"decision": "another_pupil"}
    await callers.ask("POST", f"/v1/identity-cases/{case['case_id']}/decision", "resource_team", "101", json=decision)
    async with asyncio.timeout(20):
        while receipt["parked_now"]:
            await asyncio.sleep(0.1)
            receipt = (await callers.ask("GET", path, "municipality_integration", "101")).json()
    assert (receipt["parked"], receipt["parked_now"], receipt["refused_later"]) == (1, 0, 0)
    assert len({event["pupil_id"] for event in await registration.events("pupil")}) == 2


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ({"class_name": "9Z"}, {("/class_name", "class.unknown")}),
        ({"institution_number": "910199"}, {("/institution_number", "institution_number.unknown")}),
        ({"cpr_number": None, "uni_login": None, "local_id": None}, {("", "pupil.no_identifier")}),
        ({"valid_from": "2021-08-01"}, {("/valid_from", "membership.outside_school_year")}),
        ({"cpr_number": "12"}, {("/cpr_number", "cpr_number.invalid")}),
    ],
)
async def test_a_refused_row_has_the_codes_of_the_file_and_leaves_nothing(
    callers: Callers, registration: Registration, change: dict[str, Any], codes: set[tuple[str, str]]
) -> None:
    refused = await send(callers, ROW | change, key="again")
    assert refused.status_code == 422, refused.text
    body = refused.json()
    assert {(each["pointer"], each["code"]) for each in body["errors"]} == codes
    assert {body["code"]} == {code for _, code in codes}
    assert all(each["messages"]["da"] and each["messages"]["en"] for each in body["errors"])
    assert "Prøvesen" not in refused.text
    assert await registration.events("pupil") == []
    assert await registration.rows("SELECT * FROM import_receipt WHERE kind = 'pupils'", "101") == []
    assert (await send(callers, ROW, key="again")).status_code == 200, "a refused request does not use up its key"


async def test_who_may_send_and_about_whom(callers: Callers, registration: Registration) -> None:
    outside = await send(callers, ROW, institutions=["910102"])
    assert (outside.status_code, outside.json()["code"]) == (422, "institution_number.outside_scope")
    foreign = await send(callers, ROW | {"municipality_code": "102"})
    assert (foreign.status_code, foreign.json()["code"]) == (404, "municipality.not_found")
    assert (await send(callers, ROW, role="resource_team")).status_code == 403
    await callers.set_municipality("declined")
    declined = await send(callers, ROW)
    assert (declined.status_code, declined.json()["code"]) == (403, "import.municipality_not_accepted")
    assert await registration.events("pupil") == []
