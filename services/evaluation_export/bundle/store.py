"""Bundles in the database, in pieces: written one by one, and read without a whole bundle or file in memory."""

from collections.abc import AsyncIterator
from uuid import UUID

from sqlalchemy import insert, text

from libs.shared.db.database import Database, WriteSession
from libs.shared.db.scope import Scope
from libs.shared.events.table_sql import table_of
from services.evaluation_export.bundle.archive import PIECE_BYTES
from services.evaluation_export.bundle.tables import BundleChunk

_PUT = insert(table_of(BundleChunk))
_CLEAR = text("DELETE FROM bundle_chunk WHERE delivery_id = :id")
_PIECE = text(
    "SELECT substring(content FROM CAST(:at - start + 1 AS integer) FOR :most) FROM bundle_chunk"
    " WHERE delivery_id = :id AND start <= :at ORDER BY start DESC LIMIT 1"
)


class BundleIncomplete(RuntimeError):
    """Bytes of a finished bundle are not in the store."""


async def put(session: WriteSession, delivery_id: UUID, start: int, content: bytes) -> None:
    """Store a piece that begins at the offset ``start`` of the bundle."""
    await session.execute(_PUT, {"delivery_id": delivery_id, "start": start, "content": content})


async def clear(session: WriteSession, delivery_id: UUID) -> None:
    """Remove the pieces that an abandoned attempt has stored."""
    await session.execute(_CLEAR, {"id": delivery_id})


async def read(db: Database, scope: Scope, delivery_id: UUID, start: int, length: int) -> AsyncIterator[bytes]:
    """``length`` bytes of a finished bundle from the offset ``start``, at most ``PIECE_BYTES`` at a time.

    Each piece is read in a separate transaction, so that no transaction stays open while a slow client receives it.
    Raises ``BundleIncomplete``.
    """
    at, end = start, start + length
    while at < end:
        async with db.read(scope) as session:
            asked = {"id": delivery_id, "at": at, "most": min(end - at, PIECE_BYTES)}
            piece: bytes | None = (await session.execute(_PIECE, asked)).scalar_one_or_none()
        if not piece:
            raise BundleIncomplete
        yield piece
        at += len(piece)
