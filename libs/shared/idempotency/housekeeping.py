"""Deletes expired keys."""

import asyncio
from datetime import datetime

from sqlalchemy import text

from libs.shared.base.clock import Clock
from libs.shared.db.database import Database, WriteSession
from libs.shared.db.scope import Access, Scope
from libs.shared.events.background import Background
from libs.shared.idempotency.once import KEPT

_PRUNE = text("DELETE FROM idempotency_key WHERE created_at < :limit")


async def prune(session: WriteSession, now: datetime) -> int:
    """Delete expired keys; returns how many. Needs the access ``operator``."""
    deleted = await session.execute(_PRUNE, {"limit": now - KEPT})
    return int(getattr(deleted, "rowcount", 0))


class Pruning:
    """The worker's loop. Several may run: they delete the same rows."""

    def __init__(self, db: Database, *, clock: Clock, pause_seconds: float = 3600.0) -> None:
        self._db = db
        self._clock = clock
        self._loop = Background("idempotency", self._turn, db=db, poll_seconds=pause_seconds)

    async def run(self, stop: asyncio.Event) -> None:
        """Delete expired keys, and repeat after the pause, until ``stop`` is set."""
        await self._loop.run(stop)

    def stuck(self) -> str | None:
        """For liveness: why no key is deleted any more, or None."""
        return self._loop.stuck()

    async def _turn(self) -> bool:
        async with self._db.write(Scope(access=Access.OPERATOR)) as session:
            await prune(session, self._clock())
        return False
