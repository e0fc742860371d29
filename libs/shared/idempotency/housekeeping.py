"""Keys are forgotten when their time is over."""

import asyncio
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from libs.shared.base.clock import Clock
from libs.shared.db.database import Database, WriteSession
from libs.shared.db.scope import Access, Scope
from libs.shared.delivery.backoff import pause
from libs.shared.idempotency.once import KEPT
from libs.shared.observability.logs import get_logger

_PRUNE = text("DELETE FROM idempotency_key WHERE created_at < :limit")

_log = get_logger("skoleloeft.idempotency")


async def prune(session: WriteSession, now: datetime) -> int:
    """Delete the keys that are no longer remembered; how many. Needs the access ``operator``."""
    deleted = await session.execute(_PRUNE, {"limit": now - KEPT})
    return int(getattr(deleted, "rowcount", 0))


class Pruning:
    """The worker's loop. Several may run: they delete the same rows."""

    def __init__(self, db: Database, *, clock: Clock, pause_seconds: float = 3600.0) -> None:
        self._db = db
        self._clock = clock
        self._pause_seconds = pause_seconds

    async def run(self, stop: asyncio.Event) -> None:
        """Prune, and again after the pause, until ``stop`` is set."""
        while not stop.is_set():
            try:
                async with self._db.write(Scope(access=Access.OPERATOR)) as session:
                    await prune(session, self._clock())
            except (DBAPIError, OSError, TimeoutError) as failure:
                _log.warning("idempotency.database_away", error=type(failure).__name__)
            await pause(stop, self._pause_seconds)
