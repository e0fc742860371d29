"""The values that each national scalar accepts; no other file defines such a form."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from libs.shared.values.codes import (
    Grade,
    InstitutionNumber,
    MunicipalityCode,
    VariantId,
    is_institution_number,
    is_municipality_code,
    is_variant_id,
)
from libs.shared.values.months import Month, is_month, month_of
from libs.shared.values.school_years import SchoolYear, autumn_term, first_day, last_day, next_first_day

ROOT = Path(__file__).parents[5]
ACCEPTED: list[tuple[Any, list[Any], list[Any]]] = [
    (MunicipalityCode, ["101", "000", "999"], ["", "10", "1010", "10a", " 101", "101\n", "１０１", "١٠١", 101]),
    (
        InstitutionNumber,
        ["101001", "000000", "A1B2C3", "ABCDEF"],
        ["", "10100", "1010011", "10100a", "1010Å1", "101001\n", "１０１００１", 101001],
    ),
    (
        Month,
        ["2022-09", "2022-10", "0001-12"],
        ["2022-00", "2022-13", "2022-9", "2022-09-01", "2022-09\n", "２０２２-09"],
    ),
    (
        SchoolYear,
        ["2022/2023", "0000/0001", "1999/2000"],
        ["2022/2024", "2022/2022", "22/23", "2022-2023", "2022/2023 "],
    ),
    (Grade, [0, 1, 10, "3"], [-1, 11, 1.5, "a", None]),
    (VariantId, ["A", "A1", "E3"], ["", "a1", "F1", "A4", "A0", "A11", "A1\n"]),
]


@pytest.mark.parametrize(
    ("scalar", "accepted", "refused"), ACCEPTED, ids=["code", "number", "month", "year", "grade", "variant"]
)
def test_a_scalar_accepts_these_and_refuses_those(scalar: Any, accepted: list[Any], refused: list[Any]) -> None:
    adapter = TypeAdapter(scalar)
    for value in accepted:
        adapter.validate_python(value)
    for value in refused:
        with pytest.raises(ValidationError):
            adapter.validate_python(value)


@pytest.mark.parametrize(
    ("scalar", "has_form"),
    [
        (MunicipalityCode, is_municipality_code),
        (InstitutionNumber, is_institution_number),
        (VariantId, is_variant_id),
        (Month, is_month),
    ],
)
def test_a_reader_without_a_model_accepts_what_the_model_does(scalar: Any, has_form: Any) -> None:
    adapter = TypeAdapter(scalar)
    _, accepted, refused = next(each for each in ACCEPTED if each[0] is scalar)
    assert all(has_form(adapter.validate_python(value)) for value in accepted)
    assert not any(has_form(value) for value in refused if isinstance(value, str))


def test_a_school_year_runs_from_1_august_to_31_july() -> None:
    assert (first_day("2022/2023"), last_day("2022/2023")) == (date(2022, 8, 1), date(2023, 7, 31))
    assert next_first_day("2022/2023") == first_day("2023/2024")
    assert list(autumn_term("2022/2023")) == ["2022-08", "2022-09", "2022-10", "2022-11", "2022-12"]
    with pytest.raises(ValueError, match="two years in a row"):
        first_day("2022/2024")


SPELT = re.compile(
    r"""(?:\[0-9\]|\\d)\{(?:3|6)\}\$?["']|(?:\[0-9\]|\\d)\{4\}/|\[A-E\]|,\s*8,\s*1\)""",
)
"""A code's pattern, a school year's, a variant's, and 1 August as a date."""
OTHERS = {
    "libs/shared/values/codes.py": "here they are spelt",
    "libs/shared/values/school_years.py": "here they are spelt",
    "libs/shared/contracts/catalog.py": "an intervention type's letter, which is no variant",
    "libs/shared/base/date_window.py": "the first day of the window is a date, not a school year's",
}


def test_no_other_file_spells_a_scalar() -> None:
    found = {
        str(path.relative_to(ROOT))
        for folder in ("libs", "services", "apps")
        for path in (ROOT / folder).rglob("*.py")
        if "migrations" not in path.parts and SPELT.search(path.read_text(encoding="utf-8"))
    }
    assert found == set(OTHERS)


def test_a_day_lies_in_a_month_written_with_four_and_two_digits() -> None:
    assert [month_of(day) for day in (date(2022, 9, 30), date(2022, 10, 1), date(1, 12, 31))] == [
        "2022-09",
        "2022-10",
        "0001-12",
    ]
