"""Has a handler do what rows that are not taken say nonetheless, and adds to refusals what could not be done."""

import asyncio
import json
from collections.abc import Mapping

from sqlalchemy import text

from libs.shared.db.database import WriteSession
from libs.shared.files.charset import decode_lines
from libs.shared.files.errors import FieldError
from libs.shared.files.kind import Kind
from libs.shared.files.parse import MARKED
from libs.shared.files.sent_names import as_named_by, as_sent
from libs.shared.imports.batch import Batch
from libs.shared.imports.handlers import Heeds
from libs.shared.imports.receipts import receipts
from libs.shared.imports.receipts.receipt import Receipt
from libs.shared.imports.receipts.refused import split_rows, split_texts
from libs.shared.imports.receipts.stowing import chunk_context
from libs.shared.privacy.keys import Vault

_PAGE = 1_000

_ADD = """
UPDATE import_refusal SET errors = errors || CAST(:errors AS jsonb)
 WHERE receipt_id = :id AND row_no = :row AND replayed = :replayed
"""
_CHUNKS = text("SELECT seq FROM import_chunk WHERE receipt_id = :id ORDER BY seq")
_CHUNK = text("SELECT first_line, sealed FROM import_chunk WHERE receipt_id = :id AND seq = :seq")


async def heed_refused(session: WriteSession, receipt: Receipt, kind: Kind, handler: Heeds, vault: Vault) -> None:
    """Go through the refused rows that are stored with their texts (``refusing.MOST_KEPT``)."""
    last: int | None = 0
    while last is not None:
        last, rows = await split_rows(session, receipt, kind, vault, after=last, size=_PAGE)
        await _heed(session, receipt, handler, rows)


async def heed_all(session: WriteSession, receipt: Receipt, kind: Kind, handler: Heeds, vault: Vault) -> None:
    """Go through all rows of a file of which nothing is written, as one of them was refused."""
    for (seq,) in (await session.execute(_CHUNKS, {"id": receipt.id})).all():
        row = (await session.execute(_CHUNK, {"id": receipt.id, "seq": seq})).one()
        data = await asyncio.to_thread(vault.decrypt, row.sealed, chunk_context(receipt.id, seq))
        texts, _ = decode_lines(data, receipt.layout.charset)
        first = receipt.layout.row_number(row.first_line)
        for start in range(0, len(texts), _PAGE):
            some = dict(enumerate(texts[start : start + _PAGE], first + start))
            await _heed(session, receipt, handler, await asyncio.to_thread(split_texts, receipt, kind, some))


async def heed_waited(
    session: WriteSession, handler: Heeds, batch: Batch, rows: Mapping[int, Mapping[str, str]], form: str
) -> None:
    """The same for rows of a file of ``form`` that waited and were refused, by their number."""
    said = await handler.heed(session, batch, list(rows.values()))
    found = {index: as_named_by(form, batch.kind, (), [error])[0] for index, error in said.items()}
    await _add(session, batch.receipt_id, dict(zip(rows, range(len(rows)), strict=True)), found, replayed=True)


def as_texts(batch: Batch, index: int) -> Mapping[str, str]:
    """A row of a batch as the texts that a file could have."""
    values = ((name, column[index]) for name, column in batch.columns.items())
    return {name: "" if value is None else str(value) for name, value in values}


async def _heed(
    session: WriteSession, receipt: Receipt, handler: Heeds, rows: Mapping[int, tuple[str, Mapping[str, str]]]
) -> None:
    batch = Batch(
        kind=receipt.upload.kind,
        municipality_code=receipt.upload.municipality_code,
        receipt_id=receipt.id,
        queued_at=receipt.queued_at or receipt.created_at,
        row_numbers=[],
        columns={},
        institutions=receipt.upload.institutions,
    )
    found = dict(await handler.heed(session, batch, [cells for _, cells in rows.values()]))
    if receipt.layout.media == MARKED:
        texts = [line for line, _ in rows.values()]
        found = {
            index: as_sent(receipt.upload.kind, texts[index], 0, [error]).errors[0] for index, error in found.items()
        }
    await _add(session, receipt.id, dict(zip(rows, range(len(rows)), strict=True)), found, replayed=False)


async def _add(
    session: WriteSession,
    receipt_id: object,
    places: Mapping[int, int],
    found: Mapping[int, FieldError],
    *,
    replayed: bool,
) -> None:
    for row, index in places.items():
        if index in found:
            errors = json.dumps([found[index].as_json()])
            given = {"id": receipt_id, "row": row, "errors": errors, "replayed": replayed}
            await receipts.execute(session, _ADD, given)
