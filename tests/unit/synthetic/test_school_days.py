"""Danish school days."""

from datetime import date

import pytest

from synthetic import school_days


@pytest.mark.parametrize(
    ("year", "easter"), [(2021, date(2021, 4, 4)), (2022, date(2022, 4, 17)), (2023, date(2023, 4, 9))]
)
def test_easter_falls_where_the_almanac_has_it(year: int, easter: date) -> None:
    assert school_days.easter_sunday(year) == easter


@pytest.mark.parametrize("first_year", [2021, 2022])
def test_a_school_year_has_about_two_hundred_days_and_none_in_weekends(first_year: int) -> None:
    days = school_days.school_days(first_year)
    assert 195 <= len(days) <= 205
    assert all(day.weekday() < 5 for day in days)
    assert list(days) == sorted(set(days))


@pytest.mark.parametrize(
    "day",
    [
        date(2021, 10, 20),  # autumn break
        date(2021, 12, 24),
        date(2022, 2, 16),  # winter break
        date(2022, 4, 14),  # Maundy Thursday
        date(2022, 4, 18),  # Easter Monday
        date(2022, 5, 13),  # Great Prayer Day
        date(2022, 5, 26),  # Ascension
        date(2022, 6, 6),  # Whit Monday
        date(2022, 7, 5),
    ],
)
def test_holidays_and_breaks_are_no_school_days(day: date) -> None:
    assert day not in school_days.school_days(2021)


def test_constitution_day_is_no_school_day() -> None:
    assert date(2023, 6, 5) not in school_days.school_days(2022)


def test_a_school_that_begins_later_lacks_the_first_days_only() -> None:
    assert school_days.school_days(2021, 1) == school_days.school_days(2021)[1:]
