"""Deletes old data: the text of refused rows, uploads that were never completed, and differences of snapshots."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from libs.shared.db.database import WriteSession
from libs.shared.imports.receipts import receipts

REFUSED_TEXT_DAYS = 30
UNFINISHED_UPLOAD_DAYS = 2


@dataclass(frozen=True, slots=True)
class Swept:
    """The numbers of deleted rows and uploads."""

    refused_rows: int
    unfinished_uploads: int
    differences: int


async def sweep(session: WriteSession, now: datetime) -> Swept:
    """Delete refused rows after 30 days, uploads that are still incomplete after 2 days, and the differences of
    snapshots 30 days after their end.

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
    differences = await receipts.execute(
        session,
        "DELETE FROM import_difference AS d USING import_receipt AS r"
        " WHERE r.id = d.receipt_id AND r.finished_at < :limit",
        {"limit": now - timedelta(days=REFUSED_TEXT_DAYS)},
    )
    return Swept(refused, unfinished, differences)
