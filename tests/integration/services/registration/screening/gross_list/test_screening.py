"""The gross list of a school: correct numbers, names only for those who may see them, and a reason for missing data."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import event

from libs.shared.auth.principal import Principal, Role
from libs.shared.db.database import Database
from libs.shared.db.scope import Scope
from libs.shared.rules.library import library_rule_set
from services.registration.roster.identity.sealing import PupilVault
from services.registration.screening.gross_list.queries import facts
from services.registration.screening.gross_list.use_cases.school import gross_list
from tests.factories.places import weekdays
from tests.factories.service import Callers
from tests.integration.services.registration.service import PUPIL_HEADER, Registration
from tests.integration.services.registration.told import (
    SCHOOL_YEARS,
    classroom,
    cpr,
    month_of,
    published,
    reported,
    school_id,
    tell,
)

TEAM = Principal("team", frozenset({Role.RESOURCE_TEAM}), frozenset({"101"}))
INDICATORS = "cpr_number;indicator;subject;grade;date;value\n"


async def _list(callers: Callers, registration: Registration, as_of: str = "2023-06-30") -> dict[str, Any]:
    path = f"/v1/schools/{await school_id(registration)}/gross-list?as_of={as_of}"
    answer = await callers.ask("GET", path, "resource_team", "101")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def _verdict(item: dict[str, Any], rule_id: str) -> dict[str, Any]:
    return next(each for each in item["verdicts"] if each["rule_id"] == rule_id)


async def test_a_pupil_with_a_tenth_of_absence_is_on_the_list_with_name_and_reason(
    callers: Callers, registration: Registration
) -> None:
    ids = await classroom(registration)
    days = len(weekdays(*SCHOOL_YEARS[1]))
    assert days == 230
    await tell(registration.db, [month_of(ids[1], "2022-09", "11.5"), month_of(ids[1], "2022-11", "11.5")])
    await tell(registration.db, [month_of(ids[2], "2022-09", "22.5")])
    found = await _list(callers, registration)
    assert (found["screened"], found["flagged"], found["rule_set"]) == (6, 1, "screening-2021")
    (item,) = found["items"]
    assert (item["name"], item["class_name"], item["grade"]) == ("Elev Nummer 1", "5A", 5)
    absence = _verdict(item, "S-ABSENCE")
    assert (absence["outcome"], absence["value"]["amount"], absence["version"]) == ("flagged", "10.00", 1)
    assert "23 af 230 skoledage, 11 af 11 måneder" in absence["reason"]["da"]
    assert _verdict(item, "S-TEST")["outcome"] == "unknown"
    assert found["outcomes"]["S-ABSENCE"] == {"flagged": 1, "not_flagged": 5, "not_applicable": 0, "unknown": 0}


async def test_indicators_flag_by_the_words_of_the_files(callers: Callers, registration: Registration) -> None:
    await classroom(registration)
    rows = [f"{cpr(1)};national_test;reading;4;2022-03-15;jævn", f"{cpr(2)};national_test;reading;4;2022-03-15;god"]
    # The latest result counts, but not one after the day of the screening.
    rows += [f"{cpr(3)};national_test;mathematics;2;2020-03-15;mangelfuld"]
    rows += [f"{cpr(3)};national_test;mathematics;4;2022-03-15;rigtig god"]
    rows += [f"{cpr(4)};national_test;reading;4;2023-07-01;ikke tilstrækkelig"]
    await registration.send("indicators", INDICATORS + "\n".join(rows) + "\n")
    found = await _list(callers, registration)
    assert [item["name"] for item in found["items"]] == ["Elev Nummer 1"]
    assert _verdict(found["items"][0], "S-TEST")["value"]["code"] == "fair"
    assert found["outcomes"]["S-TEST"] == {"flagged": 1, "not_flagged": 2, "not_applicable": 0, "unknown": 3}


async def test_marks_and_readiness_are_judged_in_the_upper_stage(callers: Callers, registration: Registration) -> None:
    await classroom(registration)
    await registration.send(
        "classes", "institution_number;school_year;name;grade;kind\n910101;2022/2023;9A;9;ordinary\n"
    )
    pupil = "{};;;Elev Nummer {};910101;2022/2023;9A;2022-08-01;2023-08-01\n"
    await registration.send("pupils", PUPIL_HEADER + "".join(pupil.format(cpr(n), n) for n in (91, 92, 93)))
    rows = [f"{cpr(91)};teacher_mark;danish;9;2023-01-15;02", f"{cpr(92)};teacher_mark;danish;9;2023-01-15;7"]
    rows += [
        f"{cpr(93)};education_readiness;;8;2022-01-10;ready",
        f"{cpr(93)};education_readiness;;9;2023-01-10;not_ready",
    ]
    await registration.send("indicators", INDICATORS + "\n".join(rows) + "\n")
    found = await _list(callers, registration)
    assert [item["name"] for item in found["items"]] == ["Elev Nummer 91", "Elev Nummer 93"]
    assert _verdict(found["items"][0], "S-MARK")["outcome"] == "flagged"
    assert _verdict(found["items"][1], "S-NOT-READY")["outcome"] == "flagged"


async def _years(registration: Registration, pupil_id: Any, as_of: date) -> dict[str, tuple[Any, ...]]:
    async with registration.db.read(Scope.of("101")) as session:
        return {
            each.school_year: (
                str(each.absence_days),
                each.school_days_reported,
                each.months_reported,
                each.months_expected,
            )
            for each in await facts.absence(session, [pupil_id], as_of)
        }


async def test_a_month_not_reported_is_neither_absence_nor_its_absence(registration: Registration) -> None:
    ids = await classroom(registration)
    await tell(registration.db, [month_of(ids[1], "2022-09", "4"), month_of(ids[1], "2022-10", "2")])
    await tell(registration.db, reported("910101", ["2022-09"], yes=False, version=2))
    september = len(weekdays(date(2022, 9, 1), date(2022, 9, 30)))
    years = await _years(registration, ids[1], date(2023, 6, 30))
    assert years["2022/2023"] == ("2.0", 230 - september, 10, 11)


async def test_a_month_that_has_not_ended_by_the_day_is_left_out_on_both_sides(registration: Registration) -> None:
    ids = await classroom(registration)
    await tell(registration.db, [month_of(ids[1], "2022-09", "4"), month_of(ids[1], "2022-10", "9")])
    until_september = len(weekdays(SCHOOL_YEARS[1][0], date(2022, 9, 30)))
    for day in (date(2022, 9, 30), date(2022, 10, 30)):
        assert (await _years(registration, ids[1], day))["2022/2023"] == ("4.0", until_september, 2, 2)
    assert "2022/2023" not in await _years(registration, ids[1], date(2022, 7, 31))


async def test_a_month_with_more_absence_than_school_days_is_not_reported_until_one_of_the_two_is_right(
    registration: Registration,
) -> None:
    ids = await classroom(registration)
    september = len(weekdays(date(2022, 9, 1), date(2022, 9, 30)))
    await tell(registration.db, [month_of(ids[1], "2022-09", f"{september + 1}"), month_of(ids[1], "2022-10", "2")])
    years = await _years(registration, ids[1], date(2023, 6, 30))
    assert years["2022/2023"] == ("2.0", 230 - september, 10, 11)
    await tell(registration.db, [month_of(ids[1], "2022-09", f"{september}", version=2)])
    years = await _years(registration, ids[1], date(2023, 6, 30))
    assert years["2022/2023"] == (f"{september + 2}.0", 230, 11, 11)


async def test_a_pupil_who_moved_counts_the_days_of_each_schools_calendar_and_completeness(
    registration: Registration,
) -> None:
    ids = await classroom(registration)
    # Pupil 1 leaves 5A on 15 November for the other school, which has a shorter calendar and reports late.
    rows = f"{cpr(1)};;L1;Elev Nummer 1;910101;2022/2023;5A;2022-08-01;2022-11-15\n"
    rows += f"{cpr(1)};;L1;Elev Nummer 1;910102;2022/2023;5A;2022-11-15;2023-08-01\n"
    await registration.send("pupils", PUPIL_HEADER + rows)
    later = weekdays(date(2022, 11, 1), date(2022, 12, 16))
    days = "".join(f"910102;{day.isoformat()}\n" for day in later)
    await registration.send("calendars", "institution_number;date\n" + days)
    await tell(registration.db, [month_of(ids[1], "2022-11", "3"), month_of(ids[1], "2022-12", "1")])
    await tell(registration.db, reported("910102", ["2022-12"]))
    # The absence of November is one sum for both schools, and one of them has not reported it.
    before = len(weekdays(SCHOOL_YEARS[1][0], date(2022, 10, 31)))
    december = len(weekdays(date(2022, 12, 1), date(2022, 12, 16)))
    years = await _years(registration, ids[1], date(2023, 6, 30))
    assert years["2022/2023"] == ("1.0", before + december, 4, 5)
    await tell(registration.db, reported("910102", ["2022-11"]))
    november = len(weekdays(date(2022, 11, 1), date(2022, 11, 30)))
    years = await _years(registration, ids[1], date(2023, 6, 30))
    assert years["2022/2023"] == ("4.0", before + november + december, 5, 5)


async def test_only_pupils_of_the_school_on_the_day_are_screened(callers: Callers, registration: Registration) -> None:
    await classroom(registration, 3)
    other = f"{cpr(77)};;L77;Elev Nummer 77;910102;2022/2023;5A;2022-08-01;2023-08-01\n"
    await registration.send("pupils", PUPIL_HEADER + other)
    assert (await _list(callers, registration))["screened"] == 3
    assert (await _list(callers, registration, "2022-06-01"))["screened"] == 3
    assert (await _list(callers, registration, "2023-08-01"))["screened"] == 0


@contextmanager
def _statements(db: Database) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(*arguments: Any) -> None:
        seen.append(arguments[2])

    event.listen(db.engine.sync_engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine.sync_engine, "before_cursor_execute", note)


async def test_a_large_school_takes_as_many_statements_as_a_small_one(registration: Registration) -> None:
    async def count() -> tuple[int, int]:
        async with registration.db.read(Scope.of("101")) as session:
            with _statements(registration.db) as seen:
                day = date(2023, 6, 30)
                vault, school = PupilVault(registration.vault), await school_id(registration)
                found = await gross_list(session, vault, TEAM, school, day, today=day)
        return found.summary.screened, len(seen)

    await classroom(registration, 2)
    few = await count()
    rows = "".join(
        f"{cpr(n)};;L{n};Elev Nummer {n};910101;2022/2023;5B;2022-08-01;2023-08-01\n" for n in range(100, 400)
    )
    await registration.send("pupils", PUPIL_HEADER + rows)
    many = await count()
    assert (few[0], many[0]) == (2, 302)
    assert few[1] == many[1]


async def test_another_tenants_school_and_one_that_does_not_exist_give_the_same_answer(
    callers: Callers, registration: Registration
) -> None:
    await classroom(registration, 1)
    own = f"/v1/schools/{await school_id(registration)}/gross-list?as_of=2023-06-30"
    missing = f"/v1/schools/{uuid4()}/gross-list?as_of=2023-06-30"
    answers = [
        await callers.ask("GET", own, "resource_team", "102"),
        await callers.ask("GET", missing, "resource_team", "102"),
        await callers.ask("GET", own, "school", "101", institutions=["910102"]),
    ]
    assert [(each.status_code, each.json()["code"]) for each in answers] == [(404, "school.not_found")] * 3
    assert (await callers.ask("GET", own, "school", "101", institutions=["910101"])).status_code == 200


@pytest.mark.parametrize("role", ["secretariat", "municipality_integration", "evaluator", "ops", "auditor"])
async def test_nobody_but_school_and_resource_team_sees_names(callers: Callers, role: str) -> None:
    answer = await callers.ask("GET", f"/v1/schools/{uuid4()}/gross-list", role, "101")
    assert answer.status_code == 403


async def test_without_the_rule_set_the_answer_says_what_is_awaited(
    callers: Callers, registration: Registration
) -> None:
    await registration.base()
    path = f"/v1/schools/{await school_id(registration)}/gross-list?as_of="
    answer = await callers.ask("GET", path + "2023-06-30", "resource_team", "101")
    assert (answer.status_code, answer.json()["code"]) == (503, "rule_set.not_received")
    assert "screening" in answer.json()["messages"]["da"]
    assert answer.headers["Retry-After"]

    await tell(registration.db, [published(library_rule_set("screening-2021"))])
    early = await callers.ask("GET", path + "2020-06-30", "resource_team", "101")
    assert (early.status_code, early.json()["code"]) == (422, "rule_set.not_in_force")
    assert "2020-06-30" in early.json()["messages"]["en"]


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2023-02-30", "x"])
async def test_a_day_that_cannot_be_meant_is_refused(callers: Callers, day: str) -> None:
    answer = await callers.ask("GET", f"/v1/schools/{uuid4()}/gross-list?as_of={day}", "resource_team", "101")
    assert answer.status_code == 422
