"""The lists of schools and of their numbers, sorted and chosen as the caller wants."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import text

from libs.shared.db.database import ReadSession
from libs.shared.db.order import Order, Place, Sortable, parameters
from services.registration.roster.schools.domain import ALL, Chosen
from services.registration.roster.schools.queries import SHOWN, SchoolRecord

BY_NUMBER = Order("institution_number")

_LIST_ORDERS = {
    "institution_number": Sortable("s.institution_number"),
    "name": Sortable("s.name"),
    "kind": Sortable("s.kind"),
    "location_municipality_code": Sortable("coalesce(s.location_municipality_code, s.municipality_code)"),
}

_LIST = f"""
{SHOWN}
 WHERE s.municipality_code = :code AND (:all OR s.institution_number = ANY(CAST(:numbers AS text[])))
   AND (CAST(:kind AS text) IS NULL OR s.kind = :kind)
   AND (CAST(:located AS text) IS NULL OR coalesce(s.location_municipality_code, s.municipality_code) = :located)
   AND (CAST(:main AS text) IS NULL OR m.institution_number = :main) AND s.standing <> 'refused' AND {{after}}
 ORDER BY {{order}} LIMIT :size
"""

_NUMBER_ORDERS = {
    "institution_number": Sortable("institution_number"),
    "municipality_code": Sortable("municipality_code"),
    "first_used_on": Sortable("first_used_on", "date"),
}
_NUMBER_AND_CODE = Sortable("(institution_number || '/' || municipality_code)")

_BY_STANDING = """
SELECT * FROM (
    SELECT s.institution_number, s.municipality_code, s.school_id, s.name, s.kind, s.first_used_on, r.belongs_to,
           coalesce(s.location_municipality_code, s.municipality_code) AS location_municipality_code,
           CASE WHEN s.standing IN ('registered', 'first_use') AND r.number IS NOT NULL
                     AND r.belongs_to IS DISTINCT FROM s.municipality_code
                THEN 'disputed' ELSE s.standing END AS standing
      FROM school AS s LEFT JOIN LATERAL (
          SELECT i.institution_number AS number, i.belongs_to FROM institution AS i
           WHERE i.institution_number = s.institution_number AND i.valid_to IS DISTINCT FROM i.valid_from
           ORDER BY i.belongs_to = s.municipality_code DESC NULLS LAST, i.valid_from DESC LIMIT 1) AS r ON true
) AS judged
 WHERE (CAST(:standing AS text) IS NULL OR standing = :standing)
   AND (CAST(:located AS text) IS NULL OR location_municipality_code = :located) AND {after}
 ORDER BY {order} LIMIT :size
"""


@dataclass(frozen=True, slots=True)
class NumberRecord:
    """A school's number and the ground on which the municipality has it; ``disputed`` if the register assigns it only
    to others. ``belongs_to`` is the municipality of the register, if it has the number.
    """

    institution_number: str
    municipality_code: str
    school_id: UUID
    name: str
    kind: str
    first_used_on: date
    belongs_to: str | None
    location_municipality_code: str
    standing: str


async def numbers(
    session: ReadSession,
    standing: str | None,
    located: str | None,
    *,
    order: Order,
    after: Place | None,
    size: int,
) -> list[NumberRecord]:
    """The schools of all municipalities with their numbers. Needs the access ``secretariat``."""
    condition, order_by = order.sql(_NUMBER_ORDERS, _NUMBER_AND_CODE)
    found = await session.execute(
        text(_BY_STANDING.format(after=condition, order=order_by)),
        {"standing": standing, "located": located, "size": size, **parameters(after)},
    )
    return [NumberRecord(**row) for row in found.mappings()]


async def listed(
    session: ReadSession,
    code: str,
    chosen: Chosen = ALL,
    *,
    only: Iterable[str] | None = None,
    order: Order = BY_NUMBER,
    after: Place | None = None,
    size: int,
) -> list[SchoolRecord]:
    """The municipality's chosen schools; those with a number in ``only`` unless it is None."""
    condition, order_by = order.sql(_LIST_ORDERS, Sortable("s.institution_number"))
    statement = text(_LIST.format(after=condition, order=order_by))
    given = {"code": code, "all": only is None, "numbers": sorted(only or ()), "size": size}
    given |= {"kind": chosen.kind, "located": chosen.located, "main": chosen.main}
    return [SchoolRecord(**row) for row in (await session.execute(statement, given | parameters(after))).mappings()]
