"""A table of the bundle: declared once, written as CSV and Parquet, described in the codebook."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

import pyarrow as pa
import pyarrow.parquet as pq

from libs.shared.base.spreadsheets import csv_line

ColumnType = Literal["text", "whole", "decimal"]
Value = str | int | Decimal | None
Row = Mapping[str, Value]

SUPPRESSED = "suppressed"
REASON = "missing_reason"

_ARROW = {"text": pa.string(), "whole": pa.int64(), "decimal": pa.float64()}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its content and unit, in both languages."""

    name: str
    type: ColumnType
    unit: str
    da: str
    en: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table's name and columns. ``folder`` is its folder in the bundle."""

    name: str
    folder: str
    da: str
    en: str
    columns: tuple[Column, ...]


def reason_column(name: str = REASON, of: str = "") -> Column:
    """The column that says that a number is hidden. The read-me states the threshold."""
    return Column(
        name,
        "text",
        "code",
        f"suppressed, når {of or 'et af rækkens tal'} er skjult: "
        "Der er for få elever eller forløb bag, eventuelt ingen, eller tallet ville røbe andre; ellers tom",
        f"suppressed where {of or 'one of the row’s figures'} is hidden: "
        "too few pupils or courses are behind it, perhaps none, or it would give others away; else empty",
    )


def reason_of(*figures: Value) -> str | None:
    """The same reason for every hidden figure, so that it does not reveal which of them are small."""
    return SUPPRESSED if any(figure is None for figure in figures) else None


def as_csv(sheet: Sheet, rows: Sequence[Row]) -> bytes:
    """The table in the format of RFC 4180: comma, CRLF, UTF-8 without a byte order mark; a missing value is an empty
    field.

    Texts that a spreadsheet would run as a formula are escaped.
    """
    names = [column.name for column in sheet.columns]
    lines = [csv_line(names), *(csv_line(row[name] for name in names) for row in rows)]
    return "".join(lines).encode("utf-8")


def as_parquet(sheet: Sheet, rows: Sequence[Row]) -> bytes:
    """The same rows with types; a missing value is null."""
    arrays, fields = [], []
    for column in sheet.columns:
        arrow = _ARROW[column.type]
        values = [row[column.name] for row in rows]
        if column.type == "decimal":
            values = [None if value is None else float(value) for value in values]  # type: ignore[misc] # a Decimal by the sheet's declaration
        arrays.append(pa.array(values, type=arrow))
        fields.append(pa.field(column.name, arrow))
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table(arrays, schema=pa.schema(fields)), sink, compression="zstd")
    return bytes(sink.getvalue())
