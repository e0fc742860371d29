"""Parses a chunk of lines into valid rows, column by column, and refused rows.

One line is one row: a quoted field may not contain a line end, so a missing quotation mark affects one row only.
Columns are converted by distinct text (dates, codes and pupils repeat), so that the hot path runs in compiled loops.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from libs.shared.files.charset import decode_lines
from libs.shared.files.columns import ParseContext
from libs.shared.files.convert import Findings, convert
from libs.shared.files.csv_lines import is_blank, read_csv
from libs.shared.files.errors import FieldError
from libs.shared.files.header import Header
from libs.shared.files.json_lines import read_json
from libs.shared.files.kind import Kind
from libs.shared.files.marked_lines import read_marked
from libs.shared.files.raw import Raw
from libs.shared.files.row_checks import judge_rows

CSV = "csv"
NDJSON = "ndjson"
MARKED = "marked"
"""Lines of JSON that were made of a file of several kinds (``marked_lines``, ``formats``)."""

MOST_ERRORS = 20
"""The largest number of errors reported for one row."""
LONGEST_TEXT = 16_000
"""Characters kept of a refused row: more than a valid row has, even with the reasons of its errors before it."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file is written: its media (``csv``, ``ndjson`` or ``marked``), its charset and, for CSV, its
    header.
    """

    media: str
    charset: str
    header: Header | None

    @property
    def first_row_line(self) -> int:
        """The line number of the first row."""
        return 2 if self.media == CSV else 1

    def row_number(self, line: int) -> int:
        """The number of the row on a line; 1 is the first data row. An empty line counts."""
        return line - self.first_row_line + 1

    def row_numbers(self, lines: Sequence[int]) -> Sequence[int]:
        """``row_number`` of each line; a range gives a range."""
        before = self.first_row_line - 1
        if isinstance(lines, range):
            return range(lines.start - before, lines.stop - before)
        return [line - before for line in lines]


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A refused row with its own text, which is encrypted before it is stored."""

    row: int
    line: int
    text: str
    errors: Sequence[FieldError]


@dataclass(slots=True)
class Parsed:
    """A parsed chunk. ``texts`` are the lines of the valid rows; ``rows`` counts valid and refused ones.

    ``notices`` are counted by ``notice_key``.
    """

    lines: Sequence[int] = ()
    texts: Sequence[str] = ()
    columns: dict[str, Sequence[Any]] = field(default_factory=dict)
    refused: list[RefusedRow] = field(default_factory=list)
    notices: Counter[str] = field(default_factory=Counter)

    @property
    def rows(self) -> int:
        """Rows that stood in the chunk."""
        return len(self.lines) + len(self.refused)


def parse_chunk(
    kind: Kind, layout: Layout, context: ParseContext, data: bytes, first_line: int, *, complete: bool = False
) -> Parsed:
    """Parse one chunk, which starts at line ``first_line`` of the file. Values appear only in the result. ``complete``
    says that the file is a snapshot.
    """
    parsed = Parsed()
    texts, bad = decode_lines(data, layout.charset)
    if texts and not texts[-1]:
        texts.pop()  # what follows the last line's end
    lines = range(first_line, first_line + len(texts))

    def refuse(index: int, errors: Sequence[FieldError]) -> None:
        text = texts[index] if len(texts[index]) <= LONGEST_TEXT else texts[index][:LONGEST_TEXT] + "…"
        row = layout.row_number(lines[index])
        parsed.refused.append(RefusedRow(row, lines[index], text, errors[:MOST_ERRORS]))

    raw = _take_apart(kind, layout, texts, bad)
    for index in bad:
        refuse(index, [FieldError("encoding.invalid", params={"charset": layout.charset})])
    for index, errors in raw.failed.items():
        refuse(index, errors)
    found = Findings(notices=parsed.notices)
    absent: Sequence[None] = [None] * len(raw.kept)
    values = {
        column.name: convert(column, raw.columns.get(column.name, absent), context, found) for column in kind.columns
    }
    if not complete:
        _require(kind.known_to_snapshots, values, found)
    judge_rows(kind.checks, values, raw.columns, found.errors)
    good = raw.kept
    if found.errors:
        for row, errors in found.errors.items():
            if not _is_no_row(layout, texts[raw.kept[row]]):
                refuse(raw.kept[row], errors)
        rows = [row for row in range(len(raw.kept)) if row not in found.errors]
        good = [raw.kept[row] for row in rows]
        values = {name: [column[row] for row in rows] for name, column in values.items()}
    parsed.columns = values
    whole = len(good) == len(texts)
    parsed.lines = lines if whole else [lines[index] for index in good]
    parsed.texts = texts if whole else [texts[index] for index in good]
    parsed.refused.sort(key=lambda refused: refused.line)
    return parsed


def _require(names: Collection[str], values: Mapping[str, Sequence[Any]], found: Findings) -> None:
    """Find rows without these columns, which a file that is no snapshot must fill in."""
    for name in names:
        for row, value in enumerate(values[name]):
            if value is None and not any(error.column == name for error in found.errors.get(row, ())):
                found.errors.setdefault(row, []).append(FieldError("value.required", name, "empty"))


def _take_apart(kind: Kind, layout: Layout, texts: Sequence[str], bad: Collection[int]) -> Raw:
    if layout.media == MARKED:
        return read_marked(kind, texts, leave_out=bad)
    if layout.media != CSV:
        return read_json(kind, texts, leave_out=bad)
    if layout.header is None:
        raise ValueError("a CSV layout has a header")
    return read_csv(layout.header, texts, leave_out=bad)


def _is_no_row(layout: Layout, text: str) -> bool:
    """Whether a line that was refused for empty columns is blank; ``read_csv`` may leave such lines in."""
    return layout.header is not None and is_blank(text, layout.header.separator)
