"""The receipt of a row that was sent by itself: it is final when it is written, and what waits, waits on it."""

from uuid import UUID

from libs.shared.db.database import WriteSession
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

_PLACE = "UPDATE import_receipt SET outbox_seq = (SELECT coalesce(max(seq), 0) FROM outbox) WHERE id = :id"


async def add(session: WriteSession, batch: Batch, result: BatchResult, created_by: str) -> None:
    """Add the final receipt of a batch of one row. Rows that wait and histories name it, so it is added before them.

    Its idempotency key is its own id: the request's key is kept by ``libs.shared.idempotency``.
    """
    values: dict[str, object] = {
        "id": batch.receipt_id,
        "own": f"row:{batch.receipt_id}",
        "code": batch.municipality_code,
        "institutions": None if batch.institutions is None else sorted(batch.institutions),
        "kind": batch.kind,
        "mode": Mode.COMMIT.value,
        "atomic": Atomic.ROW.value,
        "identifier": IdentifierKind.CPR_NUMBER.value,
        "state": ReceiptState.COMPLETED.value,
        "written": result.accepted + len(result.waiting) > 0,
        "accepted": result.accepted,
        "unchanged": result.unchanged,
        "parked": len(result.waiting),
        "created_by": created_by,
        "now": batch.queued_at,
    }
    await receipts.execute(session, _INSERT, values)


async def place(session: WriteSession, receipt_id: UUID) -> None:
    """Note how far the outbox goes, after the row's events were written."""
    await receipts.execute(session, _PLACE, {"id": receipt_id})
