"""The worker's loop that counts pupil-months of reported months again.

A transaction that changes a number (a file's slice, a replayed row, a pupil's stay) also marks the month as due. This
loop counts after that commit, so it always sees the last of two overlapping transactions, and no file waits for
another's count.
"""

import asyncio

from libs.shared.db.database import Database
from libs.shared.db.limits import WorkLimits
from libs.shared.db.scope import Access, Scope
from libs.shared.events.background import Background
from libs.shared.events.outbox import Outbox
from services.absence_ingest.completeness import queries
from services.absence_ingest.completeness.use_cases import recount

POLL_SECONDS = 1.0
COUNTING = WorkLimits(statement_seconds=120.0)
"""A month of all schools of a municipality is counted in one statement."""


class Recounting:
    """Counts the marked months until stopped. Several may run at once: locked marks are skipped."""

    def __init__(self, db: Database, outbox: Outbox, *, poll_seconds: float = POLL_SECONDS) -> None:
        self._db = db.within(COUNTING)
        self._outbox = outbox
        self._loop = Background("recounting", self.once, db=db, poll_seconds=poll_seconds)

    async def run(self, stop: asyncio.Event) -> None:
        """Count until ``stop`` is set."""
        await self._loop.run(stop)

    def stuck(self) -> str | None:
        """For the liveness check: the reason why the loop hangs, or None."""
        return self._loop.stuck()

    async def once(self) -> bool:
        """Count what is due now, one transaction for each municipality's month. Returns whether anything was due."""
        async with self._db.read(Scope(access=Access.OPERATOR)) as session:
            codes = await queries.due_codes(session)
        worked = False
        for code in codes:
            while await self._month(code):
                worked = True
                self._loop.progress()
        return worked

    async def _month(self, code: str) -> bool:
        async with self._db.write(Scope.of(code)) as session:
            return await recount(session, code, outbox=self._outbox)
