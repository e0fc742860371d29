"""Ends a file: completed, rejected, failed or cancelled. The receipt's row is locked throughout.

The counts of a receipt are then final, and every counted row has an outcome; of a file that was stopped early the
remaining rows are not counted. The data of its processing is deleted afterwards in small steps.
"""

from datetime import datetime

from sqlalchemy import text

from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.files.kind import Kind
from libs.shared.files.parse import MARKED
from libs.shared.imports.receipts import receipts, refusing
from libs.shared.imports.receipts.receipt import Atomic, Mode, Phase, Receipt, ReceiptState
from libs.shared.imports.staging import store
from libs.shared.imports.worker import claims, units

_DROPPED_AT_ONCE = 50_000
_CHUNKS_AT_ONCE = 10


async def complete(session: WriteSession, receipt: Receipt, now: datetime) -> None:
    """End a file of which every row was processed: completed, or rejected if it is atomic and a row was refused.

    Raises ``ValueError`` if a row is missing or counted twice.
    """
    upload = receipt.upload
    rejected = await is_rejected(session, receipt)
    state = ReceiptState.REJECTED if rejected else ReceiptState.COMPLETED
    await _close(session, receipt, state, now=now, written=upload.mode is Mode.COMMIT and not rejected)
    after = await receipts.at_work(session, receipt.id)
    outcomes = after.accepted + after.unchanged + after.parked + after.refused
    if receipt.rows != outcomes:
        raise ValueError(f"the receipt accounts for {outcomes} of {receipt.rows} rows")


async def reject(session: WriteSession, receipt: Receipt, code: str, now: datetime) -> None:
    """End a file that is refused as a whole; no row of it was written."""
    await _close(session, receipt, ReceiptState.REJECTED, now=now, error=code)


async def replace(session: WriteSession, receipt: Receipt, now: datetime) -> None:
    """End a snapshot of which nothing was written, because a newer one of its source came."""
    await _close(session, receipt, ReceiptState.REPLACED, now=now, error="snapshot.replaced")


async def fail(session: WriteSession, receipt: Receipt, code: str, now: datetime) -> None:
    """End a file that is given up because of an internal error; rows that were written stay."""
    await _close(session, receipt, ReceiptState.FAILED, now=now, error=code)


async def cancel(session: WriteSession, receipt: Receipt, now: datetime) -> None:
    """End a file that is cancelled; rows that were written stay."""
    await _close(session, receipt, ReceiptState.CANCELLED, now=now)


async def is_rejected(session: ReadSession, receipt: Receipt) -> bool:
    """Whether nothing of a file is written because a row was refused. Every row is judged."""
    if receipt.upload.atomic is not Atomic.FILE:
        return False
    found = await session.execute(
        text(
            "SELECT EXISTS (SELECT FROM import_chunk WHERE receipt_id = :id AND refused > 0)"
            " OR EXISTS (SELECT FROM import_slice WHERE receipt_id = :id AND refused > 0)"
        ),
        {"id": receipt.id},
    )
    return bool(found.scalar_one())


async def _close(
    session: WriteSession,
    receipt: Receipt,
    state: ReceiptState,
    *,
    now: datetime,
    written: bool = False,
    error: str | None = None,
) -> None:
    if state is not ReceiptState.COMPLETED:
        await _close_unit(session, receipt, state, now=now, error=error)
    await claims.end_all(session, receipt.id)
    await refusing.trim(session, receipt.id)
    given = {"id": receipt.id, "state": state.value, "now": now, "written": written, "error": error}
    # The own receipt of a file of several kinds is cancelled only while it is received: it has nothing to clean up.
    worked = receipt.part_of is not None or receipt.layout.media != MARKED
    await receipts.execute(session, _CLOSE, {**given, "staging": receipt.staging, "worked": worked})


async def _close_unit(
    session: WriteSession, receipt: Receipt, state: ReceiptState, *, now: datetime, error: str | None
) -> None:
    """End the other parts of the unit that are not final: without this one they would be half of something."""
    for part in await units.others(session, receipt):
        locked = None if part.final else await claims.lock(session, part.id)
        if locked is None or locked.final:
            continue
        await claims.end_all(session, locked.id)
        await refusing.trim(session, locked.id)
        given = {"id": locked.id, "state": state.value, "now": now, "written": False, "error": error}
        await receipts.execute(session, _CLOSE, {**given, "staging": locked.staging, "worked": True})


_CLOSE = """
UPDATE import_receipt AS r
   SET state = :state, phase = CASE WHEN :worked THEN 'leaving' END, finished_at = :now, error = :error,
       closed = (SELECT coalesce(sum(d.closed), 0) FROM import_difference AS d WHERE d.receipt_id = :id),
       outbox_seq = (SELECT coalesce(max(seq), 0) FROM outbox), not_before = NULL, lookup_key_id = NULL,
       written = :written OR s.written,
       row_count = c.refused + s.accepted + s.unchanged + s.parked + s.refused,
       accepted = s.accepted, unchanged = s.unchanged, parked = s.parked, refused = c.refused + s.refused,
       chunks_done = c.done, refused_by_code = codes.counts, notices = notes.counts
  FROM (SELECT coalesce(sum(refused), 0) AS refused, count(*) AS done
          FROM import_chunk WHERE receipt_id = :id AND staging = :staging AND staging > 0) AS c,
       (SELECT coalesce(sum(accepted), 0) AS accepted, coalesce(sum(unchanged), 0) AS unchanged,
               coalesce(sum(parked), 0) AS parked, coalesce(sum(refused), 0) AS refused,
               coalesce(bool_or(written), false) AS written
          FROM import_slice WHERE receipt_id = :id) AS s,
       (SELECT coalesce(jsonb_object_agg(code, number), '{}') AS counts
          FROM (SELECT key AS code, sum(CAST(value AS integer)) AS number
                  FROM (SELECT refused_by_code FROM import_chunk
                         WHERE receipt_id = :id AND staging = :staging AND staging > 0
                        UNION ALL SELECT refused_by_code FROM import_slice WHERE receipt_id = :id) AS every,
                       jsonb_each_text(every.refused_by_code) GROUP BY key) AS summed) AS codes,
       (SELECT coalesce(jsonb_object_agg(code, number), '{}') AS counts
          FROM (SELECT key AS code, sum(CAST(value AS integer)) AS number
                  FROM import_chunk, jsonb_each_text(notices)
                 WHERE receipt_id = :id AND staging = :staging AND staging > 0 GROUP BY key) AS summed) AS notes
 WHERE r.id = :id
"""


async def leave(session: WriteSession, receipt: Receipt, kind: Kind) -> None:
    """Delete a part of the data that processing a final receipt left. With the last part ``phase`` becomes null."""
    given = {"id": receipt.id}
    dropped = await store.drop_some(session, kind, receipt.id, _DROPPED_AT_ONCE)
    if dropped == _DROPPED_AT_ONCE:
        return
    chunks = await receipts.execute(
        session,
        "DELETE FROM import_chunk WHERE receipt_id = :id AND seq IN"
        " (SELECT seq FROM import_chunk WHERE receipt_id = :id ORDER BY seq LIMIT :most)",
        {**given, "most": _CHUNKS_AT_ONCE},
    )
    if chunks == _CHUNKS_AT_ONCE:
        return
    await store.gone(session, receipt.id)
    await receipts.execute(session, "DELETE FROM import_slice WHERE receipt_id = :id", given)
    await receipts.execute(session, "UPDATE import_receipt SET phase = NULL WHERE id = :id", given)


def small(receipt: Receipt) -> bool:
    """Whether the data of its processing can be deleted in the transaction that closes the receipt."""
    return receipt.chunks < _CHUNKS_AT_ONCE and receipt.rows < _DROPPED_AT_ONCE and receipt.phase is not Phase.LEAVING
