"""Whom a refused row is about: every identifier is read, or the row is not sure."""

from datetime import date

import pytest

from libs.shared.files.columns import ParseContext
from libs.shared.files.errors import FieldError
from libs.shared.files.header import Header
from libs.shared.files.kinds.pupils import PUPILS
from libs.shared.files.parse import CSV, NDJSON, Layout, RefusedRow
from libs.shared.imports.batch import NamedRow
from libs.shared.imports.staging.naming import named_rows
from libs.shared.privacy.identifiers import IdentifierKind
from libs.shared.privacy.keys import KeyRing, LookupKeys

KEYS = LookupKeys(KeyRing.generate())
CONTEXT = ParseContext("101", IdentifierKind.CPR_NUMBER, KEYS, date(2023, 6, 30))
REST = "Ask Prøvesen;910101;2022/2023;5A;2022-02-31;"
AS_CSV = Layout(CSV, "utf-8", Header(";", PUPILS.names[:9]))
AS_JSON = Layout(NDJSON, "utf-8", None)
CPR, LOCAL = (
    (kind.value, KEYS.value(kind, value, "101")[1])
    for kind, value in ((IdentifierKind.CPR_NUMBER, "6101120008"), (IdentifierKind.LOCAL_ID, "L1"))
)


def named(text: str, *, layout: Layout = AS_CSV, code: str = "date.invalid") -> NamedRow:
    (found,) = named_rows(PUPILS, layout, CONTEXT, KEYS, [RefusedRow(1, 2, text, [FieldError(code)])])
    return found


@pytest.mark.parametrize(
    ("cells", "sure", "keys"),
    [
        ("6101120008;;L1;", True, [CPR, LOCAL]),
        ("610112-0008;ukendt;NULL;", True, [CPR]),
        (";;L1;", True, [LOCAL]),
        ("61011200XX;;L1;", False, [LOCAL]),
        ("61011200XX;;;", False, []),
        (";;;", False, []),
        ("-;-;-;", False, []),
    ],
)
def test_a_row_is_sure_if_all_that_identifies_in_it_can_be_read(
    cells: str, *, sure: bool, keys: list[tuple[str, str]]
) -> None:
    assert named(cells + REST) == NamedRow(sure, keys)


@pytest.mark.parametrize("text", ["6101120008;" + REST, "6101120008;;L1;x;" + REST, '6101120008;;"L1;' + REST])
def test_a_row_that_cannot_be_split_is_not_sure(text: str) -> None:
    assert named(text) == NamedRow(False, [])


@pytest.mark.parametrize("code", ["encoding.invalid", "row.line_ends"])
def test_a_row_whose_letters_or_lines_are_in_doubt_is_not_sure(code: str) -> None:
    assert named("6101120008;;L1;" + REST, code=code) == NamedRow(False, [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"cpr_number": "6101120008", "local_id": "L1"}', NamedRow(True, [CPR, LOCAL])),
        ('{"cpr_number": 6101120008, "local_id": "L1"}', NamedRow(False, [LOCAL])),
        ('{"cpr_number": null, "local_id": "L1"}', NamedRow(True, [LOCAL])),
        ('["6101120008"]', NamedRow(False, [])),
        ("{", NamedRow(False, [])),
    ],
)
def test_the_same_of_json(text: str, expected: NamedRow) -> None:
    assert named(text, layout=AS_JSON, code="json.type") == expected
