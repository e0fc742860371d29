"""Who lacks a CPR number and what to do: figures, the pupils, and what the secretariat sees."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import text

from libs.shared.db.scope import Scope
from services.registration.roster.coverage.domain import IdentityCoverage
from services.registration.roster.coverage.use_cases import identity_coverage, identity_coverage_of_groups
from services.registration.roster.identity.sealing import PupilVault, Sealed
from tests.factories.service import Callers
from tests.integration.services.registration.service import PUPIL_HEADER, Registration

ON = {"municipality": "101", "on": "2022-09-01"}
STAY = "2022/2023;5A;2022-08-01;2023-08-01"


def row(number: int, cpr: str | None = None, *, local: bool = True, place: str = "910101", more: str = "") -> str:
    local_id, cpr = f"L{number}" if local else "", f"610112{number:04}" if cpr is None else cpr
    return f"{cpr};uni{number:05};{local_id};Elev Nummer {number};{place};{STAY}{more}\n"


async def replaced(registration: Registration, *numbers: int) -> None:
    """Take the numbers of these pupils as what they are, replacement numbers, although the profile of the tests counts
    them as CPR numbers.
    """
    vault = PupilVault(registration.vault)
    rows = await registration.rows("SELECT pupil_id, name FROM pupil", "101")
    names = {vault.open(each["pupil_id"], Sealed.NAME, each["name"]): each["pupil_id"] for each in rows}
    chosen = [names[f"Elev Nummer {number}"] for number in numbers]
    async with registration.db.write(Scope.of("101")) as session:
        await session.execute(
            text("UPDATE pupil SET has_cpr_number = false WHERE pupil_id = ANY(CAST(:ids AS uuid[]))"), {"ids": chosen}
        )


async def roster(callers: Callers, registration: Registration) -> None:
    """Ten pupils at one school (one without a number, two with replacement numbers, one without a source id), one at
    another.
    """
    await callers.set_municipality()
    await registration.base()
    rows = [row(number) for number in range(1, 7)]
    rows += [row(7, ""), row(8), row(9), row(10, local=False), row(11, place="910102")]
    await registration.send("pupils", PUPIL_HEADER + "".join(rows))
    await replaced(registration, 8, 9, 11)


async def get(callers: Callers, path: str, role: str = "resource_team", **params: str) -> dict[str, Any]:
    how: dict[str, Any] = {"institutions": ["910101"]} if role == "school" else {}
    codes = () if role == "secretariat" else ("101",)
    asked = params if role == "secretariat" else ON | params
    answer = await callers.ask("GET", f"/v1/identity-coverage{path}", role, *codes, params=asked, **how)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_municipality_sees_who_lacks_a_number_and_what_to_do(
    callers: Callers, registration: Registration
) -> None:
    await roster(callers, registration)
    refused = await registration.send("pupils", PUPIL_HEADER + row(12, "123") + row(1))
    found = await get(callers, "")
    figures = {name: found["figures"][name] for name in ("pupils", "with_cpr_number", "without_cpr_number")}
    assert figures == {"pupils": 11, "with_cpr_number": 7, "without_cpr_number": 4}
    assert found["figures"]["percent"] == "63.6"
    assert {each["lack"]: each["count"] for each in found["lacking"]} == {
        "no_cpr_number": 1,
        "replacement_number": 3,
        "no_source_id": 1,
        "refused_cpr_number": 1,
    }
    assert all(each["remedy"]["da"] and each["remedy"]["en"] for each in found["lacking"])
    assert [(each["receipt_id"], each["rows"]) for each in found["refused"]] == [(str(refused.id), 1)]

    schools = (await get(callers, "/schools", sort="-without_cpr_number"))["items"]
    assert [(each["institution_number"], each["pupils"], each["without_cpr_number"]) for each in schools] == [
        ("910101", 10, 3),
        ("910102", 1, 1),
    ]
    first = await get(callers, "/schools", sort="-without_cpr_number", page_size="1")
    then = await get(
        callers, "/schools", sort="-without_cpr_number", page_size="1", page_token=first["next_page_token"]
    )
    assert [each["institution_number"] for each in (*first["items"], *then["items"])] == ["910101", "910102"]
    # On another day nobody is there.
    assert (await get(callers, "", on="2024-09-01"))["figures"]["percent"] is None


async def test_the_pupils_are_listed_with_names_for_those_who_work_with_them(
    callers: Callers, registration: Registration
) -> None:
    await roster(callers, registration)
    header = PUPIL_HEADER.strip() + ";name_protected\n"
    await registration.send("pupils", header + row(8, more=";true"))
    await replaced(registration, 8)
    team = (await get(callers, "/pupils"))["items"]
    assert {each["name"]: each["lacks"] for each in team} == {
        "Elev Nummer 7": ["no_cpr_number"],
        None: ["replacement_number"],
        "Elev Nummer 9": ["replacement_number"],
        "Elev Nummer 11": ["replacement_number"],
    }
    assert all(len(each["remedies"]) == len(each["lacks"]) for each in team)
    system = (await get(callers, "/pupils", "municipality_integration"))["items"]
    assert sorted(each["local_id"] for each in system) == ["L11", "L7", "L8", "L9"]
    assert {each["name"] for each in system} == {None}
    only = (await get(callers, "/pupils", institution="910102", lack="replacement_number"))["items"]
    assert [each["local_id"] for each in only] == ["L11"]
    assert [each["local_id"] for each in (await get(callers, "/pupils", lack="no_source_id"))["items"]] == [None]
    # A school sees the pupils who are at it today, and the figures of itself alone.
    assert (await get(callers, "/pupils", "school"))["items"] == []
    assert (await get(callers, "", "school"))["figures"]["pupils"] == 10
    assert (await get(callers, "/pupils", "school", institution="910102"))["items"] == []


async def test_the_secretariat_sees_figures_without_small_numbers_and_nobody_else_does(
    callers: Callers, registration: Registration
) -> None:
    await roster(callers, registration)
    (shown,) = (await get(callers, "/municipalities", "secretariat", on="2022-09-01"))["items"]
    assert (shown["municipality_code"], shown["name"], shown["pupils"]) == ("101", "København", 11)
    hidden = ("with_cpr_number", "without_cpr_number", "no_cpr_number", "replacement_number", "percent")
    assert {shown[name] for name in hidden} == {None}
    await registration.send("pupils", PUPIL_HEADER + "".join(row(number) for number in range(20, 26)))
    await replaced(registration, *range(20, 26))
    (shown,) = (await get(callers, "/municipalities", "secretariat", on="2022-09-01"))["items"]
    assert (shown["pupils"], shown["with_cpr_number"], shown["without_cpr_number"]) == (17, 7, 10)
    assert (shown["no_cpr_number"], shown["replacement_number"], shown["percent"]) == (None, None, "41.1")
    for path in ("", "/schools", "/pupils"):
        answer = await callers.ask("GET", f"/v1/identity-coverage{path}", "secretariat", params=ON)
        assert answer.status_code == 403
        answer = await callers.ask("GET", f"/v1/identity-coverage{path}", "resource_team", "147", params=ON)
        assert (answer.status_code, answer.json()["code"]) == (404, "municipality.not_found")
    answer = await callers.ask("GET", "/v1/identity-coverage/municipalities", "resource_team", "101")
    assert answer.status_code == 403


async def test_any_group_of_pupils_has_its_figures(callers: Callers, registration: Registration) -> None:
    await roster(callers, registration)
    vault = PupilVault(registration.vault)
    ids: dict[str, UUID] = {
        vault.open(each["pupil_id"], Sealed.NAME, each["name"]).rpartition(" ")[2]: each["pupil_id"]
        for each in await registration.rows("SELECT pupil_id, name FROM pupil", "101")
    }
    day = date(2022, 9, 1)
    async with registration.db.read(Scope.of("101")) as session:
        found = await identity_coverage(session, [ids["1"], ids["7"], ids["8"], ids["8"]], day)
        assert found == IdentityCoverage(pupils=3, with_cpr_number=1, no_cpr_number=1, replacement_number=1)
        assert str(found.percent) == "33.3"
        groups = {"a": [ids["1"], ids["2"]], "b": [ids["7"]], "c": []}
        several = await identity_coverage_of_groups(session, groups, day)
        assert {name: (each.pupils, each.without_cpr_number) for name, each in several.items()} == {
            "a": (2, 0),
            "b": (1, 1),
            "c": (0, 0),
        }
    async with registration.db.read(Scope.of("147")) as session:
        assert (await identity_coverage(session, ids.values(), day)).pupils == 0
