"""Reads NDJSON: one object per line, its fields as the texts that a CSV file would have."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec

from libs.shared.files.errors import FieldError
from libs.shared.files.kind import RETURNED_COLUMNS, Kind
from libs.shared.files.raw import Raw


def read_json(
    kind: Kind, texts: Sequence[str], *, leave_out: Collection[int] = (), beside: Collection[str] = ()
) -> Raw:
    """Columns by name. Lines whose index is in ``leave_out``, and empty ones, are no rows. Fields named ``beside`` are
    no columns, and are let pass.
    """
    kept: list[int] = []
    failed: dict[int, list[FieldError]] = {}
    columns: dict[str, list[str | None]] = {name: [] for name in kind.names}
    known = frozenset({*kind.names, *RETURNED_COLUMNS, *beside})
    decoder = msgspec.json.Decoder(dict[str, Any])
    for index, text in enumerate(texts):
        if index in leave_out or not text or text.isspace():
            continue
        try:
            record = decoder.decode(text)
        except (msgspec.DecodeError, RecursionError):
            # The decoder's message may quote the line, so it is not passed on.
            failed[index] = [FieldError("row.line_ends" if "\r" in text.strip() else "json.invalid")]
            continue
        cells, errors = _cells(kind, known, record)
        if errors:
            failed[index] = errors
            continue
        kept.append(index)
        for name, cell in cells.items():
            columns[name].append(cell)
    return Raw(kept, columns, failed)


def _cells(
    kind: Kind, known: Collection[str], record: Mapping[str, Any]
) -> tuple[dict[str, str | None], list[FieldError]]:
    """A JSON object's fields as the texts a CSV would hold, and what is wrong with their types.

    Numbers are accepted in numeric columns only: a CPR number written as a number has lost its leading zero.
    """
    errors: list[FieldError] = []
    # An unknown field's name is text from the file, so the error does not repeat it. One error counts them all.
    if unknown := sum(name not in known for name in record):
        errors.append(FieldError("column.unknown", params={"count": unknown}))
    cells: dict[str, str | None] = {}
    for column in kind.columns:
        value = record.get(column.name)
        if value is None or isinstance(value, str):
            cells[column.name] = value
        elif isinstance(value, bool) and column.allowed == ("true", "false"):
            cells[column.name] = "true" if value else "false"
        elif column.numeric and isinstance(value, int | float) and not isinstance(value, bool):
            cells[column.name] = str(value)
        else:
            errors.append(FieldError("json.type", column.name, type(value).__name__))
    return cells, errors
