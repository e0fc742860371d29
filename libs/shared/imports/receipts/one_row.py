"""The receipt of a row that was sent by itself: it is final when it is written, and what waits, waits on it."""

import json
from collections.abc import Sequence
from uuid import UUID

from libs.shared.db.database import WriteSession
from libs.shared.files.errors import FieldError
from libs.shared.imports.batch import Batch, BatchResult
from libs.shared.imports.receipts import receipts
from libs.shared.imports.receipts.receipt import Atomic, Mode, ReceiptState
from libs.shared.privacy.identifiers import IdentifierKind

_INSERT = """
INSERT INTO import_receipt (id, municipality_code, institution_numbers, kind, mode, atomic, identifier, media, charset,
    header, idempotency_key, upload_token, state, written, row_count, accepted, unchanged, parked, created_by,
    created_at, touched_at, queued_at, finished_at)
VALUES (:id, :code, CAST(:institutions AS text[]), :kind, :mode, :atomic, :identifier, 'ndjson', 'utf-8', '[]',
    :own, :id, :state, :written, 1, :accepted, :unchanged, :parked, :created_by, :now, :now, :now, :now)
"""

_INSERT_REFUSED = """
INSERT INTO import_receipt (id, municipality_code, institution_numbers, kind, mode, atomic, identifier, media, charset,
    header, idempotency_key, upload_token, state, written, row_count, refused, refused_by_code, created_by, created_at,
    touched_at, queued_at, finished_at)
VALUES (:id, :code, CAST(:institutions AS text[]), :kind, :mode, :atomic, :identifier, 'ndjson', 'utf-8', '[]',
    :own, :id, :state, false, 1, 1, jsonb_build_object(CAST(:first AS text), 1), :created_by, :now, :now, :now, :now)
"""
_REFUSAL = """
INSERT INTO import_refusal (receipt_id, row_no, line_no, municipality_code, code, errors, created_at)
VALUES (:id, 1, 1, :code, :first, CAST(:errors AS jsonb), :now)
"""

_PLACE = "UPDATE import_receipt SET outbox_seq = (SELECT coalesce(max(seq), 0) FROM outbox) WHERE id = :id"


async def add(session: WriteSession, batch: Batch, result: BatchResult, created_by: str) -> None:
    """Add the final receipt of a batch of one row. Rows that wait and histories name it, so it is added before them.

    Its idempotency key is its own id: the request's key is kept by ``libs.shared.idempotency``.
    """
    values = _of(batch, created_by) | {
        "written": result.accepted + len(result.waiting) > 0,
        "accepted": result.accepted,
        "unchanged": result.unchanged,
        "parked": len(result.waiting),
    }
    await receipts.execute(session, _INSERT, values)


async def add_refused(session: WriteSession, batch: Batch, errors: Sequence[FieldError], created_by: str) -> None:
    """Add the final receipt of a refused row that had an effect all the same, which names the receipt. It lists the row
    without its text.
    """
    values = _of(batch, created_by) | {"first": errors[0].code}
    await receipts.execute(session, _INSERT_REFUSED, values)
    said = json.dumps([each.as_json() for each in errors])
    await receipts.execute(session, _REFUSAL, {**values, "errors": said})


def _of(batch: Batch, created_by: str) -> dict[str, object]:
    return {
        "id": batch.receipt_id,
        "own": f"row:{batch.receipt_id}",
        "code": batch.municipality_code,
        "institutions": None if batch.institutions is None else sorted(batch.institutions),
        "kind": batch.kind,
        "mode": Mode.COMMIT.value,
        "atomic": Atomic.ROW.value,
        "identifier": IdentifierKind.CPR_NUMBER.value,
        "state": ReceiptState.COMPLETED.value,
        "created_by": created_by,
        "now": batch.queued_at,
    }


async def place(session: WriteSession, receipt_id: UUID) -> None:
    """Note how far the outbox goes, after the row's events were written."""
    await receipts.execute(session, _PLACE, {"id": receipt_id})
