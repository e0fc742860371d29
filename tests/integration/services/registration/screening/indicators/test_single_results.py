"""Single results by REST are judged and stored as rows of the file, with conditions where there is one to change."""

from typing import Any
from uuid import uuid4

from tests.factories.service import Callers
from tests.integration.services.registration.service import Registration
from tests.integration.services.registration.told import classroom, cpr

TEST = {"indicator": "national_test", "subject": "reading", "grade": 4, "date": "2022-03-15"}


async def _send(callers: Callers, *, key: str | None = None, institutions: tuple[str, ...] = (), **more: Any) -> Any:
    body = {"municipality_code": "101", **TEST, "value": "jævn", **more}
    headers = {"Idempotency-Key": key or uuid4().hex}
    return await callers.ask(
        "POST", "/v1/indicators", "municipality_integration", "101", json=body, headers=headers,
        institutions=list(institutions),
    )  # fmt: skip


async def _accepted(callers: Callers, registration: Registration, pupils: int) -> dict[int, Any]:
    ids = await classroom(registration, pupils)
    await callers.set_municipality()
    return ids


async def test_a_result_is_sent_by_number_or_id_and_parked_until_its_pupil_comes(
    callers: Callers, registration: Registration
) -> None:
    ids = await _accepted(callers, registration, 2)
    key = uuid4().hex
    first = await _send(callers, key=key, cpr_number=cpr(1))
    assert (first.status_code, first.json()["outcome"]) == (200, "accepted"), first.text
    assert (await _send(callers, key=key, cpr_number=cpr(1))).json() == first.json()
    assert (await _send(callers, pupil_id=str(ids[1]))).json()["outcome"] == "unchanged"
    assert (await _send(callers, pupil_id=str(ids[2]), value="god")).json()["outcome"] == "accepted"
    waits = (await _send(callers, cpr_number=cpr(9))).json()
    assert (waits["outcome"], waits["reason"]) == ("parked", "unknown_pupil")
    rows = await registration.rows("SELECT pupil_id, value FROM indicator", "101")
    assert {(row["pupil_id"], row["value"]) for row in rows} == {(ids[1], "fair"), (ids[2], "good")}
    for more, code in (
        ({}, "indicator.one_pupil"),
        ({"cpr_number": cpr(1), "pupil_id": str(ids[1])}, "indicator.one_pupil"),
        ({"cpr_number": cpr(1), "value": "12"}, "value.unknown"),
        ({"cpr_number": cpr(1), "subject": "danish"}, "indicator.subject"),
        ({"cpr_number": cpr(1), "institutions": ("910102",)}, "pupil.outside_scope"),
    ):
        refused = await _send(callers, **more)
        assert (refused.status_code, refused.json()["code"]) == (422, code), refused.text
        assert cpr(1) not in refused.text
    other = await _send(callers, pupil_id=str(uuid4()))
    assert (other.status_code, other.json()["code"]) == (404, "indicator.not_found")


async def test_a_result_is_created_corrected_and_withdrawn_under_a_condition(
    callers: Callers, registration: Registration
) -> None:
    ids = await _accepted(callers, registration, 1)
    path = f"/v1/pupils/{ids[1]}/indicators"
    address = f"{path}/national_test/reading/4/2022-03-15"

    async def put(value: str, *codes: str, **headers: str) -> Any:
        given = {name.replace("_", "-"): each for name, each in headers.items()}
        return await callers.ask(
            "PUT", f"{address}?municipality=101", "municipality_integration", *(codes or ("101",)),
            json={"value": value}, headers=given,
        )  # fmt: skip

    assert (await put("god")).status_code == 428
    made = await put("god", If_None_Match="*")
    assert (made.status_code, made.json()["value"]) == (201, "good"), made.text
    assert (await put("god", If_None_Match="*")).status_code == 412
    read = await callers.ask("GET", address, "municipality_integration", "101")
    assert (read.json(), read.headers["ETag"]) == (made.json(), made.headers["ETag"])
    changed = await put("mangelfuld", If_Match=made.headers["ETag"])
    assert (changed.status_code, changed.json()["value"]) == (200, "deficient")
    assert (await put("jævn", If_Match=made.headers["ETag"])).status_code == 412
    assert (await put("12", If_Match=changed.headers["ETag"])).json()["code"] == "value.unknown"
    listed = await callers.ask("GET", path, "municipality_integration", "101")
    assert [each["value"] for each in listed.json()["items"]] == ["deficient"]
    assert (await put("withdrawn", If_Match=changed.headers["ETag"])).json()["value"] == "withdrawn"
    gone = await callers.ask("GET", address, "municipality_integration", "101")
    assert (gone.status_code, gone.json()["code"]) == (404, "indicator.not_found")
    assert await registration.rows("SELECT * FROM indicator", "101") == []
    for codes, institutions in (("102", []), ("101", ["910102"])):
        answer = await callers.ask("GET", path, "municipality_integration", codes, institutions=institutions)
        assert (answer.status_code, answer.json()["code"]) == (404, "indicator.not_found")
