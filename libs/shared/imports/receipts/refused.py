"""Reads refused rows. Their text is encrypted at rest and returned to the municipality as a CSV file to correct.

Texts are decrypted and messages are made in a thread, because the amount depends on what was sent.
"""

import asyncio
import csv
import json
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Row, text

from libs.shared.base.spreadsheets import csv_line
from libs.shared.db.database import Database, ReadSession
from libs.shared.db.scope import Scope
from libs.shared.files.csv_lines import read_cells
from libs.shared.files.kind import RETURNED_COLUMNS, Kind
from libs.shared.files.parse import CSV
from libs.shared.imports.handlers import Conceals
from libs.shared.imports.receipts.receipt import Receipt
from libs.shared.privacy.keys import Vault

_PAGE = 100
"""Rows of the CSV that are put together at a time; a row may be long."""


_LISTED = """
SELECT row_no, line_no, errors, replayed, sealed FROM import_refusal
 WHERE receipt_id = :id AND (CAST(:after AS integer) IS NULL OR row_no {sign} :after)
   AND (CAST(:code AS text) IS NULL OR errors @> jsonb_build_array(jsonb_build_object('code', CAST(:code AS text))))
 ORDER BY row_no {way} LIMIT :size
"""
_ROWS = {
    False: text(_LISTED.format(sign=">", way="ASC")),
    True: text(_LISTED.format(sign="<", way="DESC")),
}


def refusal_context(receipt_id: UUID, row: int) -> bytes:
    """The authenticated context of an encrypted row."""
    return f"import_refusal:{receipt_id}:{row}".encode()


@dataclass(frozen=True, slots=True)
class StoredRefusal:
    """A refused row as listed; ``errors`` are ``FieldError.as_json`` with both messages."""

    row: int
    line: int
    errors: Sequence[dict[str, Any]]
    replayed: bool
    sealed: bytes | None


async def page(
    session: ReadSession,
    receipt_id: UUID,
    kind: Kind,
    *,
    code: str | None = None,
    descending: bool = False,
    after: int | None = None,
    size: int,
) -> list[StoredRefusal]:
    """Refused rows by their row number, those with the error ``code`` alone if it is given; those after ``after``."""
    found = await session.execute(_ROWS[descending], {"id": receipt_id, "code": code, "after": after, "size": size})
    return await asyncio.to_thread(_worded, found.all(), kind)


def _worded(rows: Sequence[Row[Any]], kind: Kind) -> list[StoredRefusal]:
    return [
        StoredRefusal(
            row.row_no,
            row.line_no,
            [{**error, "messages": kind.catalog.messages(error)} for error in row.errors],
            row.replayed,
            row.sealed,
        )
        for row in rows
    ]


async def as_csv(
    db: Database, receipt: Receipt, kind: Kind, vault: Vault, conceals: Conceals | None = None
) -> AsyncIterator[str]:
    """The refused rows as a CSV (with a BOM, so that spreadsheets read it right): the row's number, codes and reasons,
    then its own columns. When the corrected file is sent, the added columns are ignored. They come first, so that a
    row with too many cells does not shift them. Cells that a spreadsheet would take for a formula are escaped; by the
    added columns the import knows that it must undo that. What ``conceals`` names is left empty.
    """
    header = receipt.layout.header
    names = _names(receipt, kind)
    separator = header.separator if header else ";"
    yield "\ufeff" + csv_line([*RETURNED_COLUMNS, *names], separator)
    after = None
    while True:
        async with db.read(Scope.of(receipt.upload.municipality_code)) as session:
            rows = await page(session, receipt.id, kind, after=after, size=_PAGE)
            sent = await asyncio.to_thread(_sent, receipt, kind, names, [row for row in rows if row.sealed], vault)
            if conceals is not None:
                by_name = [dict(zip(names, each.cells, strict=True)) if each.split else {} for each in sent]
                hidden = await conceals.concealed(session, receipt.upload.municipality_code, names, by_name)
                for each, columns in zip(sent, hidden, strict=True):
                    each.leave_out(names, columns)
        yield await asyncio.to_thread(_lines, sent, separator)
        if len(rows) < _PAGE:
            return
        after = rows[-1].row


def _names(receipt: Receipt, kind: Kind) -> list[str]:
    header = receipt.layout.header
    return [name for name in header.names if name not in RETURNED_COLUMNS] if header else list(kind.names)


async def split_rows(
    session: ReadSession, receipt: Receipt, kind: Kind, vault: Vault, *, after: int, size: int
) -> tuple[int | None, dict[int, tuple[str, dict[str, str]]]]:
    """The text of refused rows, and their texts by column, by the row's number, of at most ``size`` rows after a row;
    rows that cannot be split are left out. And the number of the last row that was read, None at the end.
    """
    rows = await page(session, receipt.id, kind, after=after, size=size)
    names = _names(receipt, kind)
    sent = await asyncio.to_thread(_sent, receipt, kind, names, [row for row in rows if row.sealed], vault)
    found = {each.row.row: (each.text, dict(zip(names, each.cells, strict=True))) for each in sent if each.split}
    return (rows[-1].row if rows else None), found


def split_texts(receipt: Receipt, kind: Kind, texts: Mapping[int, str]) -> dict[int, tuple[str, dict[str, str]]]:
    """The same of lines by the row's number. Lines that cannot be split, as empty ones, are left out."""
    names = _names(receipt, kind)
    split = ((row, text, *_cells(receipt, kind, names, text)) for row, text in texts.items())
    return {row: (text, dict(zip(names, cells, strict=True))) for row, text, cells, whole in split if whole}


@dataclass(slots=True)
class _Sent:
    """A refused row with its own cells; one that could not be ``split`` has all its text in the first."""

    row: StoredRefusal
    text: str
    cells: list[str]
    split: bool

    def leave_out(self, names: Sequence[str], columns: Collection[str]) -> None:
        if not self.split and columns:
            self.cells = [""] * len(names)
        for index, name in enumerate(names):
            if name in columns:
                self.cells[index] = ""


def _sent(receipt: Receipt, kind: Kind, names: list[str], rows: Sequence[StoredRefusal], vault: Vault) -> list[_Sent]:
    texts = [_text(receipt, row, vault) for row in rows]
    return [_Sent(row, text, *_cells(receipt, kind, names, text)) for row, text in zip(rows, texts, strict=True)]


def _lines(rows: Sequence[_Sent], separator: str) -> str:
    return "".join(csv_line([*_reasons(each.row), *each.cells], separator) for each in rows)


def _text(receipt: Receipt, row: StoredRefusal, vault: Vault) -> str:
    return vault.decrypt(row.sealed or b"", refusal_context(receipt.id, row.row)).decode()


def _reasons(row: StoredRefusal) -> list[str]:
    codes = ",".join(error["code"] for error in row.errors)
    danish = " ".join(error["messages"]["da"] for error in row.errors)
    english = " ".join(error["messages"]["en"] for error in row.errors)
    return [str(row.row), codes, danish, english]


def _cells(receipt: Receipt, kind: Kind, names: list[str], original: str) -> tuple[list[str], bool]:
    """The row's own cells under ``names``, and whether it could be split; else it is put whole into the first cell."""
    header = receipt.layout.header
    padding = [""] * (len(names) - 1)
    if header is None or receipt.layout.media != CSV:
        try:
            record = msgspec.json.decode(original, type=dict[str, Any])
        except (msgspec.DecodeError, RecursionError):
            return [original, *padding], False
        return [_json_cell(record.get(name)) for name in kind.names], True
    try:
        cells = read_cells(header, original)
    except csv.Error:
        return [original, *padding], False
    if len(cells) == len(header.names):
        return [cell for name, cell in zip(header.names, cells, strict=True) if name not in RETURNED_COLUMNS], True
    return [*cells, *[""] * (len(names) - len(cells))], False


def _json_cell(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
