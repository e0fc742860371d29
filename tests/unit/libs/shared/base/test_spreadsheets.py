"""Texts that a spreadsheet would compute are written so that it does not, and can be read back unchanged."""

import ast
import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from libs.shared.base.spreadsheets import csv_line, neutral, restored

ROOT = Path(__file__).parents[5]
FOLDERS = ("libs", "services", "apps", "journey", "deploy", "synthetic", "benchmarks", "scripts")
HELPER = ROOT / "libs/shared/base/spreadsheets.py"
OF_CSV = frozenset({"writer", "DictWriter"})
WRITERS = frozenset({"write_csv", "to_csv", "sink_csv"})
"""Ways of pyarrow, polars and pandas to write CSV, beside those of the standard library's module."""


@pytest.mark.parametrize(
    "live",
    [
        '=HYPERLINK("http://x")', "+1+1", "-2+3", "@SUM(1)", "\t=1", "\r=1", "\n=1", " =1", "\x0b-x",
        "=cmd|' /C calc'!A0", "＝1", "＋1", "－1", "＠SUM(1)", "\ufeff=1",
        "-Hansen", "+45 12345678", "-3-4", "'=1", "'t Hooft", "\tx", "-", "+",
    ],
)  # fmt: skip
def test_a_text_that_a_spreadsheet_would_compute_gets_an_apostrophe(live: str) -> None:
    assert neutral(live) == "'" + live
    assert restored("'" + live) == live


@pytest.mark.parametrize("still", ["-3", "+4,5", "-3.5", "-0", "+12", "Hansen", "2022-09-30", "", "3", " x", "a=b"])
def test_numbers_and_other_texts_stay_as_they_are(still: str) -> None:
    assert neutral(still) == still


@pytest.mark.parametrize("typed", ["'t Hooft", "'3", "'-3", "'", "x'"])
def test_an_apostrophe_that_a_person_typed_is_not_taken_off(typed: str) -> None:
    assert restored(typed) == typed


@given(st.text())
@example("''")
@example("'-3")
@example("''=1")
def test_every_text_comes_back(cell: str) -> None:
    assert restored(neutral(cell)) == cell


@given(st.lists(st.text(), min_size=1, max_size=5), st.sampled_from([";", ",", "\t"]))
def test_every_line_comes_back_and_no_cell_is_live(cells: list[str], separator: str) -> None:
    line = csv_line(cells, separator)
    read = next(csv.reader([line], delimiter=separator, strict=True)) if cells != [""] else [""]
    assert [restored(cell) for cell in read] == cells
    assert all(neutral(cell) == cell or cell.startswith("'") for cell in read)


def writers(code: str) -> Iterator[int]:
    """The lines that write CSV without the helper."""
    for node in ast.walk(ast.parse(code)):
        match node:
            case ast.Attribute(attr=name) if name in WRITERS:
                yield node.lineno
            case ast.Attribute(value=ast.Name(id="csv"), attr=name) if name in OF_CSV:
                yield node.lineno
            case ast.ImportFrom(module="csv", names=names) if {name.name for name in names} & OF_CSV:
                yield node.lineno
            case _:
                pass


def test_the_helper_is_the_only_place_that_writes_csv() -> None:
    sources = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py") if path != HELPER]
    assert len(sources) > 400
    found = {str(path.relative_to(ROOT)): list(writers(path.read_text(encoding="utf-8"))) for path in sources}
    assert {path: lines for path, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    "code", ["csv.writer(out)", "csv.DictWriter(out, [])", "frame.to_csv()", "from csv import writer"]
)
def test_what_is_looked_for_is_found(code: str) -> None:
    assert list(writers(code)) == [1]
