"""Writes and reads bundles in the database, in pieces."""

from uuid import UUID

from sqlalchemy import insert, text

from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.events.table_sql import table_of
from services.evaluation_export.bundle.tables import BundleChunk

_PUT = insert(table_of(BundleChunk))
_CLEAR = text("DELETE FROM bundle_chunk WHERE delivery_id = :id")
_PIECE = text(
    "SELECT substring(content FROM CAST(:at - start + 1 AS integer) FOR :most) FROM bundle_chunk"
    " WHERE delivery_id = :id AND start <= :at ORDER BY start DESC LIMIT 1"
)


async def put(session: WriteSession, delivery_id: UUID, start: int, content: bytes) -> None:
    """Store a piece that begins at the offset ``start`` of the bundle."""
    await session.execute(_PUT, {"delivery_id": delivery_id, "start": start, "content": content})


async def clear(session: WriteSession, delivery_id: UUID) -> None:
    """Remove the pieces that an abandoned attempt has stored."""
    await session.execute(_CLEAR, {"id": delivery_id})


async def piece(session: ReadSession, delivery_id: UUID, at: int, most: int) -> bytes | None:
    """The stored bytes from the offset ``at``, at most ``most`` and never past the end of a stored piece."""
    found: bytes | None = (
        await session.execute(_PIECE, {"id": delivery_id, "at": at, "most": most})
    ).scalar_one_or_none()
    return found
