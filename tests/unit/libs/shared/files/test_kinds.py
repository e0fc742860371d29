"""Header check, template and guide follow from one declaration."""

from typing import Annotated

import pytest

from libs.shared.files.columns import Column, Key
from libs.shared.files.guide import guide
from libs.shared.files.header import Header
from libs.shared.files.kind import ImportRow, Kind
from libs.shared.files.problems import (
    ColumnDuplicate,
    ColumnMissing,
    ColumnUnknown,
    FileEmpty,
    HeaderQuotes,
    KindUnknown,
)
from libs.shared.imports.handlers import Kinds
from tests.factories.imported import DAYS, DaysHandler


def test_the_template_is_its_own_valid_header() -> None:
    header = Header.read(DAYS.template(), DAYS)
    assert header.names == DAYS.names


@pytest.mark.parametrize(("line", "separator"), [("a;b", ";"), ("a,b", ","), ("a\tb", "\t")])
def test_the_separator_is_the_one_the_header_uses(line: str, separator: str) -> None:
    line = line.replace("a", "pupil").replace("b", f"date{separator}category{separator}days")
    assert Header.read(line, DAYS).separator == separator


def test_names_are_read_in_any_case_and_quoted() -> None:
    assert Header.read(' "Pupil"; DATE;category;days \r\n'.replace(' "', '"'), DAYS).names == (
        "pupil",
        "date",
        "category",
        "days",
    )


def test_a_wrongly_spelled_optional_column_is_an_error_with_a_suggestion() -> None:
    with pytest.raises(ColumnUnknown) as caught:
        Header.read("pupil;date;category;days;institution_nr", DAYS)
    assert caught.value.code == "column.unknown"
    assert "5" in caught.value.messages["da"]
    assert "institution_number" in caught.value.messages["en"]


def test_a_file_without_a_header_does_not_have_its_first_row_repeated() -> None:
    with pytest.raises(ColumnUnknown) as caught:
        Header.read("6101120008;2022-09-30;illness;1", DAYS)
    assert "6101120008" not in str(caught.value.messages)


@pytest.mark.parametrize(
    ("line", "problem", "code"),
    [
        ("pupil;date;category", ColumnMissing, "column.missing"),
        ("pupil;date;date;category;days", ColumnDuplicate, "column.duplicate"),
        ("", FileEmpty, "file.empty"),
        ('pupil;"date;category;days', HeaderQuotes, "quote.unclosed"),
    ],
)
def test_a_bad_header_is_told_by_code(line: str, problem: type[Exception], code: str) -> None:
    with pytest.raises(problem) as caught:
        Header.read(line, DAYS)
    assert getattr(caught.value, "code", None) == code


def test_the_columns_of_a_file_of_refused_rows_are_accepted() -> None:
    assert Header.read("pupil;date;category;days;_row;_code;_reason_da;_reason_en", DAYS).names[-1] == "_reason_en"


@pytest.mark.parametrize("language", ["da", "en"])
def test_the_guide_shows_every_column_and_every_code(language: str) -> None:
    shown = guide(DAYS, language)
    assert all(f"`{name}`" in shown for name in DAYS.names)
    assert all(f"`{text.code}`" in shown for text in DAYS.catalog)
    assert "illness, authorised, unauthorised" in shown
    assert "{" not in shown
    for said in ("CR", "sep=;", "UTF-16", "�", "9999-12-31", "NULL", "`notices`", "`column.unnamed`"):
        assert said in shown


def test_every_text_can_be_filled_in_in_both_languages() -> None:
    params = {
        "found": 3,
        "count": 2,
        "position": 5,
        "days": 90,
        "expected": 4,
        "first_row": 1,
        "max": 20,
        "most": 10_000,
        "allowed": ["a", "b"],
        "example": "x",
        "limit": "≥ 0",
        "charset": "utf-8",
        "first": "1990-08-01",
        "last": "2027-11-29",
    }
    for text in DAYS.catalog:
        shown = DAYS.catalog.messages({"code": text.code, "column": "days", "params": params})
        assert set(shown) == {"da", "en"}
        assert "{" not in "".join(shown.values())


def test_a_kind_with_secret_columns_cannot_park() -> None:
    class Row(ImportRow):
        pupil: Annotated[Key, Column("Elev", "Pupil", "", identifier=True)]
        name: Annotated[str, Column("Navn", "Name", "", secret=True)]

    with pytest.raises(TypeError, match="secret"):
        Kind("x", Row, ("pupil",), "X", "X", park_by="pupil", of_pupils=True)


def test_a_kind_says_how_its_rows_are_held_to_institutions() -> None:
    class Row(ImportRow):
        pupil: Annotated[Key, Column("Elev", "Pupil", "", identifier=True)]

    with pytest.raises(TypeError, match="institution_number"):
        Kind("x", Row, ("pupil",), "X", "X")
    with pytest.raises(TypeError, match="institution_number"):
        Kind("x", DAYS.model, ("pupil",), "X", "X", of_pupils=True)


def test_a_field_without_a_column_and_a_key_that_is_no_column_are_told() -> None:
    class Row(ImportRow):
        name: str

    with pytest.raises(TypeError, match="no Column"):
        Kind("x", Row, ("name",), "X", "X", of_pupils=True)
    with pytest.raises(TypeError, match="natural key"):
        Kind("x", DAYS.model, ("nothing",), "X", "X")


def test_an_unknown_kind_is_answered_with_the_known_ones() -> None:
    handler = DaysHandler()
    kinds = Kinds([(DAYS, handler)])
    assert kinds.handler("days") is handler
    with pytest.raises(KindUnknown) as caught:
        kinds.kind("day")
    assert "days" in caught.value.messages["en"]
