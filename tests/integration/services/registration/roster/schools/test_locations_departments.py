"""A school lies in another municipality than the one that runs it, and has departments: by file, alone, in lists,
events and the change feed.
"""

from typing import Any

import pytest

from libs.shared.base.municipalities import municipality_names
from tests.factories.files import codes, counts
from tests.factories.service import Callers
from tests.integration.services.registration.service import SCHOOLS, Registration

IT = "municipality_integration"
HEADER = "institution_number;name;kind;location_municipality_code;main_institution_number\n"
# The department stands before its main school.
FILE = HEADER + ("910103;Afdeling Syd;public;;910101\n910101;Prøveskolen;public;;\n910102;Specialskolen;special;147;\n")


@pytest.fixture(autouse=True)
async def accepted(callers: Callers) -> None:
    await callers.set_municipality()


async def listed(callers: Callers, **filters: str) -> dict[str, tuple[str, str | None]]:
    params = {"municipality": "101", **filters}
    answer = await callers.ask("GET", "/v1/schools", IT, "101", params=params)
    assert answer.status_code == 200, answer.text
    return {
        each["institution_number"]: (each["location_municipality_code"], each["main_institution_number"])
        for each in answer.json()["items"]
    }


async def test_locations_and_departments_come_by_file_into_lists_events_and_the_feed(
    callers: Callers, registration: Registration
) -> None:
    assert counts(await registration.send("schools", FILE)) == (3, 0, 0, 0)
    all_of_them = {"910101": ("101", None), "910102": ("147", None), "910103": ("101", "910101")}
    assert await listed(callers) == all_of_them
    assert await listed(callers, located_in="147") == {"910102": ("147", None)}
    assert await listed(callers, departments_of="910101") == {"910103": ("101", "910101")}
    assert await listed(callers, kind="special") == {"910102": ("147", None)}

    events = {each["institution_number"]: each for each in await registration.events("school")}
    assert len(await registration.events("school")) == 3
    assert {number: each["location_municipality_code"] for number, each in events.items()} == {
        "910101": "101",
        "910102": "147",
        "910103": "101",
    }
    assert events["910103"]["main_school_id"] == events["910101"]["school_id"]
    assert events["910101"]["main_school_id"] is None

    # A file without the columns, and empty fields, change nothing.
    assert counts(
        await registration.send("schools", SCHOOLS.replace("Friskolen;private", "Specialskolen;special"))
    ) == (*(0, 2, 0, 0),)
    assert counts(await registration.send("schools", HEADER + "910103;Afdeling Syd;public;;\n")) == (0, 1, 0, 0)
    assert await listed(callers) == all_of_them

    feed = await callers.ask("GET", "/v1/roster-changes", IT, "101", params={"municipality": "101"})
    since = feed.json()["next"]
    moved = HEADER + "910102;Specialskolen;special;101;\n910103;Afdeling Syd;public;;910103\n"
    assert counts(await registration.send("schools", moved)) == (2, 0, 0, 0)
    assert await listed(callers) == {"910101": ("101", None), "910102": ("101", None), "910103": ("101", None)}
    params = {"municipality": "101", "since": since}
    feed = await callers.ask("GET", "/v1/roster-changes", IT, "101", params=params)
    assert sorted(each["school_id"] for each in feed.json()["items"]) == sorted(
        events[number]["school_id"] for number in ("910102", "910103")
    )


async def test_an_unknown_municipality_or_main_school_has_its_own_code(
    callers: Callers, registration: Registration
) -> None:
    await registration.send("schools", HEADER + "910101;Prøveskolen;public;;\n910104;Afdeling;public;;910101\n")
    for fields, code in (
        ("199;", "municipality.unknown"),  # three digits, but no municipality
        ("411;", "municipality.unknown"),  # Christiansø
        ("47;", "municipality_code.invalid"),
        (";910109", "school.main_unknown"),
        (";910104", "school.main_is_department"),
        (";9101", "institution_number.invalid"),
    ):
        receipt = await registration.send("schools", HEADER + f"910102;Skolen;public;{fields}\n")
        assert (codes(receipt), counts(receipt)) == ({code: 1}, (0, 0, 0, 1))
        location, main = fields.split(";")
        body: dict[str, Any] = {"name": "Skolen", "kind": "public"}
        body |= {"location_municipality_code": location} if location else {"main_institution_number": main}
        answer = await callers.ask(
            "PUT", "/v1/schools/910102?municipality=101", IT, "101", json=body, headers={"If-None-Match": "*"}
        )
        assert answer.status_code == 422
        if "invalid" not in code:  # the form is judged by the body
            assert answer.json()["code"] == code
            assert answer.json()["messages"]["da"]


async def test_a_department_is_put_alone_and_the_body_is_the_whole_school(
    callers: Callers, registration: Registration
) -> None:
    await registration.send("schools", SCHOOLS)
    path, headers = "/v1/schools/910103?municipality=101", {"If-None-Match": "*"}
    body = {"name": "Afdeling Syd", "kind": "public", "main_institution_number": "910101"}
    made = await callers.ask("PUT", path, IT, "101", json=body, headers=headers)
    assert (made.status_code, made.json()["main_institution_number"]) == (201, "910101"), made.text
    body = {"name": "Afdeling Syd", "kind": "public", "location_municipality_code": "147"}
    put = await callers.ask("PUT", path, IT, "101", json=body, headers={"If-Match": made.headers["etag"]})
    assert put.status_code == 200, put.text
    assert (put.json()["main_institution_number"], put.json()["location_municipality_code"]) == (None, "147")
    # The secretariat sees which schools lie in a municipality, whoever runs them.
    found = await callers.ask("GET", "/v1/institutions?located_in=147", "secretariat")
    assert [(each["institution_number"], each["municipality_code"]) for each in found.json()["items"]] == [
        ("910103", "101")
    ]


async def test_everybody_who_is_signed_in_reads_the_98_municipalities(callers: Callers) -> None:
    for role in ("school", "municipality_integration", "evaluator", "auditor", "ops"):
        answer = await callers.ask("GET", "/v1/municipality-codes", role)
        assert answer.status_code == 200
        assert {each["municipality_code"]: each["name"] for each in answer.json()["items"]} == municipality_names()
        assert answer.json()["source"]["publisher"] == "Danmarks Statistik"
