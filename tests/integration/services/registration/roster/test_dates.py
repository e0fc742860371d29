"""Impossible dates are refused when they enter, row by row and field by field; an open end is not a date."""

from typing import Any
from uuid import uuid4

from tests.factories.files import codes, counts
from tests.factories.service import Callers
from tests.integration.services.registration.service import ASK, PUPIL_HEADER, SCHOOLS, Registration

CALENDAR = "institution_number;date\n910101;2022-09-07\n"
PLAN: dict[str, Any] = {
    "start": "2022-08-01",
    "last_day": "2023-07-31",
    "efforts": [{"variant": "C"}],
}


async def test_school_days_that_cannot_be_are_refused_alone(registration: Registration) -> None:
    await registration.send("schools", SCHOOLS)
    days = ("01-01-0001", "0209-09-08", "9999-12-31", "1990-07-31", "31.12.9998")
    receipt = await registration.send("calendars", CALENDAR + "".join(f"910101;{day}\n" for day in days))
    assert counts(receipt) == (1, 0, 0, 5)
    assert codes(receipt) == {"date.out_of_range": 5}
    assert [event["school_days"] for event in await registration.events("calendar")] == [["2022-09-07"]]


async def test_a_day_of_the_year_1_in_110_schools_reaches_no_event(registration: Registration) -> None:
    numbers = [f"91{n:04d}" for n in range(110)]
    await registration.send("schools", "institution_number;name;kind\n" + "".join(f"{n};S;public\n" for n in numbers))
    days = "".join(f"{number};01-01-0001\n" for number in numbers)
    assert codes(await registration.send("calendars", f"institution_number;date\n{days}")) == {"date.out_of_range": 110}
    assert await registration.events("calendar") == []


async def test_an_open_end_is_the_end_of_the_school_year(registration: Registration) -> None:
    await registration.base()
    for sent, end in enumerate(("9999-12-31", "31-12-9999", "", "2023-08-01")):
        receipt = await registration.send("pupils", PUPIL_HEADER + ASK.replace("2023-08-01", end))
        assert counts(receipt) == ((1, 0, 0, 0) if sent == 0 else (0, 1, 0, 0)), end
    (pupil,) = await registration.events("pupil")
    (membership,) = pupil["memberships"]
    assert (membership["valid_from"], membership["valid_to"]) == ("2022-08-01", "2023-08-01")


async def test_an_end_is_open_by_the_one_date_alone_and_a_start_never(registration: Registration) -> None:
    await registration.base()
    rows = ASK.replace("2023-08-01", "9998-12-31") + ASK.replace("2022-08-01", "9999-12-31").replace("5A", "5B")
    assert codes(await registration.send("pupils", PUPIL_HEADER + rows)) == {"date.out_of_range": 2}


async def test_a_result_before_the_window_is_refused_and_one_to_come_is_said_to_be(registration: Registration) -> None:
    header = "cpr_number;indicator;subject;grade;date;value\n"
    rows = "".join(f"6101120008;national_test;reading;4;{day};jævn\n" for day in ("0209-03-15", "9999-12-31"))
    assert codes(await registration.send("indicators", header + rows)) == {"date.out_of_range": 1, "date.in_future": 1}


async def test_a_school_year_that_cannot_be_is_refused(registration: Registration) -> None:
    await registration.send("schools", SCHOOLS)
    years = ("0000/0001", "1989/1990", "9998/9999", "2022/2024")
    rows = "".join(f"910101;{year};A;5;ordinary\n" for year in years)
    receipt = await registration.send("classes", f"institution_number;school_year;name;grade;kind\n{rows}")
    assert codes(receipt) == {"school_year.out_of_range": 3, "school_year.invalid": 1}


async def refused(callers: Callers, method: str, path: str, **more: Any) -> list[tuple[str, str]]:
    answer = await callers.ask(method, path, "resource_team", "101", **more)
    assert answer.status_code == 422, answer.text
    return [(each["pointer"], each["code"]) for each in answer.json()["errors"]]


async def test_a_body_or_query_with_a_date_that_cannot_be_is_refused_by_name(
    registration: Registration, callers: Callers
) -> None:
    await registration.send("schools", SCHOOLS)
    (school,) = await registration.rows("SELECT school_id FROM school WHERE institution_number = '910101'", "101")
    school_id = str(school["school_id"])
    body = {"title": "T", "school_ids": [school_id], "plan": {**PLAN, "last_day": "9999-12-31"}}
    assert await refused(callers, "POST", "/v1/projects", json=body) == [("/plan", "date.out_of_range")]
    listed = f"/v1/schools/{school_id}/gross-list"
    for day in ("0001-01-01", "9999-12-31"):
        assert await refused(callers, "GET", listed, params={"as_of": day}) == [("/as_of", "date.out_of_range")]
    course = {"project_id": str(uuid4()), "school_id": school_id, "variant": "C", "start": "1990-07-31"}
    key = {"Idempotency-Key": "a-course"}
    found = await refused(callers, "POST", "/v1/courses", json={**course, "last_day": "9999-12-31"}, headers=key)
    assert found == [("/start", "date.out_of_range"), ("/last_day", "date.out_of_range")]
