"""Many lines are split together exactly as one by one."""

from hypothesis import given
from hypothesis import strategies as st

from libs.shared.files.csv_lines import is_blank, read_csv, split_line
from libs.shared.files.header import Header
from libs.shared.files.kind import RETURNED_COLUMNS

HEADERS = [Header(";", ("a", "b", "c")), Header(",", ("a", "b", "", "")), Header(";", ("_row", "_code", "a", "b"))]
CELLS = st.sampled_from(["", " ", "x", '"x"', '"x;y"', '"', '""', '"a""b"', "'=1", "x\ry", "\r", "æ", "1", "x,y"])
LINES = st.lists(st.lists(CELLS, min_size=1, max_size=5), max_size=6)


@given(LINES, st.sampled_from(HEADERS))
def test_lines_together_come_to_the_same_as_lines_alone(rows: list[list[str]], header: Header) -> None:
    texts = [header.separator.join(cells) for cells in rows]
    together, blank = read_csv(header, texts), {i for i, text in enumerate(texts) if is_blank(text, header.separator)}
    kept: dict[int, tuple[str | None, ...]] = {}
    failed: dict[int, str] = {}
    for index, text in enumerate(texts):
        alone = read_csv(header, [text])
        for row in zip(*alone.columns.values(), strict=True):
            kept[index] = row
        for errors in alone.failed.values():
            failed[index] = errors[0].code
    rows_together = dict(zip(together.kept, zip(*together.columns.values(), strict=True), strict=True))
    # A blank line may be kept where it has the header's separators; its empty columns are refused later.
    assert {i: row for i, row in rows_together.items() if i not in blank} == {
        i: row for i, row in kept.items() if i not in blank
    }
    assert {index: errors[0].code for index, errors in together.failed.items()} == failed


@given(st.lists(CELLS, min_size=3, max_size=3), st.integers(1, 50))
def test_equal_lines_give_whole_columns(cells: list[str], count: int) -> None:
    header = HEADERS[0]
    text = ";".join(cells)
    raw = read_csv(header, [text] * count)
    if not raw.failed and raw.kept and not is_blank(text, ";"):
        alone = split_line(text, ";")
        assert [list(column) for column in raw.columns.values()] == [[cell] * count for cell in alone]


def test_the_added_columns_of_a_returned_file_are_left_out() -> None:
    raw = read_csv(Header(";", (*RETURNED_COLUMNS, "a")), ["1;x;y;z;'=1"])
    assert dict(raw.columns) == {"a": ["=1"]}


def test_lines_that_are_left_out_are_no_rows() -> None:
    raw = read_csv(HEADERS[0], ["1;2;3", "bad", "4;5;6"], leave_out={1})
    assert (list(raw.kept), dict(raw.failed)) == ([0, 2], {})
