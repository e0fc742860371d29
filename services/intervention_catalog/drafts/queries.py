"""Reading drafts, and locking one to change it."""

from uuid import UUID

from sqlalchemy import text
from sqlmodel import col, select

from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.db.order import Order, Place, Sortable, parameters
from services.intervention_catalog.drafts.domain import DraftFilter
from services.intervention_catalog.drafts.tables import Draft

ORDERS = {
    "created_at": Sortable("created_at", "timestamptz"),
    "changed_at": Sortable("changed_at", "timestamptz"),
    **{name: Sortable(name) for name in ("kind", "state", "item_id")},
}
_UNIQUE = Sortable("draft_id", "uuid")


async def save(session: WriteSession, draft: Draft) -> None:
    """Write what was changed of a draft, and read it as it is stored: the database orders the fields of its content,
    of which an ``ETag`` is made.
    """
    await session.flush()
    await session.refresh(draft)


async def one(session: ReadSession, draft_id: UUID) -> Draft | None:
    """The draft, if it exists in the scope of the session."""
    return await session.get(Draft, draft_id)


async def locked(session: WriteSession, draft_id: UUID) -> Draft | None:
    """The same, with its row locked until the transaction ends."""
    return await session.get(Draft, draft_id, with_for_update=True)


async def listed(
    session: ReadSession, wanted: DraftFilter, *, order: Order, after: Place | None, limit: int
) -> list[Draft]:
    """The drafts in the scope of the session, in this order."""
    condition, order_by = order.sql(ORDERS, _UNIQUE)
    found = select(Draft).where(text(condition)).order_by(text(order_by)).limit(limit)
    if wanted.state is not None:
        found = found.where(col(Draft.state) == wanted.state)
    if wanted.kind is not None:
        found = found.where(col(Draft.kind) == wanted.kind)
    if wanted.municipality_code is not None:
        found = found.where(col(Draft.municipality_code) == wanted.municipality_code)
    return list((await session.execute(found, parameters(after))).scalars())


async def add(session: WriteSession, draft: Draft) -> None:
    """Write a new draft."""
    session.add(draft)
    await save(session, draft)


async def remove(session: WriteSession, draft: Draft) -> None:
    """Delete a draft."""
    await session.delete(draft)
    await session.flush()
