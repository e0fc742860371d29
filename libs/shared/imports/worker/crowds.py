"""Refuses groups with more rows than can be judged together, a part at a time, before the file is sliced."""

import json
from datetime import datetime

from sqlalchemy import text

from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.files.errors import FieldError
from libs.shared.imports.batch import Staged
from libs.shared.imports.receipts import receipts, refusing
from libs.shared.imports.receipts.receipt import Receipt
from libs.shared.imports.receipts.refusing import Objection

MOST_OF_A_GROUP = 10_000
"""The largest group. Rows that are judged together are held in memory or in one statement, so their
number is limited.
"""
CODE = "row.group_too_large"

_AT_ONCE = 50_000


async def find(session: WriteSession, receipt: Receipt, staged: Staged) -> None:
    """Record which groups of a file are too large, and that it is settled. This is done once, because the groups
    shrink while their rows are refused.
    """
    await session.execute(
        text(
            "UPDATE import_staging SET settled = true, crowded = ARRAY("  # noqa: S608 - a table of ours
            f"SELECT group_hash FROM {staged.table} AS s WHERE s.receipt_id = :id"
            " GROUP BY group_hash HAVING count(*) > :most) WHERE receipt_id = :id"
        ),
        {"id": receipt.id, "most": MOST_OF_A_GROUP},
    )


async def any_left(session: ReadSession, receipt: Receipt, table: str) -> bool:
    """Whether rows of groups that are too large are left."""
    found = await session.execute(
        text(
            "SELECT EXISTS (SELECT FROM import_staging AS g, unnest(g.crowded) AS crowd, LATERAL ("  # noqa: S608
            f"SELECT FROM {table} AS s WHERE s.receipt_id = g.receipt_id AND s.group_hash = crowd LIMIT 1) AS one"
            " WHERE g.receipt_id = :id)"
        ),
        {"id": receipt.id},
    )
    return bool(found.scalar_one())


async def refuse_some(session: WriteSession, receipt: Receipt, table: str, now: datetime) -> None:
    """Refuse at most ``_AT_ONCE`` rows of groups that are too large."""
    taken = await session.execute(
        text(
            f"DELETE FROM {table} AS s USING ("  # noqa: S608 - a table of ours
            "SELECT one.ctid FROM import_staging AS g, unnest(g.crowded) AS crowd, LATERAL ("
            f"SELECT t.ctid FROM {table} AS t WHERE t.receipt_id = g.receipt_id AND t.group_hash = crowd LIMIT :most"
            ") AS one WHERE g.receipt_id = :id LIMIT :most"
            ") AS crowd WHERE s.ctid = crowd.ctid AND s.receipt_id = :id RETURNING s.row_no"
        ),
        {"id": receipt.id, "most": _AT_ONCE},
    )
    rows = sorted(taken.scalars())
    error = FieldError(CODE, params={"most": MOST_OF_A_GROUP})
    objections = [Objection(row, error) for row in rows[: refusing.MOST_KEPT]]
    await refusing.object_to(session, receipt, objections, -1, now)
    await receipts.execute(
        session,
        _NOTE,
        {
            "id": receipt.id,
            "staging": receipt.staging,
            "code": receipt.upload.municipality_code,
            "rows": len(rows),
            "codes": json.dumps({CODE: len(rows)}),
            "numbers": None if receipt.whole else rows,
        },
    )


# The numbers are below ``plan.WHOLE``, under which a file that is taken as a whole is counted.
_NOTE = """
INSERT INTO import_slice (receipt_id, staging, number, municipality_code, row_count, accepted, unchanged, parked,
    refused, refused_by_code, written, row_numbers)
SELECT :id, :staging, least(coalesce(min(number), 0), -1) - 1, :code, :rows, 0, 0, 0, :rows, CAST(:codes AS jsonb),
       false, CAST(:numbers AS integer[])
  FROM import_slice WHERE receipt_id = :id AND staging = :staging
"""
