"""Writes and reads the entries of a grant's account."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, text

from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.db.order import Order, Place, Sortable, parameters
from services.registration.initiatives.tables import PassedOn

COLUMNS = {
    "given_on": Sortable("e.given_on", "date"),
    "institution_number": Sortable("e.institution_number"),
    "amount": Sortable("e.amount", "bigint"),
}
_UNIQUE = Sortable("e.entry_id", "uuid")

_ENTRIES = """
WITH e AS (
    SELECT f.entry_id, f.initiative_id, f.municipality_code, f.school_id, f.institution_number, f.given_on,
           CAST(f.amount + coalesce(sum(c.amount), 0) AS bigint) AS amount, f.amount AS first_amount,
           count(c.entry_id) AS corrections, f.reason, f.entered_by, f.entered_at
      FROM initiative_passed_on AS f LEFT JOIN initiative_passed_on AS c ON c.corrects = f.entry_id
     WHERE f.initiative_id = :initiative_id AND f.municipality_code = :code AND f.corrects IS NULL
     GROUP BY f.entry_id
)
SELECT e.*, s.name AS school_name, s.kind AS school_kind FROM e JOIN school AS s ON s.school_id = e.school_id
 WHERE (CAST(:institutions AS text[]) IS NULL OR e.institution_number = ANY(CAST(:institutions AS text[])))
   AND (CAST(:kind AS text) IS NULL OR s.kind = :kind)
"""
_LISTED = _ENTRIES + " AND {condition} ORDER BY {order} LIMIT :size"
_ONE = text(_ENTRIES + " AND e.entry_id = :entry_id")


async def add(session: WriteSession, entry: PassedOn) -> None:
    """Write an entry, and the changes of the objects that were read in this session."""
    session.add(entry)
    await session.flush()


async def plain(session: ReadSession, entry_id: UUID) -> PassedOn | None:
    """The entry as it was written, if the session may see it."""
    return await session.get(PassedOn, entry_id)


async def one(
    session: ReadSession, initiative_id: UUID, code: str, entry_id: UUID, institutions: Collection[str] | None
) -> RowMapping | None:
    """The entry with its corrections; ``institutions`` as in ``listed``."""
    given: dict[str, Any] = {
        "initiative_id": initiative_id,
        "code": code,
        "entry_id": entry_id,
        "institutions": None if institutions is None else sorted(institutions),
        "kind": None,
    }
    return (await session.execute(_ONE, given)).mappings().one_or_none()


async def listed(
    session: ReadSession,
    initiative_id: UUID,
    code: str,
    *,
    institutions: Collection[str] | None,
    kind: str | None,
    order: Order,
    after: Place | None,
    size: int,
) -> list[RowMapping]:
    """At most ``size`` entries of the municipality, each with its corrections, to these institutions alone (None: all)
    and schools of this kind (None: any).
    """
    condition, ordered = order.sql(COLUMNS, _UNIQUE)
    given: dict[str, Any] = {
        "initiative_id": initiative_id,
        "code": code,
        "institutions": None if institutions is None else sorted(institutions),
        "kind": kind,
        "size": size,
        **parameters(after),
    }
    found = await session.execute(text(_LISTED.format(condition=condition, order=ordered)), given)
    return list(found.mappings())
