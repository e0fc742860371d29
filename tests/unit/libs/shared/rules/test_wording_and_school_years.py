from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from libs.shared.rules.wording import floored, listed_da, listed_en, number_da, number_en
from libs.shared.values.school_years import SchoolYear, previous_school_year, school_year_of


@pytest.mark.parametrize(
    ("amount", "da", "en"),
    [("10.50", "10,5", "10.5"), ("10", "10", "10"), ("100", "100", "100"), ("0.00", "0", "0"), ("1E+2", "100", "100")],
)
def test_a_number_is_written_with_each_languages_decimal_sign(amount: str, da: str, en: str) -> None:
    assert (number_da(Decimal(amount)), number_en(Decimal(amount))) == (da, en)


@given(st.fractions(min_value=0, max_value=1000), st.decimals(0, 1000, places=2))
def test_a_shown_number_stays_on_the_exact_numbers_side_of_a_threshold(exact: Fraction, threshold: Decimal) -> None:
    shown = floored(exact)
    assert (shown >= threshold) == (exact >= Fraction(threshold))
    assert 0 <= exact - Fraction(shown) < Fraction(1, 100)


@pytest.mark.parametrize(
    ("parts", "da", "en"),
    [([], "", ""), (["a"], "a", "a"), (["a", "b"], "a og b", "a and b"), (["a", "b", "c"], "a, b og c", "a, b and c")],
)
def test_a_list_ends_with_and(parts: list[str], da: str, en: str) -> None:
    assert (listed_da(parts), listed_en(parts)) == (da, en)


def test_a_school_year_starts_on_the_first_of_august() -> None:
    assert school_year_of(date(2022, 7, 31)) == "2021/2022"
    assert school_year_of(date(2022, 8, 1)) == "2022/2023"
    assert school_year_of(date(2023, 1, 1)) == "2022/2023"
    assert previous_school_year("2022/2023") == "2021/2022"


@pytest.mark.parametrize("wrong", ["2022/2024", "2022-2023", "22/23", "2022/2022", "2022/2023 ", "２022/2023"])
def test_a_school_year_of_another_form_is_refused(wrong: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(SchoolYear).validate_python(wrong)
    with pytest.raises(ValueError, match="two years in a row"):
        previous_school_year(wrong)
