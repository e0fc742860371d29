"""The SQL of claims that another school's limit, and of decisions about them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text

from libs.shared.db.database import ReadSession
from libs.shared.db.order import Order, Place, Sortable, parameters
from services.registration.roster.transfers.domain import ConflictRow

# A school still claims the pupil if a complete file that it made after the transfer has not ended the claim. Claims
# that a person has decided about have neither mark.
_SELECT = """
SELECT * FROM (
    SELECT l.limit_id AS conflict_id, l.pupil_id, l.class_id, l.claimed_from, l.claimed_to, l.municipality_code,
           k.school_year, s.institution_number, k.name AS class_name, m.valid_from, m.valid_to,
           rs.institution_number AS rival_number, l.rival_class_id, rk.name AS rival_class_name, l.rival_from,
           l.unclear, f.day AS last_file,
           l.unclear OR coalesce(f.day > l.since AND l.claimed_to > f.day, false) AS is_open
      FROM membership_limit AS l
      JOIN membership AS m ON (m.pupil_id, m.class_id, m.valid_from) = (l.pupil_id, l.class_id, l.valid_from)
      JOIN class_ AS k ON k.class_id = l.class_id JOIN school AS s ON s.school_id = k.school_id
      JOIN class_ AS rk ON rk.class_id = l.rival_class_id JOIN school AS rs ON rs.school_id = rk.school_id
      LEFT JOIN school_snapshot AS f ON f.school_id = s.school_id AND f.school_year = k.school_year
     WHERE rs.school_id <> s.school_id
) AS c
 WHERE (CAST(:numbers AS text[]) IS NULL
        OR institution_number = ANY(CAST(:numbers AS text[])) AND rival_number = ANY(CAST(:numbers AS text[])))
"""

_PAGE = (
    _SELECT
    + """
   AND municipality_code = :code AND (is_open OR NOT :open_only) AND {after}
 ORDER BY {order} LIMIT :size
"""
)

_ONE = text(_SELECT + " AND conflict_id = :conflict_id")

_ORDERS = {
    "rival_from": Sortable("rival_from", "date"),
    "institution_number": Sortable("institution_number"),
    "rival_number": Sortable("rival_number"),
}


async def page(
    session: ReadSession,
    code: str,
    numbers: Sequence[str] | None,
    *,
    open_only: bool,
    order: Order,
    after: Place | None,
    size: int,
) -> list[ConflictRow]:
    """The municipality's limited claims; with ``numbers`` only those between two of these institutions."""
    condition, order_by = order.sql(_ORDERS, Sortable("conflict_id", "uuid"))
    given = {"code": code, "numbers": numbers, "open_only": open_only, "size": size, **parameters(after)}
    found = await session.execute(text(_PAGE.format(after=condition, order=order_by)), given)
    return [ConflictRow(**row) for row in found.mappings()]


async def one(session: ReadSession, conflict_id: UUID, numbers: Sequence[str] | None) -> ConflictRow | None:
    """The limited claim, if the session may see it."""
    row = (await session.execute(_ONE, {"conflict_id": conflict_id, "numbers": numbers})).mappings().one_or_none()
    return ConflictRow(**row) if row else None
