"""Reads and writes shares."""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, delete, text
from sqlmodel import col, select

from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.db.order import Order, Place, Sortable, parameters
from services.registration.initiatives.tables import InitiativeShare

COLUMNS = {
    "municipality_code": Sortable("s.municipality_code"),
    "share_percent": Sortable("s.share_percent", "numeric"),
}
_UNIQUE = Sortable("s.municipality_code")

_LISTED = """
SELECT s.municipality_code, s.share_percent, s.source, s.reference_date, s.loaded_by, s.loaded_at
  FROM initiative_share AS s
 WHERE s.initiative_id = :initiative_id AND {condition}
 ORDER BY {order} LIMIT :size
"""


async def all_of(session: ReadSession, initiative_id: UUID) -> dict[str, InitiativeShare]:
    """The shares by municipality code."""
    wanted = select(InitiativeShare).where(col(InitiativeShare.initiative_id) == initiative_id)
    found = (await session.execute(wanted.order_by(col(InitiativeShare.municipality_code)))).scalars()
    return {each.municipality_code: each for each in found}


async def write(session: WriteSession, added: Iterable[InitiativeShare]) -> None:
    """Write new shares, and the changes of those that were read in this session."""
    session.add_all(added)
    await session.flush()


async def remove(session: WriteSession, initiative_id: UUID, codes: Collection[str]) -> None:
    """Delete the shares of these municipalities."""
    unwanted = delete(InitiativeShare).where(
        col(InitiativeShare.initiative_id) == initiative_id, col(InitiativeShare.municipality_code).in_(codes)
    )
    await session.execute(unwanted)


async def listed(
    session: ReadSession, initiative_id: UUID, *, order: Order, after: Place | None, size: int
) -> list[RowMapping]:
    """At most ``size`` shares that the session may see."""
    condition, ordered = order.sql(COLUMNS, _UNIQUE)
    given: dict[str, Any] = {"initiative_id": initiative_id, "size": size, **parameters(after)}
    found = await session.execute(text(_LISTED.format(condition=condition, order=ordered)), given)
    return list(found.mappings())
