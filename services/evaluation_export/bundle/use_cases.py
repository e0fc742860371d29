"""Reads a finished bundle without a whole bundle or file in memory."""

from collections.abc import AsyncIterator
from uuid import UUID

from libs.shared.db.database import Database
from libs.shared.db.scope import Scope
from services.evaluation_export.bundle import queries
from services.evaluation_export.bundle.archive import PIECE_BYTES
from services.evaluation_export.bundle.errors import BundleIncomplete


async def read_bundle(db: Database, scope: Scope, delivery_id: UUID, start: int, length: int) -> AsyncIterator[bytes]:
    """``length`` bytes of a finished bundle from the offset ``start``, at most ``PIECE_BYTES`` at a time.

    It takes the database instead of a session, because each piece is read in a separate transaction: no transaction
    stays open while a slow client receives it. Raises ``BundleIncomplete``.
    """
    at, stop = start, start + length
    while at < stop:
        async with db.read(scope) as session:
            piece = await queries.piece(session, delivery_id, at, min(stop - at, PIECE_BYTES))
        if not piece:
            raise BundleIncomplete
        yield piece
        at += len(piece)
