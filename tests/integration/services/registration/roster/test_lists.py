"""The lists of the roster on PostgreSQL: every order shows each row once, and a filter leaves rows out."""

import csv
import io
from typing import Any

import pytest

from tests.factories.service import Callers
from tests.integration.services.registration.service import Registration
from tests.integration.services.registration.told import school_id

SCHOOLS = """institution_number;name;kind
910101;Prøveskolen;public
910102;Friskolen;private
910103;Abildskolen;public
910104;Prøveskolen;special
"""
CLASSES = """institution_number;school_year;name;grade;kind
910101;2021/2022;4A;4;ordinary
910101;2022/2023;5A;5;ordinary
910101;2022/2023;10A;10;special
910101;2022/2023;5B;5;ordinary
"""


@pytest.fixture
async def filled(registration: Registration, callers: Callers) -> Callers:
    for code in ("101", "147"):
        await callers.set_municipality(code=code)
    await registration.send("schools", SCHOOLS)
    await registration.send("classes", CLASSES)
    return callers


def _codes(role: str) -> tuple[str, ...]:
    return () if role == "secretariat" else ("101",)


async def walked(callers: Callers, address: str, role: str, **query: Any) -> list[dict[str, Any]]:
    """All rows of a list, read with one row per page."""
    rows, token = list[dict[str, Any]](), None
    for _ in range(20):
        asked = {**query, "page_size": 1, **({"page_token": token} if token else {})}
        answer = await callers.ask("GET", address, role, *_codes(role), params=asked)
        assert answer.status_code == 200, answer.text
        rows += answer.json()["items"]
        token = answer.json()["next_page_token"]
        if token is None:
            return rows
    raise AssertionError("the list does not end")


@pytest.mark.parametrize("way", ["", "-"])
async def test_in_every_order_each_row_is_shown_once(filled: Callers, registration: Registration, way: str) -> None:
    school = await school_id(registration, "910101")
    lists: list[tuple[str, str, dict[str, str], dict[str, Any]]] = [
        (
            "/v1/schools",
            "resource_team",
            {"municipality": "101"},
            dict.fromkeys(("institution_number", "name", "kind")),
        ),
        ("/v1/institutions", "secretariat", {}, dict.fromkeys(("institution_number", "first_used_on"))),
        ("/v1/municipalities", "secretariat", {}, dict.fromkeys(("municipality_code", "name", "status"))),
        (f"/v1/schools/{school}/classes", "resource_team", {}, dict.fromkeys(("school_year", "name", "grade"))),
    ]
    for address, role, query, orders in lists:
        together = (await filled.ask("GET", address, role, *_codes(role), params=query)).json()["items"]
        assert len(together) > 1
        for by in orders:
            rows = await walked(filled, address, role, **query, sort=f"{way}{by}")
            assert sorted(map(str, rows)) == sorted(map(str, together)), (address, by)
            values = [each[by] for each in rows]
            assert values == sorted(values, reverse=way == "-"), (address, by)


async def test_a_filter_leaves_out_the_other_kinds(filled: Callers, registration: Registration) -> None:
    school = await school_id(registration, "910101")
    public = await walked(filled, "/v1/schools", "resource_team", municipality="101", kind="public")
    assert {each["institution_number"] for each in public} == {"910101", "910103"}
    special = await walked(filled, f"/v1/schools/{school}/classes", "resource_team", kind="special")
    assert [each["name"] for each in special] == ["10A"]
    assert await walked(filled, "/v1/municipalities", "secretariat", status="declined") == []


async def test_a_list_opens_in_a_spreadsheet(filled: Callers) -> None:
    answer = await filled.ask(
        "GET", "/v1/schools", "resource_team", "101", params={"municipality": "101"}, headers={"Accept": "text/csv"}
    )
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert [(row["institution_number"], row["name"]) for row in rows][:2] == [
        ("910101", "Prøveskolen"),
        ("910102", "Friskolen"),
    ]
