"""The gross list of a class, a school and a municipality: filters, order, pages, CSV, and figures without names."""

import csv
import io
from typing import Any

import pytest

from tests.factories.service import Callers
from tests.integration.services.registration.service import PUPIL_HEADER, Registration
from tests.integration.services.registration.told import class_id, classroom, cpr, month_of, school_id, tell

INDICATORS = "cpr_number;indicator;subject;grade;date;value\n"
DAY = "as_of=2023-06-30"


async def _world(registration: Registration, pupils: int = 6) -> dict[int, Any]:
    """Pupil 1 is flagged by absence and test, 2 by absence, 3 by the test; 77 of another school by the test."""
    ids = await classroom(registration, pupils)
    other = f"{cpr(77)};;L77;Elev Nummer 77;910102;2022/2023;5A;2022-08-01;2023-08-01\n"
    await registration.send("pupils", PUPIL_HEADER + other)
    rows = [f"{cpr(n)};national_test;reading;4;2022-03-15;{value}" for n, value in
            ((1, "jævn"), (2, "god"), (3, "mangelfuld"), (77, "jævn"))]  # fmt: skip
    await registration.send("indicators", INDICATORS + "\n".join(rows) + "\n")
    await tell(registration.db, [month_of(ids[1], month, "11.5") for month in ("2022-09", "2022-11")])
    await tell(registration.db, [month_of(ids[2], month, "20") for month in ("2022-09", "2022-11")])
    return ids


async def _get(callers: Callers, path: str, role: str = "resource_team", **more: Any) -> Any:
    answer = await callers.ask("GET", path, role, "101", **more)
    assert answer.status_code == 200, answer.text
    return answer.json()


def _names(found: dict[str, Any]) -> list[str]:
    return [each["name"].removeprefix("Elev Nummer ") for each in found["items"]]


async def test_a_schools_list_is_filtered_by_rule_outcome_class_and_grade_and_sorted(
    callers: Callers, registration: Registration
) -> None:
    await _world(registration)
    path = f"/v1/schools/{await school_id(registration)}/gross-list?{DAY}"
    found = await _get(callers, path)
    assert (_names(found), found["matching"], found["flagged"], found["screened"]) == (["1", "2", "3"], 3, 3, 6)
    assert (found["share_percent"], found["expected_percent"]) == ("50.00", "10")
    assert _names(await _get(callers, path + "&rule=S-TEST")) == ["1", "3"]
    assert _names(await _get(callers, path + "&rule=S-TEST&outcome=not_flagged")) == ["2"]
    unknown = await _get(callers, path + "&rule=S-TEST&outcome=unknown")
    assert (_names(unknown), unknown["flagged"]) == (["4", "5", "6"], 3)
    assert len((await _get(callers, path + "&everyone=true"))["items"]) == 6
    assert _names(await _get(callers, path + "&sort=-flags"))[0] == "1"
    assert _names(await _get(callers, path + "&sort=-absence"))[0] == "2"
    assert _names(await _get(callers, path + "&sort=-name")) == ["3", "2", "1"]
    none = await _get(callers, path + "&grade=4")
    assert (none["items"], none["screened"], none["share_percent"]) == ([], 0, None)
    chosen = await class_id(registration, "5A")
    assert (await _get(callers, f"{path}&class_id={chosen}"))["screened"] == 6


async def test_a_class_of_another_school_is_refused(callers: Callers, registration: Registration) -> None:
    await _world(registration)
    (other,) = await registration.rows(
        "SELECT c.class_id FROM class_ AS c JOIN school AS s USING (school_id) WHERE s.institution_number = '910102'",
        "101",
    )
    path = f"/v1/schools/{await school_id(registration)}/gross-list?{DAY}&class_id={other['class_id']}"
    answer = await callers.ask("GET", path, "resource_team", "101")
    assert (answer.status_code, answer.json()["code"]) == (422, "class.unknown")


async def test_pages_follow_each_other_and_a_token_fits_its_own_list_alone(
    callers: Callers, registration: Registration
) -> None:
    await _world(registration)
    school = await school_id(registration)
    path = f"/v1/schools/{school}/gross-list?{DAY}&everyone=true&page_size=4"
    first = await _get(callers, path)
    second = await _get(callers, f"{path}&page_token={first['next_page_token']}")
    assert _names(first) + _names(second) == list("123456")
    assert (second["next_page_token"], second["screened"]) == (None, 6)
    for other in (f"{path}&sort=-class", f"{path}&rule=S-TEST"):
        answer = await callers.ask("GET", f"{other}&page_token={first['next_page_token']}", "resource_team", "101")
        assert answer.status_code == 400


async def test_a_list_is_csv_if_the_caller_accepts_it(callers: Callers, registration: Registration) -> None:
    await _world(registration)
    path = f"/v1/schools/{await school_id(registration)}/gross-list?{DAY}"
    answer = await callers.ask("GET", path, "resource_team", "101", headers={"Accept": "text/csv"})
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff")), delimiter=";"))
    assert [row["name"] for row in rows] == ["Elev Nummer 1", "Elev Nummer 2", "Elev Nummer 3"]
    first = rows[0]
    assert (first["absence.outcome"], first["absence.value"], first["absence.threshold"]) == ("flagged", "10.00", "10")
    assert (first["absence.have"], first["rule_set"], first["version"]) == ("22", "screening-2021", "1")
    assert "skoledage" in first["absence.reason_da"]


async def test_a_municipality_is_listed_by_its_resource_team(callers: Callers, registration: Registration) -> None:
    await _world(registration)
    path = f"/v1/gross-list?municipality=101&{DAY}"
    found = await _get(callers, path)
    assert sorted(_names(found)) == ["1", "2", "3", "77"]
    assert [each["institution_number"] for each in found["items"]] == ["910101"] * 3 + ["910102"]
    assert (found["screened"], found["flagged"], found["share_percent"]) == (7, 4, "57.14")
    own = await _get(callers, f"/v1/schools/{await school_id(registration)}/gross-list?{DAY}")
    by_pupil = {each["pupil_id"]: each for each in found["items"]}
    assert all(by_pupil[each["pupil_id"]] == each for each in own["items"])
    first = await _get(callers, path + "&sort=-flags&page_size=1")
    assert _names(first) == ["1"]
    rest = await _get(callers, f"{path}&sort=-flags&page_size=200&page_token={first['next_page_token']}")
    assert sorted(_names(rest)) == ["2", "3", "77"]
    # The pupil was at this school on the day and is not today, so a team of this school alone is not shown the pupil.
    left = await _get(callers, path, institutions=["910102"])
    assert (left["items"], left["screened"], left["not_shown"]) == ([], 0, 1)
    refused = await callers.ask("GET", path, "resource_team", "102")
    assert (refused.status_code, refused.json()["code"]) == (404, "municipality.not_found")
    for role in ("school", "secretariat", "municipality_integration", "evaluator"):
        assert (await callers.ask("GET", path, role, "101")).status_code == 403


async def test_figures_have_no_names_and_are_coarse_for_the_secretariat(
    callers: Callers, registration: Registration
) -> None:
    await _world(registration, 13)
    path = f"/v1/gross-list/figures?municipality=101&{DAY}"
    exact = await _get(callers, path)
    assert [(each["institution_number"], each["screened"], each["on_list"]) for each in exact["items"]] == [
        ("910101", 13, 3),
        ("910102", 1, 1),
    ]
    assert (exact["coarse"], exact["total"]["screened"], exact["total"]["share_percent"]) == (False, 14, "28.57")
    assert exact["items"][0]["test"] == {"flagged": 2, "not_flagged": 1, "not_applicable": 0, "unknown": 10}

    coarse = await _get(callers, path, "secretariat")
    first, second = coarse["items"]
    assert (first["screened"], first["on_list"], first["share_percent"]) == (15, None, None)
    assert first["test"] == {"flagged": None, "not_flagged": None, "not_applicable": None, "unknown": 10}
    assert second["screened"] is None
    assert "Elev" not in str(exact) + str(coarse)
    assert (await _get(callers, path + "&sort=-share"))["items"][0]["institution_number"] == "910102"


async def test_the_secretariat_sees_the_figures_of_the_end_of_a_month(
    callers: Callers, registration: Registration
) -> None:
    await _world(registration)
    path = "/v1/gross-list/figures?municipality=101&as_of="
    for asked, shown in (("2023-06-30", "2023-06-30"), ("2023-06-29", "2023-05-31"), ("2023-01-01", "2022-12-31")):
        assert (await _get(callers, path + asked, "secretariat"))["as_of"] == shown
        assert (await _get(callers, path + asked))["as_of"] == asked


@pytest.mark.parametrize("query", ["rule=S-NONE", "outcome=maybe", "sort=cpr_number", "page_size=1001", "grade=11"])
async def test_a_filter_that_is_none_is_refused(callers: Callers, query: str) -> None:
    answer = await callers.ask("GET", f"/v1/gross-list?municipality=101&{query}", "resource_team", "101")
    assert answer.status_code == 422
