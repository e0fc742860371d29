"""A chunk of lines to valid rows, column by column, and refused rows.

One line is one row: a quoted field may not hold a line end, so a forgotten quotation mark costs one row and not the
rest of the file. The work is done by column over distinct texts (dates, codes and pupils repeat), so that the hot
path runs in compiled loops.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from libs.shared.base.spreadsheets import restored
from libs.shared.imports.charset import decode_lines
from libs.shared.imports.columns import ParseContext, ReadyColumn
from libs.shared.imports.errors import FieldError, Refused, value_class
from libs.shared.imports.header import Header
from libs.shared.imports.kinds import RETURNED_COLUMNS, Kind

CSV = "csv"
NDJSON = "ndjson"


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file is written: its media (``csv`` or ``ndjson``), its charset and, for CSV, its header."""

    media: str
    charset: str
    header: Header | None

    @property
    def first_row_line(self) -> int:
        """The line number of the first row."""
        return 2 if self.media == CSV else 1

    def row_number(self, line: int) -> int:
        """The number of the row on a line; 1 is the first data row. An empty line uses a number up."""
        return line - self.first_row_line + 1


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A refused row with its own text, which is encrypted before it is stored."""

    row: int
    line: int
    text: str
    errors: Sequence[FieldError]


@dataclass(slots=True)
class Parsed:
    """A parsed chunk. ``texts`` are the lines of the valid rows; ``rows`` counts valid and refused ones."""

    lines: list[int] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    columns: dict[str, Sequence[Any]] = field(default_factory=dict)
    refused: list[RefusedRow] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """Rows that stood in the chunk."""
        return len(self.lines) + len(self.refused)


def parse_chunk(kind: Kind, layout: Layout, context: ParseContext, data: bytes, first_line: int) -> Parsed:
    """Parse one chunk, which starts at line ``first_line`` of the file. No value leaves but in the result."""
    parsed = Parsed()
    texts, bad = decode_lines(data, layout.charset)
    lines: list[int] = []
    kept: list[str] = []
    for index, text in enumerate(texts):
        if index in bad:
            error = FieldError("encoding.invalid", params={"charset": layout.charset})
            parsed.refused.append(_refuse(layout, first_line + index, text, [error]))
        elif text and not text.isspace():
            lines.append(first_line + index)
            kept.append(text)
    raw = _csv(kind, layout, lines, kept, parsed) if layout.media == CSV else _ndjson(kind, layout, lines, kept, parsed)
    _convert(kind, layout, context, raw, parsed)
    return parsed


def _refuse(layout: Layout, line: int, text: str, errors: Sequence[FieldError]) -> RefusedRow:
    return RefusedRow(layout.row_number(line), line, text, errors)


def split_line(text: str, separator: str) -> list[str]:
    """The cells of one CSV line. Raises ``csv.Error`` for a quotation mark that is not closed."""
    if '"' not in text:
        return text.split(separator)
    return next(csv.reader([text], delimiter=separator, strict=True))


def read_cells(header: Header, text: str) -> list[str]:
    """The cells of one line as they stood in the municipality's own file. Raises ``csv.Error`` like ``split_line``."""
    cells = split_line(text, header.separator)
    return list(map(restored, cells)) if header.returned else cells


def _csv(
    kind: Kind, layout: Layout, lines: list[int], texts: list[str], parsed: Parsed
) -> Mapping[str, Sequence[str | None]]:
    """Raw columns by name; rows with the wrong number of fields or an open quotation mark are refused here."""
    header = layout.header
    if header is None:
        raise ValueError("a CSV layout has a header")
    width = len(header.names)
    rows: list[list[str]] = []
    for line, text in zip(lines, texts, strict=True):
        try:
            cells = read_cells(header, text)
        except csv.Error:
            parsed.refused.append(_refuse(layout, line, text, [FieldError("quote.unclosed")]))
            continue
        if len(cells) != width:
            error = FieldError("row.columns", params={"found": len(cells), "expected": width})
            parsed.refused.append(_refuse(layout, line, text, [error]))
            continue
        rows.append(cells)
        parsed.lines.append(line)
        parsed.texts.append(text)
    by_place: list[Sequence[str]] = list(zip(*rows, strict=True)) if rows else [()] * width
    found = {name: values for name, values in zip(header.names, by_place, strict=True) if name not in RETURNED_COLUMNS}
    return {name: found.get(name, [None] * len(rows)) for name in kind.names}


def _ndjson(
    kind: Kind, layout: Layout, lines: list[int], texts: list[str], parsed: Parsed
) -> Mapping[str, Sequence[str | None]]:
    decoder = msgspec.json.Decoder(dict[str, Any])
    columns: dict[str, list[str | None]] = {name: [] for name in kind.names}
    for line, text in zip(lines, texts, strict=True):
        try:
            record = decoder.decode(text)
        except (msgspec.DecodeError, RecursionError):
            # The decoder's own words may quote the line; they stay here.
            parsed.refused.append(_refuse(layout, line, text, [FieldError("json.invalid")]))
            continue
        cells, errors = json_cells(kind, record)
        if errors:
            parsed.refused.append(_refuse(layout, line, text, errors))
            continue
        for name, cell in cells.items():
            columns[name].append(cell)
        parsed.lines.append(line)
        parsed.texts.append(text)
    return columns


def json_cells(kind: Kind, record: Mapping[str, Any]) -> tuple[dict[str, str | None], list[FieldError]]:
    """A JSON object's fields as the texts a CSV would hold, and what is wrong with their types.

    Numbers are taken for numeric columns alone: a CPR number written as a number has lost its leading zero.
    """
    # An unknown field's name is text from the file, so the error does not repeat it.
    errors = [
        FieldError("column.unknown") for name in record if name not in kind.by_name and name not in RETURNED_COLUMNS
    ]
    cells: dict[str, str | None] = {}
    for column in kind.columns:
        value = record.get(column.name)
        if value is None or isinstance(value, str):
            cells[column.name] = value
        elif column.numeric and isinstance(value, int | float) and not isinstance(value, bool):
            cells[column.name] = str(value)
        else:
            errors.append(FieldError("json.type", column.name, type(value).__name__))
    return cells, errors


def _convert(
    kind: Kind, layout: Layout, context: ParseContext, raw: Mapping[str, Sequence[str | None]], parsed: Parsed
) -> None:
    errors: dict[int, list[FieldError]] = {}
    values: dict[str, list[Any]] = {}
    for column in kind.columns:
        values[column.name] = _convert_column(column, raw[column.name], context, errors)
    if not errors:
        parsed.columns = dict(values)
        return
    parsed.refused += [_refuse(layout, parsed.lines[i], parsed.texts[i], errors[i]) for i in sorted(errors)]
    parsed.refused.sort(key=lambda refused: refused.line)
    keep = [i for i in range(len(parsed.lines)) if i not in errors]
    parsed.lines = [parsed.lines[i] for i in keep]
    parsed.texts = [parsed.texts[i] for i in keep]
    parsed.columns = {name: [column[i] for i in keep] for name, column in values.items()}


def _convert_column(
    column: ReadyColumn, texts: Sequence[str | None], context: ParseContext, errors: dict[int, list[FieldError]]
) -> list[Any]:
    """Values of one column, each distinct text converted once; failures go to ``errors`` by row index."""
    ready: dict[str | None, Any] = {}
    failed: dict[str | None, FieldError] = {}
    for text in set(texts):
        try:
            ready[text] = column.read(text or "", context)
        except Refused as refused:
            failed[text] = FieldError(refused.code, column.name, value_class(text or ""), refused.params)
            ready[text] = None
    if failed:
        for index, text in enumerate(texts):
            if text in failed:
                errors.setdefault(index, []).append(failed[text])
    return list(map(ready.__getitem__, texts))
