"""Reads and writes initiatives."""

from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, text
from sqlmodel import col, select

from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.db.order import Order, Place, Sortable, parameters
from services.registration.initiatives.tables import Initiative, Invitation

COLUMNS = {
    "start": Sortable("i.start", "date"),
    "title": Sortable("i.title"),
    "status": Sortable("i.status"),
    "pool": Sortable("i.pool", "bigint"),
}
_UNIQUE = Sortable("i.initiative_id", "uuid")

_LISTED = """
SELECT i.* FROM initiative AS i
 WHERE (CAST(:status AS text) IS NULL OR i.status = :status) AND {condition}
 ORDER BY {order} LIMIT :size
"""

_COUNTS = text("""
SELECT count(*) FILTER (WHERE status = 'invited') AS unanswered,
       count(*) FILTER (WHERE status = 'accepted') AS accepted,
       count(*) FILTER (WHERE status = 'declined') AS declined,
       count(*) FILTER (WHERE status = 'withdrawn') AS withdrawn,
       CAST(coalesce(sum(allocated), 0) AS bigint) AS allocated,
       CAST(coalesce(sum(released) FILTER (WHERE status = 'withdrawn'), 0) AS bigint) AS spent,
       CAST(coalesce(sum(released), 0) AS bigint) AS released,
       CAST(coalesce(sum(passed_on), 0) AS bigint) AS passed_on
  FROM initiative_invitation WHERE initiative_id = :initiative_id
""")

_INVITED = text("""
SELECT municipality_code, status FROM initiative_invitation
 WHERE initiative_id = :initiative_id ORDER BY municipality_code
""")


async def one(session: ReadSession, initiative_id: UUID) -> Initiative | None:
    """The initiative, if the session may see it."""
    return await session.get(Initiative, initiative_id)


async def locked(session: WriteSession, initiative_id: UUID) -> Initiative | None:
    """The same with its row locked, as far as the session may change it.

    Not ``FOR UPDATE``: a step that is added meanwhile refers to the row, and its transaction may hold an invitation
    that this one waits for.
    """
    return await session.get(Initiative, initiative_id, with_for_update={"key_share": True})


async def add(session: WriteSession, initiative: Initiative) -> None:
    """Write a new initiative."""
    session.add(initiative)
    await session.flush()


async def save(session: WriteSession) -> None:
    """Write the changes of the objects that were read in this session."""
    await session.flush()


async def counts(session: ReadSession, initiative_id: UUID) -> RowMapping:
    """How the municipalities have answered, and the sums of their grants."""
    return (await session.execute(_COUNTS, {"initiative_id": initiative_id})).mappings().one()


async def invited(session: ReadSession, initiative_id: UUID) -> dict[str, str]:
    """The status of each invitation that the session may see, by municipality code."""
    found = await session.execute(_INVITED, {"initiative_id": initiative_id})
    return {row.municipality_code: row.status for row in found}


async def invitations_locked(session: WriteSession, initiative_id: UUID) -> list[Invitation]:
    """All invitations with their rows locked, in the order of municipality codes."""
    wanted = select(Invitation).where(col(Invitation.initiative_id) == initiative_id)
    found = await session.execute(
        wanted.order_by(col(Invitation.municipality_code)).with_for_update().execution_options(populate_existing=True)
    )
    return list(found.scalars())


async def listed(
    session: ReadSession, *, status: str | None, order: Order, after: Place | None, size: int
) -> list[RowMapping]:
    """At most ``size`` initiatives that the session may see."""
    condition, ordered = order.sql(COLUMNS, _UNIQUE)
    given: dict[str, Any] = {"status": status, "size": size, **parameters(after)}
    found = await session.execute(text(_LISTED.format(condition=condition, order=ordered)), given)
    return list(found.mappings())
