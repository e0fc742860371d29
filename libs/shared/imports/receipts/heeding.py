"""Has a handler do what the refused rows of a file say nonetheless, and adds to refusals what could not be done."""

import json
from collections.abc import Mapping, Sequence

from libs.shared.db.database import WriteSession
from libs.shared.files.errors import FieldError
from libs.shared.files.kind import Kind
from libs.shared.files.parse import MARKED
from libs.shared.files.sent_names import as_sent
from libs.shared.imports.batch import Batch
from libs.shared.imports.handlers import Heeds
from libs.shared.imports.receipts import receipts
from libs.shared.imports.receipts.receipt import Receipt
from libs.shared.imports.receipts.refused import split_rows
from libs.shared.privacy.keys import Vault

_PAGE = 1_000

_ADD = """
UPDATE import_refusal SET errors = errors || CAST(:errors AS jsonb)
 WHERE receipt_id = :id AND row_no = :row AND NOT replayed
"""


async def heed_refused(session: WriteSession, receipt: Receipt, kind: Kind, handler: Heeds, vault: Vault) -> None:
    """Go through the refused rows that are stored with their texts (``refusing.MOST_KEPT``)."""
    batch = Batch(
        kind=kind.name,
        municipality_code=receipt.upload.municipality_code,
        receipt_id=receipt.id,
        queued_at=receipt.queued_at or receipt.created_at,
        row_numbers=[],
        columns={},
        institutions=receipt.upload.institutions,
    )
    last: int | None = 0
    while last is not None:
        last, rows = await split_rows(session, receipt, kind, vault, after=last, size=_PAGE)
        found = await handler.heed(session, batch, [cells for _, cells in rows.values()])
        await _add(session, receipt, {row: text for row, (text, _) in rows.items()}, found)


async def _add(
    session: WriteSession, receipt: Receipt, texts: Mapping[int, str], found: Mapping[int, FieldError]
) -> None:
    for index, (row, text) in enumerate(texts.items()):
        if index not in found:
            continue
        errors: Sequence[FieldError] = [found[index]]
        if receipt.layout.media == MARKED:
            errors = as_sent(receipt.upload.kind, text, 0, errors).errors
        given = {"id": receipt.id, "row": row, "errors": json.dumps([each.as_json() for each in errors])}
        await receipts.execute(session, _ADD, given)
