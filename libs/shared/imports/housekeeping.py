"""What is deleted by age: the text of refused rows, uploads that never came whole, and rows parked for too long."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from libs.shared.db.database import WriteSession
from libs.shared.imports import receipts

REFUSED_TEXT_DAYS = 30
UNFINISHED_UPLOAD_DAYS = 2
PARKED_DAYS = 90
PARKED_TOO_LONG = "row.parked_too_long"
BATCH = 5_000


@dataclass(frozen=True, slots=True)
class Swept:
    """How many were deleted."""

    refused_rows: int
    unfinished_uploads: int
    parked_rows: int


async def sweep(session: WriteSession, now: datetime) -> Swept:
    """Delete refused rows after 30 days and uploads still incomplete after 2; refuse parked rows after 90, ``BATCH`` of
    them at most: call it again while it gives so many.

    A refusal of a row that had been parked holds no text and stays with its receipt. Needs the access ``operator``.
    """
    refused = await receipts.execute(
        session,
        "DELETE FROM import_refusal WHERE created_at < :limit AND NOT replayed",
        {"limit": now - timedelta(days=REFUSED_TEXT_DAYS)},
    )
    unfinished = await receipts.execute(
        session,
        "DELETE FROM import_receipt WHERE state = 'receiving' AND created_at < :limit",
        {"limit": now - timedelta(days=UNFINISHED_UPLOAD_DAYS)},
    )
    parked = await receipts.execute(
        session,
        _REFUSE_PARKED,
        {"limit": now - timedelta(days=PARKED_DAYS), "most": BATCH, "now": now, "code": PARKED_TOO_LONG},
    )
    return Swept(refused, unfinished, parked)


# A pupil that arrives in the same moment either finds the row or finds it refused: whoever takes it first has it.
_REFUSE_PARKED = f"""
WITH old AS (
    SELECT receipt_id, row_no FROM parked_row WHERE created_at < :limit
     ORDER BY receipt_id, row_no LIMIT :most FOR UPDATE SKIP LOCKED
), taken AS (
    DELETE FROM parked_row AS p USING old WHERE p.receipt_id = old.receipt_id AND p.row_no = old.row_no
    RETURNING p.receipt_id, p.row_no, p.municipality_code
)
INSERT INTO import_refusal (receipt_id, row_no, line_no, municipality_code, code, errors, replayed, created_at)
SELECT receipt_id, row_no, row_no, municipality_code, :code,
       jsonb_build_array(jsonb_build_object(
           'code', CAST(:code AS text), 'column', NULL, 'value_class', 'parked',
           'params', jsonb_build_object('days', {PARKED_DAYS}))),
       true, :now
  FROM taken
"""  # noqa: S608 - a number of ours
