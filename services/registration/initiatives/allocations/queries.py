"""Writes and reads allocations."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, text
from sqlmodel import col, select

from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.db.order import Order, Place, Sortable, parameters
from services.registration.initiatives.tables import Allocation, AllocationPart

COLUMNS = {"number": Sortable("a.number", "integer")}
_UNIQUE = Sortable("a.number", "integer")
PART_COLUMNS = {
    "municipality_code": Sortable("p.municipality_code"),
    "share_percent": Sortable("p.share_percent", "numeric"),
    "amount": Sortable("p.amount", "bigint"),
    "remainder_order": Sortable("coalesce(p.remainder_order, 0)", "integer"),
    "difference": Sortable("p.amount - coalesce(p.before, 0)", "bigint"),
}
_PART_UNIQUE = Sortable("p.municipality_code")

_LISTED = """
SELECT a.* FROM initiative_allocation AS a
 WHERE a.initiative_id = :initiative_id AND {condition} ORDER BY {order} LIMIT :size
"""
_PARTS = """
SELECT p.*, CASE WHEN p.whole_kroner IS NULL THEN NULL ELSE p.amount > p.whole_kroner END AS gets_remainder,
       p.amount - coalesce(p.before, 0) AS difference
  FROM initiative_allocation_part AS p
 WHERE p.initiative_id = :initiative_id AND p.number = :number
   AND (CAST(:basis AS text) IS NULL OR p.basis = :basis) AND {condition}
 ORDER BY {order} LIMIT :size
"""


async def add(session: WriteSession, allocation: Allocation, parts: Iterable[AllocationPart]) -> None:
    """Write a new allocation with its parts."""
    session.add(allocation)
    session.add_all(parts)
    await session.flush()


async def one(session: ReadSession, initiative_id: UUID, number: int) -> Allocation | None:
    """The allocation, if the session may see it."""
    return await session.get(Allocation, (initiative_id, number))


async def parts_of(session: ReadSession, initiative_id: UUID, number: int) -> list[AllocationPart]:
    """The parts that the session may see, by municipality code."""
    wanted = select(AllocationPart).where(
        col(AllocationPart.initiative_id) == initiative_id, col(AllocationPart.number) == number
    )
    return list((await session.execute(wanted.order_by(col(AllocationPart.municipality_code)))).scalars())


async def listed(
    session: ReadSession, initiative_id: UUID, *, order: Order, after: Place | None, size: int
) -> list[RowMapping]:
    """At most ``size`` allocations that the session may see."""
    condition, ordered = order.sql(COLUMNS, _UNIQUE)
    given: dict[str, Any] = {"initiative_id": initiative_id, "size": size, **parameters(after)}
    found = await session.execute(text(_LISTED.format(condition=condition, order=ordered)), given)
    return list(found.mappings())


async def listed_parts(
    session: ReadSession,
    initiative_id: UUID,
    number: int,
    *,
    basis: str | None,
    order: Order,
    after: Place | None,
    size: int,
) -> list[RowMapping]:
    """At most ``size`` parts of an allocation that the session may see."""
    condition, ordered = order.sql(PART_COLUMNS, _PART_UNIQUE)
    given: dict[str, Any] = {"initiative_id": initiative_id, "number": number, "basis": basis, "size": size}
    found = await session.execute(
        text(_PARTS.format(condition=condition, order=ordered)), {**given, **parameters(after)}
    )
    return list(found.mappings())
