"""Reads whom the refused rows of a snapshot are about, as far as their identifiers can be read. Pure; in a thread.

A pupil whose row is refused is still named by the file, so the pupil's membership must not be closed.
"""

import csv
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from libs.shared.files.columns import NoIdentifier, ParseContext
from libs.shared.files.csv_lines import read_cells
from libs.shared.files.errors import Refused
from libs.shared.files.kind import Kind
from libs.shared.files.parse import CSV, LONGEST_TEXT, Layout, RefusedRow
from libs.shared.imports.batch import NamedRow
from libs.shared.privacy.keys import LookupKeys

_UNREADABLE = frozenset({"encoding.invalid", "row.columns", "row.line_ends", "json.invalid"})


def named_rows(
    kind: Kind, layout: Layout, context: ParseContext, lookup_keys: LookupKeys, rows: Sequence[RefusedRow]
) -> list[NamedRow]:
    """Whom each of these rows is about."""
    return [_named(kind, _cells(layout, row), context, lookup_keys) for row in rows]


def _cells(layout: Layout, row: RefusedRow) -> Mapping[str, Any] | None:
    """The row's cells by column; None for a row that cannot be split with certainty."""
    if len(row.text) > LONGEST_TEXT or any(error.code in _UNREADABLE for error in row.errors):
        return None
    if layout.media != CSV or layout.header is None:
        try:
            return msgspec.json.decode(row.text, type=dict[str, Any])
        except (msgspec.DecodeError, RecursionError):
            return None
    try:
        cells = read_cells(layout.header, row.text)
    except csv.Error:
        return None
    return dict(zip(layout.header.names, cells, strict=True)) if len(cells) == len(layout.header.names) else None


def _named(kind: Kind, cells: Mapping[str, Any] | None, context: ParseContext, lookup_keys: LookupKeys) -> NamedRow:
    if cells is None:
        return NamedRow(False, [])
    sure, keys = True, []
    for column in kind.columns:
        identifier, text = column.column.keyed, cells.get(column.name)
        if identifier is None or text is None:
            continue
        try:
            value = column.read(_text(text), context)
        except NoIdentifier:
            continue
        except Refused:
            sure = False
            continue
        if value:
            keys.append((identifier.value, lookup_keys.value(identifier, value, context.municipality_code)[1]))
    return NamedRow(sure and bool(keys), keys)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise Refused("json.type")
    return value
