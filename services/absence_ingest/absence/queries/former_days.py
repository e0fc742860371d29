"""Moves days of absence to the pupil whose they are, after registration has merged or split pupils.

The two pupils' events arrive in any order, and a file may still have written days of the former one in between. So days
are moved whenever either of the two is judged again, and moving twice does nothing.
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import text

from libs.shared.db.database import ReadSession, WriteSession
from services.absence_ingest.absence.domain import Month
from services.absence_ingest.absence.queries.months import FIRST_OF_MONTH

_PAIRED = text("""
SELECT former_id, pupil_id FROM former_pupil
 WHERE former_id = ANY(CAST(:ids AS uuid[])) OR pupil_id = ANY(CAST(:ids AS uuid[]))
""")

# A day on which the pupil has absence of its own stays as it is, as both are about one child. After a split a day moves
# only if the former pupil is at no school on it.
_MOVE = text(f"""
WITH pair AS (
    SELECT former_id, pupil_id, split FROM former_pupil
     WHERE former_id = ANY(CAST(:ids AS uuid[])) OR pupil_id = ANY(CAST(:ids AS uuid[]))
), gone AS (
    DELETE FROM absence_day AS a USING pair AS p
     WHERE a.pupil_id = p.former_id AND EXISTS (SELECT FROM pupil AS n WHERE n.pupil_id = p.pupil_id)
       AND (NOT p.split
            OR EXISTS (SELECT FROM membership AS m WHERE m.pupil_id = p.pupil_id AND m.valid_from <= a.day
                                                     AND m.valid_to > a.day)
               AND NOT EXISTS (SELECT FROM membership AS m WHERE m.pupil_id = p.former_id AND m.valid_from <= a.day
                                                             AND m.valid_to > a.day))
    RETURNING a.*, p.pupil_id AS to_id
), kept AS (
    INSERT INTO absence_day AS d (pupil_id, day, category, halves, as_of, municipality_code)
    SELECT DISTINCT ON (g.to_id, g.day, g.category) g.to_id, g.day, g.category, g.halves, g.as_of, g.municipality_code
      FROM gone AS g
     WHERE NOT EXISTS (SELECT FROM absence_day AS w WHERE w.pupil_id = g.to_id AND w.day = g.day AND w.halves > 0)
     ORDER BY g.to_id, g.day, g.category, g.as_of DESC
    ON CONFLICT (pupil_id, day, category) DO UPDATE
       SET halves = excluded.halves, as_of = greatest(d.as_of, excluded.as_of)
)
SELECT DISTINCT pupil_id, {FIRST_OF_MONTH} AS month, municipality_code FROM gone
 UNION SELECT to_id, {FIRST_OF_MONTH}, municipality_code FROM gone
""")  # noqa: S608 - only constants of ours are put together


async def paired(session: ReadSession, pupil_ids: Iterable[UUID]) -> set[UUID]:
    """The pupils with whom these were merged or from whom they were split, and the other way round."""
    found = await session.execute(_PAIRED, {"ids": list(pupil_ids)})
    return {each for row in found for each in row}


async def move(session: WriteSession, pupil_ids: Sequence[UUID]) -> list[Month]:
    """Move the days of these pupils, who are locked with those of ``paired``. Returns the months whose days changed."""
    return [Month(*row) for row in await session.execute(_MOVE, {"ids": list(pupil_ids)})]
