"""A file of refused rows that is corrected and sent back has the contents of the municipality's own file."""

import csv
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from libs.shared.base.spreadsheets import csv_line, neutral
from libs.shared.files.columns import ParseContext
from libs.shared.files.csv_lines import read_cells
from libs.shared.files.header import Header
from libs.shared.files.kind import RETURNED_COLUMNS
from libs.shared.files.parse import CSV, Layout, parse_chunk
from libs.shared.privacy.identifiers import IdentifierKind
from libs.shared.privacy.keys import KeyRing, LookupKeys
from tests.factories.imported import DAYS

CONTEXT = ParseContext("101", IdentifierKind.LOCAL_ID, LookupKeys(KeyRing.generate()), date(2023, 6, 30))
OWN = Header(";", ("pupil", "date", "category", "days", "institution_number", "note"))
BACK = Header(";", (*RETURNED_COLUMNS, *OWN.names))
ADDED = ["1", "date.invalid", "Ret datoen.", "Correct the date."]
CELL = st.text(st.characters(blacklist_characters="\n", blacklist_categories=["Cs"]))
LIVE = st.sampled_from(["=1+1", "+1+1", "-2+3", "@SUM(1)", "'", "''", "\tx", "-3", '="', "'=\"", "＝x"])


def _written(cells: list[str]) -> str:
    """The cells as another program would write them, without the platform's helper."""
    return ";".join('"' + cell.replace('"', '""') + '"' for cell in cells)


@given(st.lists(CELL | LIVE, min_size=6, max_size=6), st.integers(1, 3))
def test_values_survive_any_number_of_returns(cells: list[str], times: int) -> None:
    original = read_cells(OWN, _written(cells))
    assert original == cells
    line, header = _written(cells), OWN
    for _ in range(times):
        found = read_cells(header, line)[len(header.names) - len(OWN.names) :]
        line, header = csv_line([*ADDED, *found], ";").removesuffix("\r\n"), BACK
        shown = next(csv.reader([line], delimiter=";", strict=True))
        assert all(neutral(cell) == cell or cell.startswith("'") for cell in shown)
    assert read_cells(BACK, line)[len(RETURNED_COLUMNS) :] == cells


def test_a_corrected_row_is_read_with_the_texts_it_had() -> None:
    returned = csv_line([*ADDED, "=x1", "2022-09-30", "illness", "1", "", "=HYPERLINK(1)"], ";")
    parsed = parse_chunk(DAYS, Layout(CSV, "utf-8", BACK), CONTEXT, returned.encode(), 2)
    own = "=x1;2022-09-30;illness;1;;=HYPERLINK(1)"
    first = parse_chunk(DAYS, Layout(CSV, "utf-8", OWN), CONTEXT, own.encode(), 2)
    assert (parsed.refused, first.refused) == ([], [])
    assert parsed.columns == first.columns
    assert parsed.columns["note"] == ["=HYPERLINK(1)"]


def test_a_municipality_s_own_file_is_read_as_it_stands() -> None:
    parsed = parse_chunk(DAYS, Layout(CSV, "utf-8", OWN), CONTEXT, b"x1;2022-09-30;illness;1;;''=1", 2)
    assert parsed.columns["note"] == ["''=1"]
