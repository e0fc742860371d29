"""One school or class over HTTP: judged as a row of its file, and written under the condition of the caller."""

import asyncio
from typing import Any

import httpx
import pytest

from tests.factories.service import Callers
from tests.integration.services.registration.service import ASK, PUPIL_HEADER, Registration

IT = "municipality_integration"
SCHOOL = "/v1/schools/910101"
CLASS = "/v1/classes/910101/2022-2023/5A"
NEW = {"If-None-Match": "*"}


@pytest.fixture(autouse=True)
async def accepted(callers: Callers) -> None:
    await callers.set_municipality()


async def put(callers: Callers, path: str, body: dict[str, Any], **how: Any) -> httpx.Response:
    params = {"municipality": how.pop("municipality", "101")}
    return await callers.ask("PUT", path, how.pop("role", IT), "101", params=params, json=body, **how)


async def get(callers: Callers, path: str, role: str = IT, **how: Any) -> httpx.Response:
    return await callers.ask("GET", path, role, "101", params={"municipality": "101"}, **how)


async def test_a_school_is_created_read_and_changed_under_its_etag(
    callers: Callers, registration: Registration
) -> None:
    body = {"name": "Prøveskolen", "kind": "public"}
    created = await put(callers, SCHOOL, body, headers=NEW)
    assert (created.status_code, created.json()["institution_number"]) == (201, "910101")
    read = await get(callers, SCHOOL)
    assert (read.json(), read.headers["etag"]) == (created.json(), created.headers["etag"])

    again = await put(callers, SCHOOL, body, headers={"If-Match": read.headers["etag"]})
    assert (again.status_code, again.headers["etag"]) == (200, read.headers["etag"])
    changed = await put(callers, SCHOOL, body | {"kind": "special"}, headers={"If-Match": read.headers["etag"]})
    assert (changed.status_code, changed.json()["kind"]) == (200, "special")
    assert [event["aggregate_version"] for event in await registration.events("school")] == [1, 2]

    for headers, code in (
        ({"If-Match": read.headers["etag"]}, "precondition.failed"),
        (NEW, "precondition.failed"),
        ({}, "precondition.required"),
    ):
        refused = await put(callers, SCHOOL, body, headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (428 if not headers else 412, code)
        assert refused.json()["messages"]["da"]
    assert (await get(callers, SCHOOL)).json() == changed.json()


async def test_a_class_is_put_by_its_natural_key_and_its_pupils_are_told_of_a_new_grade(
    callers: Callers, registration: Registration
) -> None:
    await registration.base()
    await registration.send("pupils", PUPIL_HEADER + ASK)
    read = await get(callers, CLASS, "school", institutions=["910101"])
    assert (read.status_code, read.json()["name"], read.json()["grade"]) == (200, "5A", 5)
    changed = await put(callers, CLASS, {"grade": 6, "kind": "ordinary"}, headers={"If-Match": read.headers["etag"]})
    assert (changed.status_code, changed.json()["class_id"]) == (200, read.json()["class_id"])
    assert (await registration.events("pupil"))[-1]["memberships"][0]["grade"] == 6
    new = await put(callers, "/v1/classes/910101/2022-2023/5 Ø", {"grade": 5, "kind": "special"}, headers=NEW)
    assert (new.status_code, new.json()["name"], new.json()["school_year"]) == (201, "5 Ø", "2022/2023")
    assert (await registration.events("class"))[-1]["class_id"] == new.json()["class_id"]


@pytest.mark.parametrize(
    ("path", "body", "refusal"),
    [
        ("/v1/classes/910199/2022-2023/5A", {"grade": 5, "kind": "ordinary"}, ("institution_number.unknown", "path")),
        ("/v1/classes/910101/2022-2024/5A", {"grade": 5, "kind": "ordinary"}, ("school_year.invalid", "path")),
        ("/v1/classes/910101/2022-2023/6101120008", {"grade": 5, "kind": "ordinary"}, ("text.identifier", "path")),
        ("/v1/schools/910101", {"name": "\ufffd", "kind": "public"}, ("value.lost_letters", "body")),
    ],
)
async def test_a_refusal_has_the_code_the_text_and_the_column_of_the_file(
    callers: Callers, registration: Registration, path: str, body: dict[str, Any], refusal: tuple[str, str]
) -> None:
    code, part = refusal
    await registration.base()
    refused = await put(callers, path, body, headers={"If-Match": "*"})
    if refused.status_code == 412:  # what does not exist is looked for before it is judged
        refused = await put(callers, path, body, headers=NEW)
    assert (refused.status_code, refused.json()["code"]) == (422, code), refused.text
    (error,) = refused.json()["errors"]
    assert (error["code"], error["in"], error["messages"]) == (code, part, refused.json()["messages"])
    assert refused.json()["pointer"] == error["pointer"]
    assert "6101120008" not in refused.text


async def test_a_number_that_is_another_municipality_s_is_refused_as_in_a_file(
    callers: Callers, registration: Registration
) -> None:
    await registration.base("102")
    refused = await put(callers, SCHOOL, {"name": "Skolen", "kind": "public"}, headers=NEW)
    assert (refused.status_code, refused.json()["code"]) == (422, "institution_number.taken")
    assert (await get(callers, SCHOOL)).json()["code"] == "school.not_found"
    assert (await get(callers, CLASS)).json()["code"] == "class.not_found"


async def test_a_token_of_institutions_writes_and_reads_these_alone(
    callers: Callers, registration: Registration
) -> None:
    await registration.base()
    other: dict[str, Any] = {"institutions": ["910102"]}
    for path in (SCHOOL, CLASS):
        hidden = await get(callers, path, **other)
        assert hidden.status_code == 404
        assert hidden.json()["code"] == (await get(callers, path.replace("910101", "999999"), **other)).json()["code"]
    body = {"grade": 5, "kind": "special"}
    refused = await put(callers, CLASS, body, headers={"If-Match": "*"}, **other)
    assert (refused.status_code, refused.json()["code"]) == (422, "institution_number.outside_scope")
    own = await put(callers, CLASS.replace("910101", "910102"), body, headers={"If-Match": "*"}, **other)
    assert own.status_code == 200
    assert (await put(callers, SCHOOL, {}, municipality="102")).status_code in {404, 422}
    assert (await put(callers, CLASS, body, role="resource_team")).status_code == 403


async def test_a_municipality_that_does_not_take_part_is_refused_as_with_a_file(callers: Callers) -> None:
    await callers.set_municipality("declined")
    refused = await put(callers, SCHOOL, {"name": "Skolen", "kind": "public"}, headers=NEW)
    assert (refused.status_code, refused.json()["code"]) == (403, "import.municipality_not_accepted")


async def test_of_two_who_create_or_change_at_once_one_is_told_that_it_was_late(
    callers: Callers, registration: Registration
) -> None:
    for path, body in ((SCHOOL, {"kind": "public"}), (SCHOOL, {"kind": "special"})):
        headers = NEW if body["kind"] == "public" else {"If-Match": (await get(callers, path)).headers["etag"]}
        names = [f"Skole {number}" for number in range(4)]
        answers = await asyncio.gather(*(put(callers, path, body | {"name": each}, headers=headers) for each in names))
        codes = sorted(each.status_code for each in answers)
        assert codes == [min(codes), 412, 412, 412], [each.text for each in answers]
        (winner,) = (each.json() for each in answers if each.status_code < 300)
        assert (await get(callers, path)).json() == winner
