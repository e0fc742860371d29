"""Reads and writes invitations."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, text

from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.db.order import Order, Place, Sortable, parameters
from services.registration.initiatives.tables import Invitation

COLUMNS = {
    "municipality_code": Sortable("i.municipality_code"),
    "share_percent": Sortable("coalesce(s.share_percent, 0)", "numeric"),
    "status": Sortable("i.status"),
    "invited_at": Sortable("i.invited_at", "timestamptz"),
    "allocated": Sortable("coalesce(i.allocated, 0)", "bigint"),
    "released": Sortable("i.released", "bigint"),
}
_UNIQUE = Sortable("i.municipality_code")

_READ = """
SELECT i.*, s.share_percent FROM initiative_invitation AS i
  LEFT JOIN initiative_share AS s
    ON s.initiative_id = i.initiative_id AND s.municipality_code = i.municipality_code
 WHERE i.initiative_id = :initiative_id
"""
_LISTED = (
    _READ
    + """
   AND (CAST(:status AS text) IS NULL OR i.status = :status)
   AND (CAST(:late AS boolean) IS NULL OR i.late = :late)
   AND (CAST(:released AS boolean) IS NULL OR (i.released > 0) = :released)
   AND {condition}
 ORDER BY {order} LIMIT :size
"""
)
_ONE = text(_READ + " AND i.municipality_code = :code")
_EVER = text("SELECT DISTINCT municipality_code FROM initiative_invitation")
_STATUSES = text("SELECT status FROM initiative_invitation WHERE municipality_code = :code")


async def one(session: ReadSession, initiative_id: UUID, code: str) -> RowMapping | None:
    """The municipality's invitation with its share, if the session may see it."""
    found = await session.execute(_ONE, {"initiative_id": initiative_id, "code": code})
    return found.mappings().one_or_none()


async def locked(session: WriteSession, initiative_id: UUID, code: str) -> Invitation | None:
    """The municipality's invitation with its row locked, if the session may see it."""
    return await session.get(Invitation, (initiative_id, code), with_for_update=True)


async def add(session: WriteSession, invitations: Iterable[Invitation]) -> None:
    """Write new invitations, and the changes of those that were read in this session."""
    session.add_all(invitations)
    await session.flush()


async def statuses(session: ReadSession, code: str) -> Sequence[str]:
    """The municipality's answers in all initiatives."""
    return (await session.execute(_STATUSES, {"code": code})).scalars().all()


async def ever_invited(session: ReadSession) -> set[str]:
    """The municipalities that were invited to any initiative. Needs a named access."""
    return set((await session.execute(_EVER)).scalars())


async def listed(
    session: ReadSession, initiative_id: UUID, *, order: Order, after: Place | None, size: int, **filters: Any
) -> list[RowMapping]:
    """At most ``size`` invitations that the session may see. ``filters`` are ``status``, ``late`` and
    ``released``, each None for all.
    """
    condition, ordered = order.sql(COLUMNS, _UNIQUE)
    given: dict[str, Any] = {"initiative_id": initiative_id, "size": size, **parameters(after), **filters}
    found = await session.execute(text(_LISTED.format(condition=condition, order=ordered)), given)
    return list(found.mappings())
