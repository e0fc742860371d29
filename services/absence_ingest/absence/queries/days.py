"""Writes the days of a judged batch by set. The caller has locked the pupils, so nobody else changes them."""

from datetime import datetime

from sqlalchemy import text

from libs.shared.db.database import WriteSession
from services.absence_ingest.absence.queries.batch_table import Counted

# ORDER BY the primary key: neighbours in its index are written much faster.
# No ON CONFLICT: ``old IS NULL`` was found under the same locks of the pupils, so the day still has no record.
# 0 days for a day without a record are written only if an older row may still come, which must not count then.
_ADD = text("""
INSERT INTO absence_day (pupil_id, day, category, halves, as_of, municipality_code)
SELECT pupil_id, day, category, halves, :as_of, :code FROM batch_row
 WHERE verdict IS NULL AND old IS NULL AND (halves > 0 OR :remember)
 ORDER BY pupil_id, day, category
""")

_CORRECT = text("""
UPDATE absence_day AS d SET halves = g.halves, as_of = :as_of,
       set_aside = CASE WHEN d.halves = g.halves THEN d.set_aside END,
       set_aside_at = CASE WHEN d.halves = g.halves THEN d.set_aside_at END
  FROM batch_row AS g
 WHERE (d.pupil_id, d.day, d.category) = (g.pupil_id, g.day, g.category) AND g.verdict IS NULL
   AND (d.halves <> g.halves OR (:remember AND d.as_of < :as_of))
""")


async def add(session: WriteSession, counted: Counted, code: str, as_of: datetime, *, remember: bool) -> None:
    """Write the batch's rows that have no record yet.

    ``remember`` also writes rows of 0 days, so that an older parked row does not count later. Raises ``RuntimeError``
    if another batch was judged since.
    """
    counted.require_on_table(session)
    await session.execute(_ADD, {"code": code, "as_of": as_of, "remember": remember})


async def correct(session: WriteSession, counted: Counted, as_of: datetime, *, remember: bool) -> None:
    """Correct records by the batch's rows.

    ``remember`` also renews the ``as_of`` of records that equal a row, so that an older parked row does not overwrite
    them. Raises ``RuntimeError`` if another batch was judged since.
    """
    counted.require_on_table(session)
    await session.execute(_CORRECT, {"as_of": as_of, "remember": remember})
