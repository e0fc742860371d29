"""Reads which municipalities' files are accepted."""

from libs.shared.db.database import ReadSession
from services.absence_ingest.copies.municipalities.tables import Municipality


async def may_import(session: ReadSession, code: str) -> bool | None:
    """Whether the municipality's files are accepted; None until its event has arrived."""
    found = await session.get(Municipality, code)
    return None if found is None else found.may_import
