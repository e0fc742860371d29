"""Reads and adds disclosures of protected names."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import text

from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.db.order import Order, Place, Sortable, parameters

_ADD = text("""
INSERT INTO name_disclosure (disclosure_id, municipality_code, pupil_id, case_id, purpose, reason, disclosed_by,
                             disclosed_at, ends_at)
SELECT :disclosure_id, p.municipality_code, p.pupil_id, :case_id, :purpose, :reason, :disclosed_by, :disclosed_at,
       :ends_at
  FROM pupil AS p WHERE p.pupil_id = :pupil_id
RETURNING municipality_code
""")

_ORDERS = {
    "disclosed_at": Sortable("d.disclosed_at", "timestamptz"),
    "ends_at": Sortable("d.ends_at", "timestamptz"),
}

_SHOWN = """
SELECT d.disclosure_id, d.municipality_code, d.pupil_id, d.case_id, d.purpose, d.reason, d.disclosed_by,
       d.disclosed_at, d.ends_at
  FROM name_disclosure AS d
"""

_PAGE = f"""
{_SHOWN}
 WHERE d.municipality_code = :code AND {{after}}
   AND (CAST(:pupil_id AS uuid) IS NULL OR d.pupil_id = CAST(:pupil_id AS uuid))
   AND (CAST(:numbers AS text[]) IS NULL OR EXISTS (
        SELECT FROM membership AS m JOIN class_ AS k USING (class_id) JOIN school AS s USING (school_id)
         WHERE m.pupil_id = d.pupil_id AND m.valid_from <= :today AND m.valid_to > :today
           AND s.institution_number = ANY(CAST(:numbers AS text[])) AND s.standing <> 'refused'))
 ORDER BY {{order}} LIMIT :size
"""

_ONE = text(f"{_SHOWN} WHERE d.disclosure_id = :disclosure_id")


@dataclass(frozen=True, slots=True)
class DisclosureRecord:
    """A disclosure as it is stored; the reason is encrypted."""

    disclosure_id: UUID
    municipality_code: str
    pupil_id: UUID
    case_id: UUID | None
    purpose: str
    reason: bytes
    disclosed_by: str
    disclosed_at: datetime
    ends_at: datetime


async def add(session: WriteSession, row: DisclosureRecord) -> str:
    """Add the disclosure of a pupil whom the session may see; returns the pupil's municipality."""
    given = {
        "disclosure_id": row.disclosure_id,
        "pupil_id": row.pupil_id,
        "case_id": row.case_id,
        "purpose": row.purpose,
        "reason": row.reason,
        "disclosed_by": row.disclosed_by,
        "disclosed_at": row.disclosed_at,
        "ends_at": row.ends_at,
    }
    return str((await session.execute(_ADD, given)).scalar_one())


async def one(session: ReadSession, disclosure_id: UUID) -> DisclosureRecord | None:
    """The disclosure, if the session may see it."""
    row = (await session.execute(_ONE, {"disclosure_id": disclosure_id})).mappings().one_or_none()
    return DisclosureRecord(**row) if row else None


async def page(
    session: ReadSession,
    code: str,
    pupil_id: UUID | None,
    numbers: Sequence[str] | None,
    today: date,
    *,
    order: Order,
    after: Place | None,
    size: int,
) -> list[DisclosureRecord]:
    """The municipality's disclosures, or those of one pupil; with ``numbers`` only those of pupils who are at these
    institutions today.
    """
    condition, order_by = order.sql(_ORDERS, Sortable("d.disclosure_id", "uuid"))
    given = {"code": code, "pupil_id": pupil_id, "numbers": numbers, "today": today, "size": size}
    found = await session.execute(text(_PAGE.format(after=condition, order=order_by)), {**given, **parameters(after)})
    return [DisclosureRecord(**row) for row in found.mappings()]
