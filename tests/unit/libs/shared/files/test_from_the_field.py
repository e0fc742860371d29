"""Rows as source systems and spreadsheets really write them: accepted values, and refusals with the correct code."""

import json
import unicodedata
from datetime import date
from typing import Annotated

import pytest

from libs.shared.files.columns import Column, ParseContext, read_cpr_number, read_local_id
from libs.shared.files.errors import FieldError
from libs.shared.files.header import Header
from libs.shared.files.kind import ImportRow, Kind
from libs.shared.files.notices import notices
from libs.shared.files.parse import CSV, LONGEST_TEXT, MOST_ERRORS, NDJSON, Layout, Parsed, parse_chunk
from libs.shared.privacy.identifiers import IdentifierKind
from libs.shared.privacy.keys import KeyRing, LookupKeys
from tests.factories.imported import DAYS

KEYS = LookupKeys(KeyRing.generate())
GOOD = "6101124001;2022-09-05;illness;1"


class PupilRow(ImportRow):
    """Two optional identifiers, a name, and an end that may be open."""

    cpr_number: Annotated[str | None, Column("CPR", "CPR", "", convert=read_cpr_number)] = None
    local_id: Annotated[str | None, Column("id", "id", "", max_length=64, convert=read_local_id)] = None
    name: Annotated[str, Column("navn", "name", "", max_length=5)]
    institution_number: Annotated[str, Column("skole", "school", "")]
    ends: Annotated[date | None, Column("slut", "end", "", open_end=True)] = None


PUPILS = Kind("people", PupilRow, ("name", "institution_number"), "Personer", "People")
PUPIL = "cpr_number;local_id;name;institution_number;ends"


def parse(
    *lines: str,
    header: str = "pupil;date;category;days",
    kind: Kind = DAYS,
    end: str = "\n",
    charset: str = "utf-8",
    identifier: IdentifierKind = IdentifierKind.CPR_NUMBER,
) -> Parsed:
    context = ParseContext("101", identifier, KEYS, date(2023, 6, 30))
    # The column names are as after the header check, so these tests show what the parser does.
    names = tuple(header.split(";"))
    body = "".join(line + end for line in lines).encode(charset)
    return parse_chunk(kind, Layout(CSV, charset, Header(";", names)), context, body, 2)


def parse_json(*records: object, kind: Kind = DAYS) -> Parsed:
    context = ParseContext("101", IdentifierKind.CPR_NUMBER, KEYS, date(2023, 6, 30))
    body = "\n".join(record if isinstance(record, str) else json.dumps(record) for record in records)
    return parse_chunk(kind, Layout(NDJSON, "utf-8", None), context, body.encode(), 1)


def codes(parsed: Parsed) -> list[tuple[int, str, str | None]]:
    return [(row.row, error.code, error.column) for row in parsed.refused for error in row.errors]


def shown(error: FieldError, kind: Kind = DAYS) -> dict[str, str]:
    return kind.catalog.messages(error.as_json())


@pytest.mark.parametrize("blank", [";;;", " ; ;;", '"";"";"";""', ";;;;;", ";", "\u00a0;;;", " "])
def test_a_row_of_separators_only_is_no_row(blank: str) -> None:
    parsed = parse(GOOD, blank, GOOD, blank, "x")
    assert (parsed.rows, parsed.lines) == (3, [2, 4])
    assert [(row.row, row.line) for row in parsed.refused] == [(5, 6)], "numbers follow the file"
    assert parse(blank, blank).rows == 0


def test_an_empty_json_object_is_a_row_that_lacks_everything() -> None:
    assert {code for _, code, _ in codes(parse_json({}))} == {"value.required"}


def test_empty_columns_at_the_end_are_passed_over() -> None:
    parsed = parse(GOOD + ";;", GOOD + "; ;", GOOD, GOOD + ";", GOOD + ";;;;", header="pupil;date;category;days;;")
    assert (codes(parsed), len(parsed.lines)) == ([], 5)
    assert set(parsed.columns) == set(DAYS.names)


def test_empty_cells_behind_the_header_s_last_column_are_passed_over() -> None:
    assert codes(parse(GOOD + ";;", GOOD)) == []


def test_a_row_with_text_in_a_column_without_a_name_is_refused_alone() -> None:
    parsed = parse(GOOD + ";;", GOOD + ";;note", GOOD + ";;", header="pupil;date;category;days;;")
    assert codes(parsed) == [(2, "column.unnamed", None)]
    assert (list(parsed.lines), list(map(len, parsed.columns.values()))) == ([2, 4], [2] * len(DAYS.names))
    assert "6" in shown(parsed.refused[0].errors[0])["da"]


def test_a_row_that_lacks_a_column_with_a_name_is_refused() -> None:
    assert codes(parse("6101124001;2022-09-05;illness", header="pupil;date;category;days;;")) == [
        (1, "row.columns", None)
    ]


def test_lines_that_end_in_cr_alone_within_a_file_of_lf_are_told_as_such() -> None:
    parsed = parse(GOOD, f"{GOOD}\r{GOOD}", GOOD, f'"6101124001"\r{GOOD}')
    assert codes(parsed) == [(2, "row.line_ends", None), (4, "row.line_ends", None)]
    record = {"pupil": "6101124001", "date": "2022-09-05", "category": "illness", "days": 1}
    assert codes(parse_json(record, f"{json.dumps(record)}\r{json.dumps(record)}")) == [(2, "row.line_ends", None)]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r\r\n"])
@pytest.mark.parametrize("line", [GOOD, GOOD.replace(";", '";"').join('""')])
def test_lf_crlf_and_a_line_end_converted_twice_are_read_alike(end: str, line: str) -> None:
    parsed = parse(line, line, end=end)
    assert (codes(parsed), len(parsed.lines)) == ([], 2)


def test_letters_of_two_signs_are_composed_in_csv_and_ndjson() -> None:
    apart = unicodedata.normalize("NFD", "Ågåøé")
    assert apart != "Ågåøé"
    assert len(apart) > PUPILS.by_name["name"].column.max_length, "the limit counts what is kept"
    parsed = parse(f";å1;{apart};101001;", f";a\u030a1;{apart};101001;", header=PUPIL, kind=PUPILS)
    assert parsed.columns["name"] == ["Ågåøé"] * 2
    assert parsed.columns["local_id"] == ["å1"] * 2
    other = parse_json({"name": apart, "institution_number": "101001"}, kind=PUPILS)
    assert other.columns["name"] == ["Ågåøé"]


def test_lost_letters_are_refused_by_name() -> None:
    parsed = parse(";a;S\ufffdren;101001;", ";b;Eva;101001;", header=PUPIL, kind=PUPILS)
    assert codes(parsed) == [(1, "value.lost_letters", "name")]
    assert parsed.columns["name"] == ["Eva"]
    assert codes(parse_json({"name": "S\ufffd", "institution_number": "101001"}, kind=PUPILS)) == [
        (1, "value.lost_letters", "name")
    ]


@pytest.mark.parametrize(
    ("written", "declared", "handed_back"),
    [
        ("windows-1252", "utf-8", "S\ufffdren"),
        ("utf-8", "windows-1252", "Søren"),
        ("utf-8", "iso-8859-1", "Søren"),
    ],
)
def test_what_is_handed_back_of_a_wrong_charset_is_right_or_refused_when_it_comes_back(
    written: str, declared: str, handed_back: str
) -> None:
    context = ParseContext("101", IdentifierKind.LOCAL_ID, KEYS, date(2023, 6, 30))
    layout = Layout(CSV, declared, Header(";", tuple(PUPIL.split(";"))))
    parsed = parse_chunk(PUPILS, layout, context, ";a;Søren;101001;\n".encode(written), 2)
    assert codes(parsed) == [(1, "encoding.invalid", None)]
    text = parsed.refused[0].text
    assert text == f";a;{handed_back};101001;"
    again = parse(text, header=PUPIL, kind=PUPILS)
    lost = "\ufffd" in handed_back
    assert codes(again) == ([(1, "value.lost_letters", "name")] if lost else [])
    assert again.columns["name"] == ([] if lost else ["Søren"])


def test_quotation_marks_of_windows_in_latin_1_come_back_as_lost() -> None:
    context = ParseContext("101", IdentifierKind.LOCAL_ID, KEYS, date(2023, 6, 30))
    layout = Layout(CSV, "iso-8859-1", Header(";", tuple(PUPIL.split(";"))))
    parsed = parse_chunk(PUPILS, layout, context, ";a;“Bo”;101001;\n".encode("windows-1252"), 2)
    assert parsed.refused[0].text == ";a;\ufffdBo\ufffd;101001;"


@pytest.mark.parametrize("word", ["NULL", "NA", "N/A", "-", "0000000000", "000000-0000", "ukendt", "#N/A"])
def test_a_placeholder_is_no_identifier_and_a_notice_says_so(word: str) -> None:
    parsed = parse(
        f"6101124001;{word};Bo;101001;", f"{word};{word};Eva;101001;", ";7;Ib;101001;", header=PUPIL, kind=PUPILS
    )
    assert codes(parsed) == []
    assert parsed.columns["local_id"] == [None, None, "7"]
    assert parsed.columns["cpr_number"] == ["6101124001", None, None]
    told = notices(parsed.notices)
    assert [(one.code, one.column, one.count) for one in told] == [
        ("identifier.placeholder", "cpr_number", 1),
        ("identifier.placeholder", "local_id", 2),
    ]
    assert all("local_id" in text and "2" in text for text in told[1].messages.values())


def test_a_placeholder_where_an_identifier_must_stand_is_refused_by_name() -> None:
    rows = [f"{word};2022-09-05;illness;1" for word in ("NULL", "-", "0000000000", "7")]
    parsed = parse(*rows, identifier=IdentifierKind.LOCAL_ID)
    assert codes(parsed) == [(row, "identifier.placeholder", "pupil") for row in (1, 2, 3)]
    assert len(parsed.lines) == 1


def test_a_placeholder_in_a_name_is_a_name() -> None:
    assert parse(";7;Null;101001;", header=PUPIL, kind=PUPILS).columns["name"] == ["Null"]


def test_an_open_end_is_none_and_other_years_that_cannot_be_cost_their_row() -> None:
    days = ["9999-12-31", "31-12-9999", "", "0001-01-01", "01-01-0001", "0209-09-08", "9999-12-30", "2022-08-01"]
    parsed = parse(*(f";{place};Bo;101001;{day}" for place, day in enumerate(days, 1)), header=PUPIL, kind=PUPILS)
    assert codes(parsed) == [(row, "date.out_of_range", "ends") for row in (4, 5, 6, 7)]
    assert parsed.columns["ends"] == [None, None, None, date(2022, 8, 1)]


def test_one_line_with_countless_unknown_fields_is_told_in_one_error() -> None:
    line = "{" + ",".join(f'"k{number}":1' for number in range(300_000)) + "}"
    (row,) = parse_json(line).refused
    assert [error.code for error in row.errors].count("column.unknown") == 1
    assert "300000" in shown(row.errors[0])["da"]
    assert len(row.errors) <= MOST_ERRORS
    assert len(row.text) == LONGEST_TEXT + 1
    stored = json.dumps([{**error.as_json(), "messages": shown(error)} for error in row.errors])
    assert len(stored) < 5_000


def test_a_row_has_twenty_errors_at_most() -> None:
    fields: dict[str, object] = {
        "__annotations__": {f"c{n}": Annotated[int, Column("tal", "number", "1")] for n in range(30)}
    }
    wide = Kind("wide", type("Row", (ImportRow,), fields), ("c0",), "Bred", "Wide", of_pupils=True)
    (row,) = parse(";".join("x" * 30), header=";".join(wide.names), kind=wide).refused
    assert [error.column for error in row.errors] == [f"c{n}" for n in range(MOST_ERRORS)]


def test_keys_are_remembered_over_the_chunks_of_a_file_and_never_more_than_the_limit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("libs.shared.files.columns.MOST_KEYS", 3)
    context = ParseContext("101", IdentifierKind.LOCAL_ID, KEYS, date(2023, 6, 30))
    layout = Layout(CSV, "utf-8", Header(";", ("pupil", "date", "category", "days")))
    for first in range(0, 8, 2):
        body = "".join(f"p{first + more};2022-09-05;illness;1\n" for more in range(2)) + " " * 500 + "q;;;\n"
        parsed = parse_chunk(DAYS, layout, context, body.encode(), 2)
        values = [KEYS.value(IdentifierKind.LOCAL_ID, f"p{first + more}", "101")[1] for more in range(2)]
        assert [key.value for key in parsed.columns["pupil"]] == values
        assert len(context.keys) <= 3
    assert set(context.keys) == {"p6", "p7"}
    assert "p6" not in repr(context)
    assert [key.value for key in parse_chunk(DAYS, layout, context, body.encode(), 2).columns["pupil"]] == values
