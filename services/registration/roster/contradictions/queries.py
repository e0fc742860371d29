"""Reads the contradictions of identifiers."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import text

from libs.shared.db.database import ReadSession
from libs.shared.db.order import Order, Place, Sortable, parameters
from services.registration.roster.contradictions.domain import ConflictRow

# A caller who is limited to institutions sees a conflict if the row was about one of them, and all pupils of the
# conflict are at one of them.
_SELECT = """
SELECT c.conflict_id, c.kind, c.pupil_id, c.other_id, c.institution_number, c.since, c.last_at, c.dismissed_at
  FROM pupil_conflict AS c
 WHERE (CAST(:numbers AS text[]) IS NULL OR c.institution_number = ANY(CAST(:numbers AS text[])) AND NOT EXISTS (
        SELECT FROM unnest(ARRAY[c.pupil_id, c.other_id]) AS g (pupil_id)
         WHERE g.pupil_id IS NOT NULL AND NOT EXISTS (
               SELECT FROM membership AS m JOIN class_ AS k USING (class_id) JOIN school AS s USING (school_id)
                WHERE m.pupil_id = g.pupil_id AND m.valid_from <= :today AND m.valid_to > :today
                  AND s.institution_number = ANY(CAST(:numbers AS text[])))))
"""
_PAGE = (
    _SELECT
    + """
   AND c.municipality_code = :code AND (c.dismissed_at IS NULL OR NOT :open_only) AND {after}
 ORDER BY {order} LIMIT :size
"""
)
_ONE = text(_SELECT + " AND c.conflict_id = :conflict_id")

_ORDERS = {
    "since": Sortable("c.since", "timestamptz"),
    "last_at": Sortable("c.last_at", "timestamptz"),
    "institution_number": Sortable("c.institution_number"),
}


async def page(
    session: ReadSession,
    code: str,
    numbers: Sequence[str] | None,
    today: date,
    *,
    open_only: bool,
    order: Order,
    after: Place | None,
    size: int,
) -> list[ConflictRow]:
    """The municipality's contradictions."""
    condition, order_by = order.sql(_ORDERS, Sortable("c.conflict_id", "uuid"))
    given = {"code": code, "numbers": numbers, "today": today, "open_only": open_only, "size": size}
    found = await session.execute(text(_PAGE.format(after=condition, order=order_by)), {**given, **parameters(after)})
    return [ConflictRow(**row) for row in found.mappings()]


async def one(
    session: ReadSession, conflict_id: UUID, numbers: Sequence[str] | None, today: date
) -> ConflictRow | None:
    """The contradiction, if the session may see it."""
    given = {"conflict_id": conflict_id, "numbers": numbers, "today": today}
    row = (await session.execute(_ONE, given)).mappings().one_or_none()
    return ConflictRow(**row) if row else None
