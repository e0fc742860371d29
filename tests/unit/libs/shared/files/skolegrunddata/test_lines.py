"""Rows become lines that are numbered as the elements of the file, in chunks that are bounded."""

from datetime import date

import pytest

from libs.shared.files.checking import offline_context
from libs.shared.files.cut import CutLimits
from libs.shared.files.errors import FieldError
from libs.shared.files.kinds.classes import CLASSES
from libs.shared.files.parse import NDJSON, Layout, parse_chunk
from libs.shared.files.skolegrunddata.checking import LAYOUT
from libs.shared.files.skolegrunddata.declared import NAME
from libs.shared.files.skolegrunddata.lines import Lines
from libs.shared.files.skolegrunddata.rows import Row
from libs.shared.privacy.identifiers import IdentifierKind

FIELDS = {"institution_number": "910101", "school_year": "2022/2023", "grade": "5", "kind": "unknown"}


def row(position: int, code: str = "") -> Row:
    errors = (FieldError(code, "GroupId", "digits(4)", {"first_row": 3}),) if code else ()
    return Row("classes", position, {**FIELDS, "name": f"5A{position}", "none": "x"}, {}, errors)


@pytest.mark.parametrize("limits", [CutLimits(), CutLimits(chunk_rows=3), CutLimits(chunk_bytes=250)])
def test_numbers_and_errors_pass_through_the_parser_whatever_the_cut(limits: CutLimits) -> None:
    lines = Lines(CLASSES, limits, NAME)
    rows = [row(2), row(3, "skolegrunddata.group_repeated"), row(4), row(60), row(61)]
    chunks = [chunk for each in rows for chunk in lines.add(each)] + list(lines.end())
    assert all(chunk.lines <= limits.chunk_rows and len(chunk.data) <= limits.chunk_bytes for chunk in chunks)
    assert all(chunk.data.count(b"\n") == chunk.lines for chunk in chunks)
    context = offline_context(IdentifierKind.CPR_NUMBER, date(2023, 9, 1))
    parsed = [parse_chunk(CLASSES, LAYOUT, context, chunk.data, chunk.first_line) for chunk in chunks]
    assert [line for each in parsed for line in each.lines] == [2, 4, 60, 61]
    assert [name for each in parsed for name in each.columns["name"]] == ["5A2", "5A4", "5A60", "5A61"]
    (refused,) = [one for each in parsed for one in each.refused]
    assert (refused.row, refused.errors) == (3, list(rows[1].errors))


def test_a_plain_file_cannot_claim_errors_of_its_own() -> None:
    """The name is one of the made lines alone; in NDJSON it is an unknown field."""
    data = b'{"_errors":[{"code":"x"}],"name":"5A"}\n'
    context = offline_context(IdentifierKind.CPR_NUMBER, date(2023, 9, 1))
    parsed = parse_chunk(CLASSES, Layout(NDJSON, "utf-8", None), context, data, 1)
    assert [error.code for error in parsed.refused[0].errors] == ["column.unknown"]


def test_no_row_gives_no_chunk() -> None:
    assert list(Lines(CLASSES, CutLimits(), NAME).end()) == []
