"""The limits on which readers of events rely; a record outside them is not a valid event."""

import json
from typing import Any

import pytest

from libs.shared.contracts.absence import PupilMonthChanged
from libs.shared.contracts.codec import InvalidEvent, decode
from libs.shared.contracts.frozen import read_examples
from libs.shared.contracts.registration import CalendarChanged, PupilChanged
from libs.shared.contracts.state import State


def read(model: type[State], **other: Any) -> State:
    example = read_examples(model)[0]
    headers = tuple((name, text.encode()) for name, text in example["headers"].items())
    return decode(headers, json.dumps(example["value"] | other).encode()).data


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "2200-01-01", "9999-12-31"])
def test_a_date_outside_the_wide_window_makes_no_event(day: str) -> None:
    with pytest.raises(InvalidEvent, match="school_days"):
        read(CalendarChanged, school_days=["2022-08-15", day])
    membership = read_examples(PupilChanged)[0]["value"]["memberships"][0]
    with pytest.raises(InvalidEvent, match="valid_to"):
        read(PupilChanged, memberships=[membership | {"valid_to": day}])


@pytest.mark.parametrize("year", ["0000/0001", "1899/1900", "2199/2200", "2021/2023", "2022/2022", "٢٠٢٢/٢٠٢٣"])
def test_a_school_year_is_two_years_of_the_window_in_a_row(year: str) -> None:
    with pytest.raises(InvalidEvent, match="school_year"):
        read(CalendarChanged, school_year=year)


@pytest.mark.parametrize("month", ["0000-01", "1899-12", "2200-01", "٢٠٢٢-٠٩"])
def test_a_month_is_one_of_the_window(month: str) -> None:
    with pytest.raises(InvalidEvent, match="month"):
        read(PupilMonthChanged, month=month)


@pytest.mark.parametrize("version", [0, 2**31, 2**64])
def test_a_version_fits_an_integer_column(version: int) -> None:
    with pytest.raises(InvalidEvent, match="aggregate_version"):
        read(PupilMonthChanged, aggregate_version=version)


def test_a_month_has_31_days_of_absence_at_most_over_all_categories() -> None:
    assert read(PupilMonthChanged, illness="10", authorised="10", unauthorised="11")
    with pytest.raises(InvalidEvent):
        read(PupilMonthChanged, illness="10", authorised="10", unauthorised="11.5")


def test_what_is_far_away_and_inside_is_an_event() -> None:
    assert read(CalendarChanged, school_days=["1900-01-01", "2199-12-31"], school_year="2198/2199")
    assert read(PupilMonthChanged, month="2199-12", aggregate_version=2**31 - 1)


def test_a_municipality_code_has_digits_0_to_9() -> None:
    with pytest.raises(InvalidEvent, match="municipality_code"):
        read(PupilMonthChanged, municipality_code="١٠١")
