"""Finds, sets aside and lists the days of absence that are no school days any more after a stay or calendar has
changed, and takes them back.

A day that is set aside counts in no month, so that a month never holds more absence than the pupil has school days.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text

from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.db.order import Order, Place, Sortable, parameters
from services.absence_ingest.absence.domain import ALL, Chosen, Month, SetAside
from services.absence_ingest.absence.queries.months import FIRST_OF_MONTH
from services.absence_ingest.absence.queries.planner import ALL_JOINS, HASH_JOINS
from services.absence_ingest.absence.queries.school_days import FLAW, STAYS, pupil_days
from services.absence_ingest.access import Reach

_FIRST, _LAST = date(1, 1, 1), date(9999, 12, 31)
_JUDGE_AGAIN = text(
    f"""
SELECT * FROM (
    SELECT g.pupil_id, g.day, g.category, g.set_aside, {FLAW} AS flaw
      FROM (SELECT a.pupil_id, a.day, a.category, a.set_aside
              FROM unnest(CAST(:pupils AS uuid[])) AS p (pupil_id) CROSS JOIN LATERAL (
                   SELECT * FROM absence_day AS a WHERE a.pupil_id = p.pupil_id AND a.halves > 0 OFFSET 0) AS a
           ) AS g {STAYS}
     GROUP BY g.pupil_id, g.day, g.category, g.set_aside) AS judged
 WHERE flaw IS DISTINCT FROM set_aside ORDER BY pupil_id, day, category
"""  # noqa: S608 - only constants of ours are put together
)

_MOVE = text(
    f"""
WITH moved AS (
    UPDATE absence_day AS a
       SET set_aside = n.flaw,
           set_aside_at = CASE WHEN n.flaw IS NOT NULL THEN coalesce(a.set_aside_at, CAST(:now AS timestamptz)) END
      FROM unnest(CAST(:pupils AS uuid[]), CAST(:days AS date[]), CAST(:categories AS text[]), CAST(:flaws AS text[]))
           AS n (pupil_id, day, category, flaw)
     WHERE (a.pupil_id, a.day, a.category) = (n.pupil_id, n.day, n.category)
    RETURNING a.pupil_id, a.day, a.municipality_code
)
SELECT DISTINCT pupil_id, {FIRST_OF_MONTH}, municipality_code FROM moved
"""  # noqa: S608 - only constants of ours are put together
)

BY_PUPIL = Order("pupil_id")

_ORDERS = {
    "pupil_id": Sortable("a.pupil_id", "uuid"),
    "date": Sortable("a.day", "date"),
    "category": Sortable("a.category"),
    "since": Sortable("a.set_aside_at", "timestamptz"),
}
_KEY = Sortable("(a.pupil_id::text || '/' || to_char(a.day, 'YYYY-MM-DD') || '/' || a.category)")

_PAGE = """
SELECT a.pupil_id, a.day, a.category, a.halves, a.set_aside, a.set_aside_at, a.municipality_code
  FROM absence_day AS a
 WHERE a.set_aside IS NOT NULL AND a.municipality_code = ANY(CAST(:codes AS text[]))
   AND (CAST(:pupil AS uuid) IS NULL OR a.pupil_id = :pupil)
   AND (CAST(:category AS text) IS NULL OR a.category = :category)
   AND (CAST(:first AS date) IS NULL OR a.day >= :first) AND (CAST(:last AS date) IS NULL OR a.day <= :last)
   AND (CAST(:institutions AS text[]) IS NULL OR EXISTS (
        SELECT FROM membership AS m JOIN school AS s USING (school_id)
         WHERE m.pupil_id = a.pupil_id AND m.valid_from <= :today AND m.valid_to > :today
           AND s.institution_number = ANY(CAST(:institutions AS text[]))))
   AND {after}
 ORDER BY {order} LIMIT :size
"""


class Flaw(NamedTuple):
    """What is wrong with a recorded day now, as a code; None: nothing."""

    pupil_id: UUID
    day: date
    category: str
    code: str | None


async def changed_flaws(session: WriteSession, pupils: Sequence[UUID]) -> list[Flaw]:
    """Judge all days of these pupils. Returns those in which something else is wrong than recorded."""
    judged = await pupil_days(session, pupils, _FIRST, _LAST)
    await session.execute(text(HASH_JOINS))
    found = (await session.execute(_JUDGE_AGAIN, judged.values)).all()
    await session.execute(ALL_JOINS)
    return [Flaw(row.pupil_id, row.day, row.category, row.flaw) for row in found]


async def record_flaws(session: WriteSession, flaws: Sequence[Flaw], now: datetime) -> list[Month]:
    """Set aside the days that have a flaw, and take the others back. Returns the months of these days."""
    given = {
        "pupils": [flaw.pupil_id for flaw in flaws],
        "days": [flaw.day for flaw in flaws],
        "categories": [flaw.category for flaw in flaws],
        "flaws": [flaw.code for flaw in flaws],
        "now": now,
    }
    return [Month(*row) for row in await session.execute(_MOVE, given)]


async def page(
    session: ReadSession,
    reach: Reach,
    today: date,
    chosen: Chosen = ALL,
    *,
    order: Order = BY_PUPIL,
    after: Place | None = None,
    size: int,
) -> list[SetAside]:
    """A page of the chosen days set aside of pupils within the reach. If it names institutions, these are the pupils
    who are at one of them today.
    """
    institutions = reach.institution_numbers
    condition, order_by = order.sql(_ORDERS, _KEY)
    found = await session.execute(
        text(_PAGE.format(after=condition, order=order_by)),
        {
            "codes": sorted(reach.municipality_codes),
            "institutions": None if institutions is None else sorted(institutions),
            "pupil": chosen.pupil_id,
            "category": chosen.category,
            "first": chosen.first,
            "last": chosen.last,
            "today": today,
            "size": size,
            **parameters(after),
        },
    )
    return [SetAside(*row) for row in found]
