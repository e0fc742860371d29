"""The list of a municipality's or school's selections, and the marks that a course begins with."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from sqlalchemy import text

from libs.shared.db.database import ReadSession
from libs.shared.db.order import Order, Place, Sortable, parameters
from services.registration.screening.selections.domain import ListedSelection, SelectionFilter

_ORDERS = {
    "decided_on": Sortable("s.decided_on", "date"),
    "recorded_at": Sortable("s.recorded_at", "timestamptz"),
    "pupils": Sortable("n.pupils", "bigint"),
}
_LIST = """
SELECT s.selection_id, s.school_id, h.institution_number, s.kind, s.class_id, s.decided_on, s.recorded_at, s.behind,
       s.reasons, s.kept_list_id, s.reversed_on, n.pupils, n.designated
  FROM selection AS s JOIN school AS h USING (school_id)
  JOIN LATERAL (SELECT count(*) AS pupils, count(*) FILTER (WHERE p.designated) AS designated
                  FROM selection_pupil AS p WHERE p.selection_id = s.selection_id) AS n ON true
 WHERE s.municipality_code = :code
   AND (CAST(:numbers AS text[]) IS NULL OR h.institution_number = ANY(CAST(:numbers AS text[])))
   AND (CAST(:school_id AS uuid) IS NULL OR s.school_id = :school_id)
   AND (CAST(:class_id AS uuid) IS NULL OR s.class_id = :class_id)
   AND (CAST(:kind AS text) IS NULL OR s.kind = :kind)
   AND (CAST(:is_reversed AS boolean) IS NULL OR (s.reversed_on IS NOT NULL) = :is_reversed)
   AND {after}
 ORDER BY {order} LIMIT :size
"""

_DESIGNATED = text("""
SELECT DISTINCT p.pupil_id FROM selection_pupil AS p JOIN selection AS s USING (selection_id)
 WHERE p.pupil_id = ANY(CAST(:ids AS uuid[])) AND p.designated AND s.school_id = :school_id AND s.decided_on <= :on
   AND (s.reversed_on IS NULL OR s.reversed_on > :on)
""")


async def page(
    session: ReadSession, code: str, wanted: SelectionFilter, *, order: Order, after: Place | None, size: int
) -> list[ListedSelection]:
    """A page of the municipality's selections."""
    condition, by = order.sql(_ORDERS, Sortable("s.selection_id", "uuid"))
    statement = text(_LIST.format(after=condition, order=by))
    given = {
        "code": code,
        "numbers": None if wanted.numbers is None else list(wanted.numbers),
        "school_id": wanted.school_id,
        "class_id": wanted.class_id,
        "kind": wanted.kind,
        "is_reversed": wanted.is_reversed,
        "size": size,
        **parameters(after),
    }
    return [ListedSelection(**row) for row in (await session.execute(statement, given)).mappings()]


async def designated(session: ReadSession, school_id: UUID, pupil_ids: Iterable[UUID], on: date) -> set[UUID]:
    """Those of the pupils whom a decision of the school that stands on the day marks as likely to benefit."""
    given = {"ids": list(pupil_ids), "school_id": school_id, "on": on}
    return set((await session.execute(_DESIGNATED, given)).scalars())
