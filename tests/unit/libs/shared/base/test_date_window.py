"""The dates that anything accepts."""

from datetime import date, timedelta
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from libs.shared.base.clock import danish_date, utc_now
from libs.shared.base.date_window import FIRST_DAY, Day, DaysInside, EndDay, PastDay, first_years, last_day
from libs.shared.web.validation import field_problems

YEAR_ONE, BEFORE, OPEN = date(1, 1, 1), FIRST_DAY - timedelta(days=1), date(9999, 12, 31)


def read(kind: Any, value: object) -> Any:
    return TypeAdapter(kind).validate_python(value)


def refused(kind: Any, value: object) -> tuple[str, str, str]:
    with pytest.raises(ValidationError) as caught:
        read(kind, value)
    (problem,) = field_problems([dict(each) for each in caught.value.errors()])
    return problem.code, problem.messages.da, problem.messages.en


def ahead(years: int) -> date:
    today = danish_date(utc_now())
    return date(today.year + years, 1, 1)


@pytest.mark.parametrize("day", [FIRST_DAY, date(2022, 9, 1), ahead(5)])
def test_a_day_inside_is_itself(day: date) -> None:
    assert [read(kind, day) for kind in (Day, EndDay, PastDay)] == [day] * 3


@pytest.mark.parametrize("day", [YEAR_ONE, BEFORE, ahead(7), OPEN])
def test_a_day_outside_is_refused_in_both_languages_with_the_bounds(day: date) -> None:
    code, danish, english = refused(Day, day)
    last = last_day(danish_date(utc_now()))
    assert code == "date.out_of_range"
    assert danish == f"Datoen skal ligge mellem 1990-08-01 og {last}. Ret den."
    assert english == f"The date must lie between 1990-08-01 and {last}. Correct it."


def test_an_open_end_is_none_and_any_other_end_is_a_day() -> None:
    assert (read(EndDay, OPEN), read(EndDay, None)) == (None, None)
    assert refused(EndDay, OPEN - timedelta(days=1))[0] == "date.out_of_range"
    assert refused(EndDay, BEFORE)[0] == "date.out_of_range"


def test_what_a_rule_holds_against_today_is_left_to_the_rule_when_it_is_in_the_future() -> None:
    assert read(PastDay, OPEN) == OPEN
    assert refused(PastDay, BEFORE)[0] == "date.out_of_range"


class _Effort(BaseModel):
    until: date | None = None


class _Plan(BaseModel):
    start: date
    efforts: tuple[_Effort, ...] = ()


def test_each_date_of_a_model_is_looked_at_and_named() -> None:
    kind = Annotated[_Plan, DaysInside]
    assert read(kind, {"start": "2022-08-01"}).start == date(2022, 8, 1)
    code, danish, english = refused(kind, {"start": "2022-08-01", "efforts": [{}, {"until": "0001-01-01"}]})
    assert code == "date.out_of_range"
    assert danish.startswith("Datoen i efforts/1/until skal ligge")
    assert english.startswith("The date in efforts/1/until must lie")
    assert refused(kind, {"start": "9999-12-31"})[2].startswith("The date in start must")


def test_the_window_moves_with_the_day_and_a_leap_day_ends_on_the_28th() -> None:
    assert last_day(date(2023, 3, 1)) == date(2028, 3, 1)
    assert last_day(date(2024, 2, 29)) == date(2029, 2, 28)


def test_school_years_are_those_that_begin_inside() -> None:
    assert (first_years(date(2023, 7, 31))[0], first_years(date(2023, 7, 31))[-1]) == (1990, 2027)
    assert first_years(date(2023, 8, 1))[-1] == 2028
