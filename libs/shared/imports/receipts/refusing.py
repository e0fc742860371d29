"""Stores refused rows: the first ten thousand of a file with their encrypted text; all are counted by code."""

import asyncio
import csv
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy import text

from libs.shared.db.database import ReadSession, WriteSession, raw
from libs.shared.files.charset import decode_lines
from libs.shared.files.csv_lines import read_cells
from libs.shared.files.errors import FieldError, value_class
from libs.shared.files.parse import CSV, LONGEST_TEXT, MARKED, Layout, RefusedRow
from libs.shared.files.sent_names import as_sent
from libs.shared.imports.receipts import receipts
from libs.shared.imports.receipts.receipt import Receipt
from libs.shared.imports.receipts.refused import refusal_context
from libs.shared.privacy.keys import Vault

MOST_KEPT = 10_000
"""The most refused rows of a file that are stored. More are not corrected by hand; texts are kept for a month."""


class Objection(NamedTuple):
    """The number of a row that the handler refuses, and why."""

    row: int
    error: FieldError


class _Kept(NamedTuple):
    row: int
    line: int
    errors: Sequence[FieldError]
    sealed: bytes | None


async def store(
    session: WriteSession, receipt: Receipt, rows: Sequence[RefusedRow], vault: Vault, now: datetime
) -> None:
    """Write rows that could not be read, in the file's order; none after the first ``MOST_KEPT`` of the file."""
    kept = await _kept(session, receipt.id, rows)
    await _insert(session, receipt, await asyncio.to_thread(_sealed, receipt, kept, vault), None, now)


async def object_to(
    session: WriteSession, receipt: Receipt, objections: Sequence[Objection], number: int, now: datetime
) -> None:
    """Write rows that were refused when slice ``number`` was judged, in the file's order. ``fill_texts`` adds their
    texts later.
    """
    kept = await _kept(session, receipt.id, objections)
    line = receipt.layout.first_row_line - 1
    rows = [_Kept(each.row, each.row + line, [each.error], None) for each in kept]
    await _insert(session, receipt, rows, number, now)
    if len(kept) < len(objections):
        await trim(session, receipt.id)


_R = TypeVar("_R", RefusedRow, Objection)


async def _kept(session: ReadSession, receipt_id: UUID, rows: Sequence[_R]) -> Sequence[_R]:
    if not rows:
        return rows
    last = await _last_kept(session, receipt_id)
    return [row for row in rows[:MOST_KEPT] if last is None or row.row < last]


async def _last_kept(session: ReadSession, receipt_id: UUID) -> int | None:
    """The number of the last row that is kept; None while fewer than ``MOST_KEPT`` are stored."""
    found = await session.execute(
        text(
            "SELECT row_no FROM import_refusal WHERE receipt_id = :id AND NOT replayed"
            " ORDER BY row_no OFFSET :most - 1 LIMIT 1"
        ),
        {"id": receipt_id, "most": MOST_KEPT},
    )
    return found.scalar_one_or_none()


async def trim(session: WriteSession, receipt_id: UUID) -> None:
    """Delete refused rows after the first ``MOST_KEPT``: which are kept does not depend on the order of the work."""
    last = await _last_kept(session, receipt_id)
    if last is not None:
        await receipts.execute(
            session,
            "DELETE FROM import_refusal WHERE receipt_id = :id AND NOT replayed AND row_no > :last",
            {"id": receipt_id, "last": last},
        )


def _sealed(receipt: Receipt, rows: Sequence[RefusedRow], vault: Vault) -> list[_Kept]:
    kept = []
    for row in rows:
        line, errors = row.line, row.errors
        if receipt.layout.media == MARKED:
            line, errors = as_sent(receipt.upload.kind, row.text, line, errors)
        sealed = vault.encrypt(row.text.encode(), refusal_context(receipt.id, row.row))
        kept.append(_Kept(row.row, line, errors, sealed))
    return kept


async def _insert(
    session: WriteSession,
    receipt: Receipt,
    rows: Sequence[_Kept],
    number: int | None,
    now: datetime,
) -> None:
    if not rows:
        return
    columns = await asyncio.to_thread(_columns, rows)  # in a thread: a row may have twenty errors to write as JSON
    connection = await raw(session)
    await connection.execute(
        "INSERT INTO import_refusal (receipt_id, row_no, line_no, municipality_code, code, errors, sealed, slice, "
        "created_at) SELECT $1, row_no, line_no, $2, code, errors, sealed, $3, $4 "
        "FROM unnest($5::int[], $6::int[], $7::text[], $8::jsonb[], $9::bytea[]) "
        "AS given (row_no, line_no, code, errors, sealed)",
        receipt.id,
        receipt.upload.municipality_code,
        number,
        now,
        *columns,
    )


def _columns(rows: Sequence[_Kept]) -> tuple[Sequence[Any], ...]:
    return (
        [row.row for row in rows],
        [row.line for row in rows],
        [row.errors[0].code for row in rows],
        [json.dumps([error.as_json() for error in row.errors]) for row in rows],
        [row.sealed for row in rows],
    )


_WITHOUT_TEXT = "f.sealed IS NULL AND NOT f.replayed"

_CHUNK = text(f"""
SELECT c.seq FROM import_refusal AS f
  JOIN import_chunk AS c
    ON c.receipt_id = f.receipt_id AND f.line_no BETWEEN c.first_line AND c.first_line + c.lines - 1
 WHERE f.receipt_id = :id AND {_WITHOUT_TEXT} ORDER BY f.row_no LIMIT 1
""")  # noqa: S608 - a constant of ours

_ROWS = text(f"""
SELECT row_no, line_no, errors FROM import_refusal AS f
 WHERE receipt_id = :id AND line_no BETWEEN :first AND :last AND {_WITHOUT_TEXT}
""")  # noqa: S608 - a constant of ours


async def chunk_without_texts(session: ReadSession, receipt_id: UUID) -> int | None:
    """The first chunk with refused rows that have no text yet."""
    return (await session.execute(_CHUNK, {"id": receipt_id})).scalar_one_or_none()


async def fill_texts(session: WriteSession, receipt: Receipt, chunk: bytes, lines: range, vault: Vault) -> None:
    """Add to the refused rows of a chunk their texts, and to their errors the class of the value concerned and the name
    that it has in the sent file.

    ``lines`` are the line numbers of the chunk.
    """
    found = await session.execute(_ROWS, {"id": receipt.id, "first": lines.start, "last": lines.stop - 1})
    rows = [(row.row_no, row.line_no - lines.start, row.errors) for row in found]
    given = await asyncio.to_thread(_texts, receipt, chunk, rows, vault)
    connection = await raw(session)
    await connection.execute(
        "UPDATE import_refusal AS f SET sealed = given.sealed, line_no = given.line_no, errors = given.errors"
        " FROM unnest($2::int[], $3::bytea[], $4::int[], $5::jsonb[]) AS given (row_no, sealed, line_no, errors)"
        " WHERE f.receipt_id = $1 AND f.row_no = given.row_no",
        receipt.id,
        [row for row, _, _ in rows],
        *given,
    )


def _texts(
    receipt: Receipt, chunk: bytes, rows: Sequence[tuple[int, int, list[dict[str, Any]]]], vault: Vault
) -> tuple[list[bytes], list[int], list[str]]:
    texts, _ = decode_lines(chunk, receipt.layout.charset)
    sealed, lines, errors = [], [], []
    before = receipt.layout.first_row_line - 1
    for number, index, said in rows:
        original = texts[index]
        kept = original if len(original) <= LONGEST_TEXT else original[:LONGEST_TEXT] + "…"
        sealed.append(vault.encrypt(kept.encode(), refusal_context(receipt.id, number)))
        classes = _classes(receipt.layout, original)
        line = number + before
        found: Sequence[FieldError] = [
            FieldError(**{**each, "value_class": classes.get(each["column"], each["value_class"])}) for each in said
        ]
        if receipt.layout.media == MARKED:
            line, found = as_sent(receipt.upload.kind, original, line, found)
        lines.append(line)
        errors.append(json.dumps([each.as_json() for each in found]))
    return sealed, lines, errors


def _classes(layout: Layout, line: str) -> dict[str, str]:
    """The class of the value in each column of a line; empty for a line without cells that can be read."""
    if layout.media != CSV or layout.header is None:
        return {}
    try:
        cells = read_cells(layout.header, line)
    except csv.Error:
        return {}
    return {name: value_class(cell) for name, cell in zip(layout.header.names, cells, strict=False)}
