"""A batch of absence on a temporary table, judged and written by set.

The caller holds the locks of the batch's pupils, so nobody else changes their days between these statements.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import text

from libs.shared.db.database import WriteSession, raw
from libs.shared.delivery.republishing import Place
from services.absence_ingest.absence.domain import WHOLE_DAY, Entry, Month
from services.absence_ingest.absence.kind import NOT_A_MEMBER, NOT_A_SCHOOL_DAY

GivenRow = tuple[int, UUID, date, str, int]
"""Place in the batch, pupil id, day, category, half days."""

_ANALYZE_FROM = 1000
"""Below this the planner's guess about the temporary tables is good enough."""

# Kept for the connection, emptied with the transaction; TRUNCATE for a second batch in the same one.
_PREPARE = """
CREATE TEMPORARY TABLE IF NOT EXISTS given (
    place integer NOT NULL, pupil_id uuid NOT NULL, day date NOT NULL, category text NOT NULL, halves smallint NOT NULL
) ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE IF NOT EXISTS touched (
    pupil_id uuid NOT NULL, month date NOT NULL, changes integer NOT NULL
) ON COMMIT DELETE ROWS;
TRUNCATE given, touched
"""

# Of several schools on one date, one where it can be a school day is enough. A withdrawal is always in place: the
# membership or the calendar may have been corrected since.
_REFUSED = text("""
WITH judged AS (
    SELECT g.place, bool_or(c.school_id IS NULL OR d.school_id IS NOT NULL) AS fits
      FROM given AS g
      JOIN membership AS m ON m.pupil_id = g.pupil_id AND g.day >= m.valid_from AND g.day < m.valid_to
      LEFT JOIN calendar AS c
        ON c.school_id = m.school_id AND g.day >= c.starts AND g.day < c.starts + interval '1 year'
      LEFT JOIN calendar_day AS d ON d.school_id = m.school_id AND d.day = g.day
     WHERE g.halves > 0
     GROUP BY g.place
)
SELECT g.place, j.place IS NOT NULL AS member
  FROM given AS g LEFT JOIN judged AS j USING (place)
 WHERE g.halves > 0 AND j.fits IS NOT TRUE
   AND (j.place IS NOT NULL OR EXISTS (SELECT FROM membership AS m WHERE m.pupil_id = g.pupil_id))
""")

_OVERTAKEN = text("""
DELETE FROM given AS g USING absence_day AS d
 WHERE (d.pupil_id, d.day, d.category) = (g.pupil_id, g.day, g.category) AND d.as_of > :as_of
""")

_FULL_DAYS = """
WITH touched_day AS (SELECT DISTINCT pupil_id, day FROM given),
said AS (
    SELECT pupil_id, day, halves FROM given
    UNION ALL
    SELECT pupil_id, day, halves FROM absence_day AS d JOIN touched_day USING (pupil_id, day)
     WHERE NOT EXISTS (SELECT FROM given AS g
                        WHERE (g.pupil_id, g.day, g.category) = (d.pupil_id, d.day, d.category))
),
full_day AS (SELECT pupil_id, day FROM said GROUP BY pupil_id, day HAVING sum(halves) > :whole)
"""

_OF_FULL_DAYS = text(
    _FULL_DAYS
    + """
SELECT pupil_id, day, place, category, halves FROM given JOIN full_day USING (pupil_id, day)
UNION ALL
SELECT pupil_id, day, NULL, category, halves FROM absence_day JOIN full_day USING (pupil_id, day)
"""
)

_DROP = text("DELETE FROM given WHERE place = ANY(CAST(:places AS int[]))")

# Withdrawing what is not there changes nothing and leaves nothing. In the order of the primary key, as neighbours in
# its index are written much faster.
_WRITE = text("""
WITH changed AS (
    INSERT INTO absence_day AS d (pupil_id, day, category, halves, as_of, municipality_code)
    SELECT g.pupil_id, g.day, g.category, g.halves, :as_of, :code
      FROM given AS g
     WHERE g.halves > 0 OR EXISTS (
           SELECT FROM absence_day AS a WHERE (a.pupil_id, a.day, a.category) = (g.pupil_id, g.day, g.category))
     ORDER BY g.pupil_id, g.day
    ON CONFLICT (pupil_id, day, category) DO UPDATE SET halves = excluded.halves, as_of = excluded.as_of
     WHERE d.halves <> excluded.halves
    RETURNING d.pupil_id, d.day
)
INSERT INTO touched (pupil_id, month, changes)
SELECT pupil_id, CAST(date_trunc('month', day) AS date), count(*) FROM changed GROUP BY 1, 2
""")

_CHANGES = text("SELECT coalesce(sum(changes), 0) FROM touched")

_SUM_UP = text("""
INSERT INTO pupil_month AS m (pupil_id, month, illness, authorised, unauthorised, municipality_code, aggregate_version)
SELECT t.pupil_id, t.month,
       coalesce(sum(d.halves) FILTER (WHERE d.category = 'illness'), 0),
       coalesce(sum(d.halves) FILTER (WHERE d.category = 'authorised'), 0),
       coalesce(sum(d.halves) FILTER (WHERE d.category = 'unauthorised'), 0),
       :code, 1
  FROM touched AS t
  JOIN absence_day AS d ON d.pupil_id = t.pupil_id AND d.day >= t.month AND d.day < t.month + interval '1 month'
 GROUP BY t.pupil_id, t.month
 ORDER BY t.pupil_id, t.month
ON CONFLICT (pupil_id, month) DO UPDATE
   SET illness = excluded.illness, authorised = excluded.authorised, unauthorised = excluded.unauthorised,
       aggregate_version = m.aggregate_version + 1
 WHERE (m.illness, m.authorised, m.unauthorised)
       IS DISTINCT FROM (excluded.illness, excluded.authorised, excluded.unauthorised)
RETURNING m.pupil_id, m.month, m.illness, m.authorised, m.unauthorised, m.municipality_code, m.aggregate_version
""")


_LOCKED_MONTHS = text("""
SELECT pupil_id, month, illness, authorised, unauthorised, municipality_code, aggregate_version FROM pupil_month
 WHERE municipality_code = :code AND (
       CAST(:pupil AS text) IS NULL
       OR (pupil_id, month) > (CAST(CAST(:pupil AS text) AS uuid), CAST(CAST(:month AS text) AS date)))
 ORDER BY pupil_id, month LIMIT :size FOR UPDATE
""")


async def locked_months(session: WriteSession, code: str, after: Place | None, size: int) -> list[Month]:
    """The municipality's months after that one, with their rows locked in order."""
    given = {"pupil": after[0] if after else None, "month": after[1] if after else None}
    return [Month(*row) for row in await session.execute(_LOCKED_MONTHS, {"code": code, "size": size, **given})]


async def give(session: WriteSession, rows: Sequence[GivenRow]) -> None:
    """Put the rows on the temporary table by COPY."""
    connection = await raw(session)
    await connection.execute(_PREPARE)
    await connection.copy_records_to_table("given", records=rows)
    if len(rows) >= _ANALYZE_FROM:
        await connection.execute("ANALYZE given")


async def out_of_place(session: WriteSession) -> dict[int, str]:
    """The places of rows on days when the pupil is at no school, or the school has no school day → the code."""
    return {place: NOT_A_SCHOOL_DAY if member else NOT_A_MEMBER for place, member in await session.execute(_REFUSED)}


async def drop_overtaken(session: WriteSession, as_of: datetime) -> None:
    """Take out rows about which a file received after ``as_of`` has said something."""
    await session.execute(_OVERTAKEN, {"as_of": as_of})


async def full_days(session: WriteSession) -> list[tuple[dict[str, int], list[Entry]]]:
    """For each day that would hold more than a whole one: the half days recorded by category, and the given rows."""
    found: dict[tuple[UUID, date], tuple[dict[str, int], list[Entry]]] = {}
    for pupil_id, day, place, category, halves in await session.execute(_OF_FULL_DAYS, {"whole": WHOLE_DAY}):
        recorded, given = found.setdefault((pupil_id, day), ({}, []))
        if place is None:
            recorded[category] = halves
        else:
            given.append(Entry(place, category, halves))
    return list(found.values())


async def drop(session: WriteSession, places: Iterable[int]) -> None:
    """Take refused rows out."""
    refused = list(places)
    if refused:
        await session.execute(_DROP, {"places": refused})


async def write(session: WriteSession, code: str, as_of: datetime) -> int:
    """Write the rows that are left; how many changed anything."""
    await session.execute(_WRITE, {"code": code, "as_of": as_of})
    return int((await session.execute(_CHANGES)).scalar_one())


async def sum_up(session: WriteSession, code: str) -> list[Month]:
    """Sum up the months that ``write`` touched; those that differ now, with their version raised."""
    return [Month(*row) for row in await session.execute(_SUM_UP, {"code": code})]
