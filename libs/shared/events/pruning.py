"""Deletes what is no longer needed: inbox rows, finished dead letters and ended rebuilds after 90 days, and the keys
that ended rebuilds have seen.

Deleting inbox rows is safe, as an event redelivered after that is ignored by the version guard of the read models. An
open dead letter is never deleted.
"""

import asyncio

from sqlalchemy import text

from libs.shared.db.database import Database
from libs.shared.events.background import Background
from libs.shared.events.inbox import KEPT

BATCH = 5000

# ``now()`` and not ``clock_timestamp()``, with which PostgreSQL cannot use an index.
_OLD = (
    ("inbox", "received_at < now() - CAST(:kept AS interval)"),
    ("dead_letter", "state <> 'open' AND state_at < now() - CAST(:kept AS interval)"),
    (
        "rebuild_seen",
        "CAST(:kept AS interval) IS NOT NULL"  # every statement takes the same parameters
        " AND NOT EXISTS (SELECT FROM rebuild AS r WHERE r.id = rebuild_seen.rebuild_id AND r.state = 'running')",
    ),
    ("rebuild", "state <> 'running' AND finished_at < now() - CAST(:kept AS interval)"),
)


class Pruning:
    """The worker's loop. Several may run: each skips rows that another is deleting."""

    def __init__(self, db: Database, *, pause_seconds: float = 600.0, batch: int = BATCH) -> None:
        self._db = db
        self._batch = batch
        self._stop = asyncio.Event()
        self._loop = Background("pruning", self._turn, db=db, poll_seconds=pause_seconds)

    async def run(self, stop: asyncio.Event) -> None:
        """Delete old rows, and repeat after the pause, until ``stop`` is set."""
        self._stop = stop
        await self._loop.run(stop)

    def stuck(self) -> str | None:
        """For liveness: why nothing is deleted any more, or None."""
        return self._loop.stuck()

    async def _turn(self) -> bool:
        await self.prune(self._stop)
        return False

    async def prune(self, stop: asyncio.Event) -> dict[str, int]:
        """Delete all rows that are old now, one batch per transaction; returns the number of rows of each table."""
        removed = dict.fromkeys((table for table, _ in _OLD), 0)
        for table, old in _OLD:
            gone = self._batch
            while gone == self._batch and not stop.is_set():
                gone = await self._batch_of(table, old)
                self._loop.progress()
                removed[table] += gone
        return removed

    async def _batch_of(self, table: str, old: str) -> int:
        # The names are constants of this module.
        statement = (
            f"WITH old AS (SELECT ctid FROM {table} WHERE {old} LIMIT :most FOR UPDATE SKIP LOCKED), "  # noqa: S608
            f"gone AS (DELETE FROM {table} WHERE ctid IN (SELECT ctid FROM old) RETURNING 1) SELECT count(*) FROM gone"
        )
        async with self._db.write() as session:
            found = await session.execute(text(statement), {"most": self._batch, "kept": KEPT})
            return int(found.scalar_one())
