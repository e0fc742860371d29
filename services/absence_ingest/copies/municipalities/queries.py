"""Reading whose files are taken."""

from libs.shared.db.database import ReadSession
from services.absence_ingest.copies.municipalities.tables import Municipality


async def may_import(session: ReadSession, code: str) -> bool | None:
    """Whether the municipality's files are taken; None until the event about it has come."""
    found = await session.get(Municipality, code)
    return None if found is None else found.may_import
