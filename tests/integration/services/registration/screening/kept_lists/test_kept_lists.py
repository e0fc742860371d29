"""A gross list that was kept is shown exactly as it was, but for those erased."""

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from libs.shared.db.scope import Scope
from tests.factories.service import Callers
from tests.integration.services.registration.service import Registration
from tests.integration.services.registration.told import classroom, month_of, school_id, tell

DAY = "2023-06-30"


async def _flagged(registration: Registration) -> dict[int, Any]:
    ids = await classroom(registration)
    for number in (1, 2):
        await tell(registration.db, [month_of(ids[number], month, "12") for month in ("2022-09", "2022-11")])
    return ids


async def _keep(callers: Callers, *, key: str | None = None, **body: Any) -> Any:
    headers = {"Idempotency-Key": key or uuid4().hex}
    return await callers.ask(
        "POST", "/v1/kept-gross-lists", "resource_team", "101", json={"as_of": DAY, **body}, headers=headers
    )


async def _read(callers: Callers, kept_list_id: str, query: str = "", **more: Any) -> Any:
    answer = await callers.ask("GET", f"/v1/kept-gross-lists/{kept_list_id}{query}", "resource_team", "101", **more)
    assert answer.status_code == 200, answer.text
    return answer


async def test_a_kept_list_stays_as_it_was_when_the_facts_change(callers: Callers, registration: Registration) -> None:
    ids = await _flagged(registration)
    school = str(await school_id(registration))
    path = f"/v1/schools/{school}/gross-list?as_of={DAY}"
    before = (await callers.ask("GET", path, "resource_team", "101")).json()
    key = uuid4().hex
    made = await _keep(callers, key=key, school_id=school)
    assert made.status_code == 201, made.text
    kept = made.json()["kept_list_id"]
    await tell(registration.db, [month_of(ids[1], month, "1", version=2) for month in ("2022-09", "2022-11")])
    assert len((await callers.ask("GET", path, "resource_team", "101")).json()["items"]) == 1

    shown = (await _read(callers, kept)).json()
    assert [{**each, "position": None} for each in shown["items"]] == [
        {**each, "position": None} for each in before["items"]
    ]
    assert {name: shown[name] for name in ("screened", "flagged", "outcomes", "rule_set", "version")} == {
        name: before[name] for name in ("screened", "flagged", "outcomes", "rule_set", "version")
    }
    assert (shown["erased"], shown["not_shown"], shown["pupils"]) == (0, 0, 2)
    assert (await _keep(callers, key=key, school_id=school)).json() == made.json()

    first = (await _read(callers, kept, "?page_size=1")).json()
    second = (await _read(callers, kept, f"?page_size=1&page_token={first['next_page_token']}")).json()
    assert [each["position"] for each in first["items"] + second["items"]] == [1, 2]
    lines = (await _read(callers, kept, headers={"Accept": "text/csv"})).text.splitlines()
    assert len(lines) == 3


async def test_a_selection_names_the_list_on_which_it_stands(callers: Callers, registration: Registration) -> None:
    ids = await _flagged(registration)
    school = str(await school_id(registration))
    kept = (await _keep(callers, school_id=school)).json()["kept_list_id"]
    body = {
        "school_id": school,
        "kind": "pupil",
        "pupil_ids": [str(ids[1])],
        "decided_on": DAY,
        "socially_vulnerable": True,
        "behind": ["wellbeing"],
        "reason": "Fravær.",
        "parents_dialogue": "Møde.",
        "kept_list_id": kept,
    }
    made = await callers.ask("POST", "/v1/selections", "resource_team", "101", json=body)
    assert (made.status_code, made.json()["kept_list_id"]) == (201, kept)


async def test_an_erased_pupil_is_counted_and_nothing_else_is_changed(
    callers: Callers, registration: Registration
) -> None:
    ids = await _flagged(registration)
    kept = (await _keep(callers, school_id=str(await school_id(registration)))).json()["kept_list_id"]
    async with registration.db.write(Scope.of("101")) as session:
        await session.execute(text("DELETE FROM kept_list_pupil WHERE pupil_id = :id"), {"id": ids[1]})
    shown = (await _read(callers, kept)).json()
    assert ([each["position"] for each in shown["items"]], shown["erased"], shown["pupils"]) == ([2], 1, 2)
    for table, column in (("kept_list", "screened"), ("kept_list_pupil", "grade")):
        with pytest.raises(DBAPIError, match="written once"):
            async with registration.db.write(Scope.of("101")) as session:
                await session.execute(text(f"UPDATE {table} SET {column} = {column} + 1"))


async def test_a_municipality_keeps_its_list_and_no_other_sees_it(callers: Callers, registration: Registration) -> None:
    await _flagged(registration)
    made = await _keep(callers, municipality_code="101", everyone=True)
    assert (made.status_code, made.json()["pupils"], made.json()["school_id"]) == (201, 6, None)
    kept = made.json()["kept_list_id"]
    assert len((await _read(callers, kept)).json()["items"]) == 6
    path = f"/v1/kept-gross-lists/{kept}"
    for answer in (
        await callers.ask("GET", path, "resource_team", "102"),
        await callers.ask("GET", path, "school", "101", institutions=["910101"]),
        await callers.ask("GET", f"/v1/kept-gross-lists/{uuid4()}", "resource_team", "101"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "kept_list.not_found")
    own = await _keep(callers, school_id=str(await school_id(registration)))
    listed = await callers.ask("GET", "/v1/kept-gross-lists?municipality=101&sort=-kept_at", "resource_team", "101")
    assert [each["kept_list_id"] for each in listed.json()["items"]] == [own.json()["kept_list_id"], kept]
    at_school = await callers.ask(
        "GET", "/v1/kept-gross-lists?municipality=101", "school", "101", institutions=["910101"]
    )
    assert [each["kept_list_id"] for each in at_school.json()["items"]] == [own.json()["kept_list_id"]]


async def test_a_list_of_nothing_or_of_both_is_refused(callers: Callers, registration: Registration) -> None:
    await _flagged(registration)
    school = str(await school_id(registration))
    for body in ({}, {"school_id": school, "municipality_code": "101"}):
        answer = await _keep(callers, **body)
        assert (answer.status_code, answer.json()["code"]) == (422, "kept_list.subject")
    unknown = await _keep(callers, school_id=str(uuid4()))
    assert (unknown.status_code, unknown.json()["code"]) == (422, "school.unknown")
    body = {"as_of": DAY, "municipality_code": "101"}
    part = await callers.ask("POST", "/v1/kept-gross-lists", "school", "101", json=body, institutions=["910101"])
    assert (part.status_code, part.json()["code"]) == (422, "kept_list.municipality")
