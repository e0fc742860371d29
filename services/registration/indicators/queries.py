"""Writing indicators by set."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import text

from libs.shared.db.database import WriteSession

_UPSERT = text("""
INSERT INTO indicator AS i (pupil_id, indicator, subject, grade, day, value, municipality_code)
SELECT g.pupil_id, g.indicator, g.subject, g.grade, g.day, g.value, :code
  FROM unnest(CAST(:pupils AS uuid[]), CAST(:indicators AS text[]), CAST(:subjects AS text[]),
              CAST(:grades AS int[]), CAST(:days AS date[]), CAST(:values AS text[]))
       AS g (pupil_id, indicator, subject, grade, day, value)
ON CONFLICT (pupil_id, indicator, subject, grade, day) DO UPDATE SET value = excluded.value
 WHERE i.value <> excluded.value
RETURNING pupil_id
""")

IndicatorKey = tuple[UUID, str, str, int, date]
"""Pupil id, indicator, subject, grade and day."""


async def upsert(session: WriteSession, code: str, rows: Sequence[tuple[IndicatorKey, str]]) -> int:
    """Write (key, value), each key once; how many changed."""
    if not rows:
        return 0
    pupils, indicators, subjects, grades, days = (list(part) for part in zip(*(key for key, _ in rows), strict=True))
    given = {
        "code": code,
        "pupils": pupils,
        "indicators": indicators,
        "subjects": subjects,
        "grades": grades,
        "days": days,
        "values": [value for _, value in rows],
    }
    return len((await session.execute(_UPSERT, given)).all())
