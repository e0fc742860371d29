"""Reading drafts, and locking one to change it."""

from uuid import UUID

from sqlmodel import col, select

from libs.shared.db.database import ReadSession, WriteSession
from services.intervention_catalog.drafts.tables import Draft


async def save(session: WriteSession) -> None:
    """Write the changes of the objects that were read in this session."""
    await session.flush()


async def one(session: ReadSession, draft_id: UUID) -> Draft | None:
    """The draft, if it exists in the scope of the session."""
    return await session.get(Draft, draft_id)


async def locked(session: WriteSession, draft_id: UUID) -> Draft | None:
    """The same, with its row locked until the transaction ends."""
    return await session.get(Draft, draft_id, with_for_update=True)


async def listed(session: ReadSession, state: str | None, after: UUID | None, limit: int) -> list[Draft]:
    """The drafts in the scope of the session, by id."""
    wanted = select(Draft).order_by(col(Draft.draft_id)).limit(limit)
    if state is not None:
        wanted = wanted.where(col(Draft.state) == state)
    if after is not None:
        wanted = wanted.where(col(Draft.draft_id) > after)
    return list((await session.execute(wanted)).scalars())


async def add(session: WriteSession, draft: Draft) -> None:
    """Write a new draft."""
    session.add(draft)
    await session.flush()


async def remove(session: WriteSession, draft: Draft) -> None:
    """Delete a draft."""
    await session.delete(draft)
    await session.flush()
