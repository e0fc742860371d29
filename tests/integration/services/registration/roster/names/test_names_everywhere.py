"""Every answer that has something called a name is in a list here, and those with names of pupils show none of a pupil
whose name is protected. A new route is covered, or fails.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.factories.service import Callers
from tests.factories.wired import app_of, operations
from tests.integration.services.registration.service import PUPIL_HEADER, Registration
from tests.integration.services.registration.told import class_id, classroom, cpr, month_of, school_id, tell

SECRET = "Zebrasen"
NAME_LIKE = re.compile(r"(^|_)names?$")

OF_PUPILS = {
    "GrossListItem.name",
    "IdentityCaseOut.known_name",
    "IdentityCaseOut.sent_name",
    "KeptItem.name",
    "LackingPupilOut.name",
}
"""Names of pupils. Each may be null."""

DISCLOSED = {"NameDisclosureOut.name", "NameDisclosureOut.sent_name"}
"""The names that somebody has had disclosed, for that person alone."""

OF_OTHERS = re.compile(
    r"^\w*(School|Class|Institution|Municipality|Kind|Column|Receipt|Parked|CountryCoverage|Initiative|Invitation|RoleOut"
    r"|Share|Grant|Source|Project|Course|Supplier)\w*\.(\w+_)?name$"
    r"|\.(class_name|school_name|municipality_name|from_class_name)$"
)
"""Names of municipalities, schools, classes, columns and kinds."""


def _properties(schema: dict[str, Any], document: dict[str, Any], seen: set[str]) -> Iterator[tuple[str, Any]]:
    """``Schema.property`` of everything in the answer, with the property's own schema."""
    if (reference := schema.get("$ref")) is not None:
        name = reference.rpartition("/")[2]
        if name in seen:
            return
        seen.add(name)
        found = document["components"]["schemas"][name]
        for each, inner in found.get("properties", {}).items():
            yield f"{name}.{each}", inner
        schema = found
    for part in ("anyOf", "allOf", "oneOf"):
        for each in schema.get(part, ()):
            yield from _properties(each, document, seen)
    for each in (*schema.get("properties", {}).values(), schema.get("items"), schema.get("additionalProperties")):
        if isinstance(each, dict):
            yield from _properties(each, document, seen)


async def _names() -> dict[str, dict[str, Any]]:
    """Each name-like property of an answer, by the routes that give it."""
    app = await app_of("registration")
    document = app.openapi()
    found: dict[str, dict[str, Any]] = {}
    for path, method, operation in operations(app):
        for status, answer in operation["responses"].items():
            if not status.startswith("2"):
                continue
            for content in answer.get("content", {}).values():
                for name, schema in _properties(content.get("schema", {}), document, set()):
                    if NAME_LIKE.search(name.partition(".")[2]):
                        found.setdefault(name, {"schema": schema, "routes": set()})["routes"].add(f"{method} {path}")
    return found


async def test_every_name_in_an_answer_is_a_pupils_that_may_be_null_or_nobodys() -> None:
    found = await _names()
    of_pupils = {name for name in found if not OF_OTHERS.search(name)}
    assert of_pupils == OF_PUPILS | DISCLOSED, "say whose name it is, and read names of pupils by shown_names"
    for name in of_pupils:
        choices = found[name]["schema"].get("anyOf", [])
        assert {"type": "null"} in choices, f"{name} cannot be left out for a pupil whose name is protected"


@pytest.mark.parametrize("prefers", ["application/json", "text/csv"])
async def test_no_answer_has_the_name_of_a_pupil_whose_name_is_protected(
    callers: Callers, registration: Registration, prefers: str
) -> None:
    ids = await classroom(registration)
    stay = "910101;2022/2023;5A;2022-08-01;2023-08-01"
    header = PUPIL_HEADER.strip() + ";name_protected\n"
    await registration.send("pupils", f"{header}{cpr(1)};;L1;Zoe {SECRET};{stay};true\n")
    await registration.send("pupils", f"{header};;L1;Anden {SECRET[:-1]}e;{stay.replace('5A', '5B')};true\n")
    refused = await registration.send("pupils", f"{header}{cpr(1)};;L1;Zoe {SECRET};{stay.replace('5A', '9X')};\n")
    await tell(registration.db, [month_of(ids[number], "2022-09", "22.5") for number in (1, 2)])
    await tell(registration.db, [month_of(ids[number], "2022-11", "22.5") for number in (1, 2)])
    (case,) = await registration.rows("SELECT case_id FROM identity_case", "101")
    kept = await callers.ask(
        "POST",
        "/v1/kept-gross-lists",
        "resource_team",
        "101",
        json={"municipality_code": "101", "as_of": "2023-06-30", "everyone": True},
        headers={"Idempotency-Key": "kept"},
    )
    known = {
        "school_id": str(await school_id(registration)),
        "class_id": str(await class_id(registration, "5A")),
        "institution_number": "910101",
        "school_year": "2022-2023",
        "class_name": "5A",
        "pupil_id": str(ids[1]),
        "case_id": str(case["case_id"]),
        "receipt_id": str(refused.id),
        "kept_list_id": kept.json()["kept_list_id"],
        "kind": "pupils",
        "municipality": "101",
        "municipality_code": "101",
        "as_of": "2023-06-30",
        "on": "2023-05-02",
        "everyone": "true",
    }
    showing = {route for name, each in (await _names()).items() if name in OF_PUPILS for route in each["routes"]}
    asked: dict[str, str] = {}
    for path, method, operation in operations(await app_of("registration")):
        names = [each["name"] for each in operation.get("parameters", []) if each["in"] == "path"]
        if method != "GET" or not known.keys() >= set(names):
            continue
        where = path.format(**known)
        offered = {each["name"] for each in operation.get("parameters", []) if each["in"] == "query"}
        params = {name: value for name, value in known.items() if name in offered}
        for role in ("resource_team", "school", "municipality_integration", "secretariat"):
            how: dict[str, Any] = {"institutions": ["910101"]} if role == "school" else {}
            codes = () if role == "secretariat" else ("101",)
            answer = await callers.ask("GET", where, role, *codes, params=params, headers={"Accept": prefers}, **how)
            assert SECRET[:-1] not in answer.text, (role, method, path)
            if answer.status_code == 200:
                asked.setdefault(f"{method} {path}", answer.text)  # the team sees most
    assert {route for route in showing if route.startswith("GET")} <= asked.keys()
    lists = [text for route, text in asked.items() if route in showing and "gross-list" in route]
    assert lists
    assert any("kept" in route for route in asked)
    for text in lists:
        assert "Elev Nummer 2" in text  # the list shows names, but for the protected one
        assert str(ids[1]) in text
    if prefers == "application/json":
        (cases,) = (json.loads(text)["items"] for route, text in asked.items() if route.endswith("/identity-cases"))
        assert [each["known_name"] for each in cases] == [None]
