"""The roster over HTTP: what each role finds; others' objects get the same answer as objects that do not exist."""

from uuid import uuid4

import httpx
import pytest

from tests.factories.service import Callers
from tests.integration.services.registration.service import ASK, PUPIL_HEADER, SCHOOLS, Registration

_PUT = {"status": "invited"}


async def test_the_secretariat_puts_a_municipality_and_the_same_again_tells_nothing(
    callers: Callers, registration: Registration
) -> None:
    path, condition = "/v1/municipalities/101", {"If-None-Match": "*"}
    assert (await callers.ask("GET", path, "secretariat")).status_code == 404
    for status in (201, 200):
        answer = await callers.ask("PUT", path, "secretariat", json=_PUT, headers=condition)
        assert (answer.status_code, answer.json()["name"], answer.json()["status"]) == (status, "København", "invited")
        condition = {"If-Match": answer.headers["ETag"]}
    read = await callers.ask("GET", path, "secretariat")
    assert (read.json(), read.headers["ETag"]) == (answer.json(), answer.headers["ETag"])
    accepted = {**_PUT, "status": "accepted"}
    taken = await callers.ask("PUT", path, "secretariat", json=accepted, headers=condition)
    assert taken.json()["status"] == "accepted"
    refused = [
        await callers.ask("PUT", path, "secretariat", json={"status": "declined"}, headers=wrong)
        for wrong in ({}, condition, {"If-None-Match": "*"})
    ]
    assert [each.status_code for each in refused] == [428, 412, 412]
    events = await registration.events("municipality")
    assert [(event["name"], event["status"], event["aggregate_version"]) for event in events] == [
        ("København", "invited", 1),
        ("København", "accepted", 2),
    ]


@pytest.mark.parametrize(
    "body", [{**_PUT, "status": "maybe"}, {**_PUT, "name": "Zebrasen"}, {}, {**_PUT, "more": 1}, None]
)
async def test_a_municipality_that_breaks_a_rule_is_refused(callers: Callers, body: object) -> None:
    answer = await callers.ask("PUT", "/v1/municipalities/101", "secretariat", json=body)
    assert answer.status_code == 422
    assert answer.json()["messages"]["da"]


async def test_only_the_secretariat_puts_municipalities(callers: Callers) -> None:
    assert (await callers.ask("PUT", "/v1/municipalities/101", "resource_team", "101", json=_PUT)).status_code == 403
    assert (await callers.ask("PUT", "/v1/municipalities/10", "secretariat", json=_PUT)).status_code == 422


async def test_a_file_sent_over_http_comes_back_as_a_list_page_by_page(callers: Callers) -> None:
    await callers.set_municipality()
    receipt = await callers.ask(
        "POST",
        "/v1/imports?kind=schools&municipality=101",
        "municipality_integration",
        "101",
        content=SCHOOLS.encode(),
        headers={"Content-Type": "text/csv", "Idempotency-Key": "schools-1", "Prefer": "wait=30"},
    )
    assert receipt.status_code == 200, receipt.text
    path = "/v1/schools?municipality=101&page_size=1"
    first = (await callers.ask("GET", path, "resource_team", "101")).json()
    assert [school["institution_number"] for school in first["items"]] == ["910101"]
    then = (await callers.ask("GET", f"{path}&page_token={first['next_page_token']}", "resource_team", "101")).json()
    assert ([school["institution_number"] for school in then["items"]], then["next_page_token"]) == (["910102"], None)


async def test_schools_and_classes_are_those_of_the_callers_claims(
    callers: Callers, registration: Registration
) -> None:
    await registration.base()
    path = "/v1/schools?municipality=101"
    schools = (await callers.ask("GET", path, "secretariat")).json()["items"]
    assert len(schools) == 2
    assert (await callers.ask("GET", path, "resource_team", "102")).json()["code"] == "municipality.not_found"
    own = (await callers.ask("GET", path, "school", "101", institutions=["910102"])).json()["items"]
    assert [school["name"] for school in own] == ["Friskolen"]

    classes = f"/v1/schools/{schools[0]['school_id']}/classes"
    found = (await callers.ask("GET", f"{classes}?school_year=2022/2023", "resource_team", "101")).json()["items"]
    assert [each["name"] for each in found] == ["5A", "5B"]
    pages = (await callers.ask("GET", f"{classes}?page_size=2", "resource_team", "101")).json()
    last = await callers.ask(
        "GET", f"{classes}?page_size=2&page_token={pages['next_page_token']}", "resource_team", "101"
    )
    assert [each["name"] for each in pages["items"] + last.json()["items"]] == ["4A", "5A", "5B"]

    for caller in (("resource_team", "102"), ("municipality_integration", "102")):
        foreign = await callers.ask("GET", classes, *caller)
        missing = await callers.ask("GET", f"/v1/schools/{uuid4()}/classes", *caller)
        assert foreign.status_code == missing.status_code == 404
        assert foreign.json()["code"] == missing.json()["code"] == "school.not_found"
    narrowed = await callers.ask("GET", classes, "school", "101", institutions=["910102"])
    assert narrowed.status_code == 404


async def test_pupils_are_found_by_local_id_in_the_order_asked_for(
    callers: Callers, registration: Registration
) -> None:
    await registration.base()
    bo = "6201120008;;L2;Bo Prøvesen 2;910102;2022/2023;5A;2022-08-01;2023-08-01\n"
    await registration.send("pupils", PUPIL_HEADER + ASK + bo)

    async def ask(role: str, code: str, *ids: str) -> httpx.Response:
        body = {"municipality_code": "101", "local_ids": list(ids)}
        return await callers.ask("POST", "/v1/pupils/look-ups", role, code, json=body)

    answer = await ask("resource_team", "101", "L2", "L404", "L1")
    assert [each["local_id"] for each in answer.json()["items"]] == ["L2", "L1"]
    assert answer.json()["items"][1]["memberships"][0]["class_name"] == "5A"
    assert "Prøvesen" not in answer.text
    assert (await ask("resource_team", "102", "L1")).json()["code"] == "municipality.not_found"
    assert (await ask("evaluator", "101", "L1")).status_code == 403
    assert (await ask("resource_team", "101", *"x" * 60)).status_code == 422
    bad = await ask("resource_team", "101", "\0")
    assert (bad.status_code, bad.json()["code"]) == (422, "local_id.invalid")
