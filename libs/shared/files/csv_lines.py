"""Parses CSV lines into cells, and many lines into columns."""

import csv
from collections.abc import Collection, Sequence
from itertools import repeat

from libs.shared.base.spreadsheets import restored
from libs.shared.files.errors import FieldError
from libs.shared.files.header import Header
from libs.shared.files.kind import RETURNED_COLUMNS
from libs.shared.files.raw import Raw


def split_line(text: str, separator: str) -> list[str]:
    """The cells of one CSV line. Raises ``csv.Error`` for a quotation mark that is not closed."""
    if '"' not in text:
        return text.split(separator)
    return next(csv.reader([text], delimiter=separator, strict=True))


def read_cells(header: Header, text: str) -> list[str]:
    """The cells of one line as they stood in the municipality's own file. Raises ``csv.Error`` like ``split_line``."""
    cells = split_line(text, header.separator)
    return list(map(restored, cells)) if header.returned else cells


def is_blank(text: str, separator: str) -> bool:
    """Whether a line has only separators, blanks and empty quotes, as spreadsheets write below a table."""
    if text[:1].isalnum():
        return False
    return not text.replace('""', "").replace(separator, "").strip()


def read_csv(header: Header, texts: Sequence[str], *, leave_out: Collection[int] = ()) -> Raw:
    """Columns by name. Lines whose index is in ``leave_out``, and blank ones, are no rows.

    Lines are refused that have an open quotation mark, more or fewer cells than the header, or text in a column without
    a name. A missing or additional cell is accepted if it is empty and its column has no name.
    """
    failed: dict[int, list[FieldError]] = {}
    kept: Sequence[int] = range(len(texts))
    columns = None if leave_out else _at_once(header, texts)
    if columns is None:
        kept, columns = _one_by_one(header, texts, leave_out, failed)
    if "" in header.names:
        kept, columns = _without_unnamed(header, kept, columns, failed)
    named = {
        name: list(map(restored, column)) if header.returned else column
        for name, column in zip(header.names, columns, strict=True)
        if name and name not in RETURNED_COLUMNS
    }
    return Raw(kept, named, failed)


def _at_once(header: Header, texts: Sequence[str]) -> list[Sequence[str]] | None:
    """The columns of lines that all have as many cells as the header, in compiled loops; None if some have not.

    A blank line may be among them if it has the header's separators; its required columns are refused as empty.
    """
    width, separator = len(header.names), header.separator
    joined = separator.join(texts)
    if '"' not in joined:
        if set(map(str.count, texts, repeat(separator))) != {width - 1}:
            return None
        cells = joined.split(separator)
        return [cells[index::width] for index in range(width)]
    try:
        rows = list(csv.reader(texts, delimiter=separator, strict=True))
    except csv.Error:
        return None
    # A line that leaves a quotation mark open takes the next one with it, so there are fewer rows than lines.
    if len(rows) != len(texts) or set(map(len, rows)) != {width}:
        return None
    return list(zip(*rows, strict=True))


def _one_by_one(
    header: Header, texts: Sequence[str], leave_out: Collection[int], failed: dict[int, list[FieldError]]
) -> tuple[list[int], list[Sequence[str]]]:
    """(indexes of the lines that are rows, their columns)."""
    width, separator = len(header.names), header.separator
    named = max((number for number, name in enumerate(header.names, start=1) if name), default=0)
    kept: list[int] = []
    rows: list[list[str]] = []
    for index, text in enumerate(texts):
        if index in leave_out or is_blank(text, separator):
            continue
        try:
            cells = split_line(text, separator)
        except csv.Error:
            failed[index] = [FieldError("row.line_ends" if "\r" in text else "quote.unclosed")]
            continue
        if len(cells) > width and not any(map(str.strip, cells[width:])):
            cells = cells[:width]
        elif named <= len(cells) < width:
            cells += [""] * (width - len(cells))
        if len(cells) == width:
            kept.append(index)
            rows.append(cells)
        elif "\r" in text:
            failed[index] = [FieldError("row.line_ends")]
        else:
            failed[index] = [FieldError("row.columns", params={"found": len(cells), "expected": width})]
    return kept, list(zip(*rows, strict=True)) if rows else [()] * width


def _without_unnamed(
    header: Header, kept: Sequence[int], columns: list[Sequence[str]], failed: dict[int, list[FieldError]]
) -> tuple[Sequence[int], list[Sequence[str]]]:
    """The lines and columns without the rows that have text in a column without a name."""
    filled: dict[int, int] = {}
    for number, name in enumerate(header.names):
        if not name and any(map(str.strip, set(columns[number]))):
            for index, cell in enumerate(columns[number]):
                if cell.strip():
                    filled.setdefault(index, number + 1)
    if not filled:
        return kept, columns
    for index, position in filled.items():
        failed[kept[index]] = [FieldError("column.unnamed", params={"position": position})]
    rest = [index for index in range(len(kept)) if index not in filled]
    return [kept[index] for index in rest], [[column[index] for index in rest] for column in columns]
