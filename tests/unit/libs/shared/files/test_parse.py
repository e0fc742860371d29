"""Parsing: accepted values, and the code, column and value class of refused ones."""

import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.shared.files.columns import Key, ParseContext
from libs.shared.files.errors import value_class
from libs.shared.files.header import Header
from libs.shared.files.parse import CSV, NDJSON, Layout, Parsed, parse_chunk
from libs.shared.privacy.identifiers import IdentifierKind
from libs.shared.privacy.keys import KeyRing, LookupKeys
from tests.factories.imported import DAYS, HEADER

KEYS = LookupKeys(KeyRing.generate())
CONTEXT = ParseContext("101", IdentifierKind.CPR_NUMBER, KEYS, date(2023, 6, 30))
FULL = "pupil;date;category;days;institution_number;note"


def parse(data: bytes | str, *, charset: str = "utf-8", header: str = HEADER) -> Parsed:
    body = data if isinstance(data, bytes) else data.encode()
    return parse_chunk(DAYS, Layout(CSV, charset, Header.read(header, DAYS)), CONTEXT, body, 2)


def parse_json(*lines: str) -> Parsed:
    return parse_chunk(DAYS, Layout(NDJSON, "utf-8", None), CONTEXT, "\n".join(lines).encode(), 1)


def codes(parsed: Parsed) -> list[tuple[int, list[tuple[str, str | None]]]]:
    return [(row.row, [(error.code, error.column) for error in row.errors]) for row in parsed.refused]


def test_a_good_row_becomes_typed_values_and_a_lookup_key() -> None:
    parsed = parse('610112-0008; 2022-09-30 ;illness;"0,5"\r\n')
    assert parsed.refused == []
    key_id, value = KEYS.value(IdentifierKind.CPR_NUMBER, "6101120008", "101")
    assert parsed.columns["pupil"] == [Key("cpr_number", key_id, value)]
    assert parsed.columns["date"] == [date(2022, 9, 30)]
    assert parsed.columns["days"] == [Decimal("0.5")]
    assert parsed.columns["institution_number"] == [None]
    assert "6101120008" not in repr(parsed.columns)


@pytest.mark.parametrize("text", ["2022-09-30", "30-09-2022", "30.09.2022", "30/9/2022"])
def test_dates_are_read_in_iso_and_danish_order(text: str) -> None:
    assert parse(f"6101120008;{text};illness;1").columns["date"] == [date(2022, 9, 30)]


@pytest.mark.parametrize(
    ("line", "code", "column", "sort"),
    [
        ("6113120008;2022-09-30;illness;1", "cpr_number.invalid", "pupil", "digits(10)"),
        ("61O1120008;2022-09-30;illness;1", "cpr_number.invalid", "pupil", "text"),
        (";2022-09-30;illness;1", "value.required", "pupil", "empty"),
        ("6101120008;2022-02-30;illness;1", "date.invalid", "date", "date-like"),
        ("6101120008;30-09-22;illness;1", "date.invalid", "date", "date-like"),
        ("6101120008;2023-07-01;illness;1", "date.in_future", "date", "date-like"),
        ("6101120008;2022-09-30;sick;1", "category.unknown", "category", "text"),
        ("6101120008;2022-09-30;illness;1e5", "number.invalid", "days", "text"),
        ("6101120008;2022-09-30;illness;1.000,5", "number.invalid", "days", "number"),
        ("6101120008;2022-09-30;illness", "row.columns", None, "row"),
        ("6101120008;2022-09-30;illness;1;2", "row.columns", None, "row"),
        ('"6101120008;2022-09-30;illness;1', "quote.unclosed", None, "row"),
        ('"6101120008"x;2022-09-30;illness;1', "quote.unclosed", None, "row"),
    ],
)
def test_a_refused_row_has_code_column_and_class_and_never_the_value(
    line: str, code: str, column: str | None, sort: str
) -> None:
    parsed = parse(f"6101120008;2022-09-29;illness;1\n{line}\n6101120008;2022-09-28;illness;1\n")
    assert len(parsed.lines) == 2
    (row,) = parsed.refused
    assert (row.row, row.line) == (2, 3)
    assert row.text == line
    (error,) = row.errors
    assert (error.code, error.column, error.value_class) == (code, column, sort)
    shown = json.dumps([error.as_json(), DAYS.catalog.messages(error.as_json())])
    assert not any(cell in shown for cell in line.split(";") if len(cell) > 3 and not cell.isalpha())


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ("12345;", "institution_number.invalid"),
        (f";{'x' * 21}", "value.too_long"),
        (";a\x00b", "value.characters"),
    ],
)
def test_declared_patterns_lengths_and_characters_are_checked(cells: str, code: str) -> None:
    parsed = parse(f"6101120008;2022-09-30;illness;1;{cells}", header=FULL)
    assert [error.code for row in parsed.refused for error in row.errors] == [code]


def test_all_errors_of_a_row_are_told_at_once() -> None:
    parsed = parse("x;y;z;w")
    assert codes(parsed) == [
        (
            1,
            [
                ("cpr_number.invalid", "pupil"),
                ("date.invalid", "date"),
                ("category.unknown", "category"),
                ("number.invalid", "days"),
            ],
        )
    ]


def test_a_forgotten_quotation_mark_costs_one_row_and_not_the_rest() -> None:
    parsed = parse('6101120008;2022-09-30;illness;"1\n6101120008;2022-09-29;illness;1\n')
    assert codes(parsed) == [(1, [("quote.unclosed", None)])]
    assert parsed.columns["date"] == [date(2022, 9, 29)]


def test_empty_lines_are_no_rows_and_numbers_follow_the_file() -> None:
    parsed = parse("6101120008;2022-09-30;illness;1\n\n  \nx;2022-09-29;illness;1\n\n")
    assert parsed.rows == 2
    assert [(row.row, row.line) for row in parsed.refused] == [(4, 5)]


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1", "windows-1252"])
def test_danish_letters_are_read_in_the_declared_charset(charset: str) -> None:
    line = "6101120008;2022-09-30;illness;1;;Æblegrød på ø"
    assert parse(line.encode(charset), charset=charset, header=FULL).columns["note"] == ["Æblegrød på ø"]


@pytest.mark.parametrize(
    ("written", "declared"),
    [("iso-8859-1", "utf-8"), ("windows-1252", "utf-8"), ("utf-8", "iso-8859-1"), ("utf-8", "windows-1252")],
)
def test_a_line_that_is_not_in_the_declared_charset_is_refused_alone(written: str, declared: str) -> None:
    data = "6101120008;2022-09-30;illness;1;;ok\n6101120008;2022-09-29;illness;1;;grød på\n".encode(written)
    parsed = parse(data, charset=declared, header=FULL)
    assert codes(parsed) == [(2, [("encoding.invalid", None)])]
    assert parsed.columns["note"] == ["ok"]


def test_windows_quotation_marks_declared_as_latin_1_are_refused() -> None:
    parsed = parse("6101120008;2022-09-30;illness;1;;“x”".encode("windows-1252"), charset="iso-8859-1", header=FULL)
    assert codes(parsed) == [(1, [("encoding.invalid", None)])]


def test_rows_are_numbered_one_by_one_and_all_at_once_alike() -> None:
    for layout in (Layout(CSV, "utf-8", Header.read(HEADER, DAYS)), Layout(NDJSON, "utf-8", None)):
        for lines in (range(5, 9), [2, 3, 7], ()):
            assert list(layout.row_numbers(lines)) == [layout.row_number(line) for line in lines]


def test_json_lines_are_read_as_rows() -> None:
    parsed = parse_json(
        '{"pupil":"6101120008","date":"2022-09-30","category":"illness","days":0.5}',
        '{"pupil":"6101120008","date":"29-09-2022","category":"illness","days":"1","note":null}',
    )
    assert parsed.columns["days"] == [Decimal("0.5"), Decimal(1)]
    assert parsed.refused == []


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("{", ("json.invalid", None)),
        ("[1]", ("json.invalid", None)),
        ('{"pupil":6101120008,"date":"2022-09-30","category":"illness","days":1}', ("json.type", "pupil")),
        ('{"pupil":"6101120008","date":"2022-09-30","category":"illness","days":true}', ("json.type", "days")),
        ('{"pupil":"6101120008","date":"2022-09-30","category":"illness","days":[1]}', ("json.type", "days")),
        ('{"pupil":"6101120008","date":"2022-09-30","category":"illness","days":1,"dys":2}', ("column.unknown", None)),
        ('{"pupil":"6101120008","date":"2022-09-30","category":"illness"}', ("value.required", "days")),
        ("[" * 5000, ("json.invalid", None)),
    ],
)
def test_a_json_line_that_is_no_row_is_refused_by_code(line: str, expected: tuple[str, str | None]) -> None:
    assert codes(parse_json(line)) == [(1, [expected])]


@given(st.text(max_size=60))
def test_no_line_breaks_the_parser_and_every_one_is_accounted_for(line: str) -> None:
    parsed = parse(line.replace("\n", " "))
    blank = not line.replace(";", " ").strip()  # a line of only separators is not a row either
    assert parsed.rows == (0 if blank else 1)
    for row in parsed.refused:
        assert all(error.code in DAYS.catalog for error in row.errors)


@given(st.binary(max_size=80), st.sampled_from(["utf-8", "iso-8859-1", "windows-1252"]))
def test_no_bytes_break_the_parser(data: bytes, charset: str) -> None:
    parsed = parse(data, charset=charset)
    assert parsed.rows == len(parsed.lines) + len(parsed.refused)
    _ = parse_chunk(DAYS, Layout(NDJSON, "utf-8", None), CONTEXT, data, 1)


@pytest.mark.parametrize(
    ("text", "sort"),
    [
        ("", "empty"),
        ("6101120008", "digits(10)"),
        ("610112-0008", "digits(6-4)"),
        ("2022-09-30", "date-like"),
        ("0,5", "number"),
        ("abc", "text"),
    ],
)
def test_the_class_of_a_value_says_its_sort(text: str, sort: str) -> None:
    assert value_class(text) == sort
