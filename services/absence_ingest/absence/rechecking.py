"""The worker's loop that judges days of absence again when a stay or a calendar has changed.

The event's own transaction notes what is due. After that commit this loop locks a few hundred pupils at a time and
judges their days. A file also locks the pupils whose absence it writes. So a file that was judged by the old stay or
calendar had its locks before the event was committed; the loop waits for it and sees its days.
"""

import asyncio

from libs.shared.base.clock import Clock, utc_now
from libs.shared.db.database import Database
from libs.shared.db.scope import Access, Scope
from libs.shared.events.background import Background
from services.absence_ingest.absence.events import MonthPublisher
from services.absence_ingest.absence.queries import former_days, recheck_due
from services.absence_ingest.absence.use_cases import judge_again
from services.absence_ingest.copies.pupils import queries as pupils

AT_ONCE = 500
"""Pupils in one transaction."""


class Rechecking:
    """Judges what is due until stopped. Several may run; a pupil that two judge at the same time gets the same result
    twice.
    """

    def __init__(
        self, db: Database, publisher: MonthPublisher, *, clock: Clock = utc_now, poll_seconds: float = 5.0
    ) -> None:
        self._db = db
        self._publisher = publisher
        self._clock = clock
        self._last = ""
        self._loop = Background("rechecking", self.once, db=db, poll_seconds=poll_seconds, channel=recheck_due.CHANNEL)

    async def run(self, stop: asyncio.Event) -> None:
        """Judge until ``stop`` is set."""
        await self._loop.run(stop)

    def stuck(self) -> str | None:
        """For the liveness check: the reason why the loop hangs, or None."""
        return self._loop.stuck()

    async def once(self) -> bool:
        """Judge one piece of what is due in the municipality whose turn it is; returns whether anything was due.

        The note is updated afterwards in a separate transaction, because an event may hold a school's note and wait for
        a pupil that this loop has locked. If the worker is killed between the two, the piece is judged again.
        """
        async with self._db.read(Scope(access=Access.OPERATOR)) as session:
            code = await recheck_due.next_municipality(session, self._last)
        if code is None:
            return False
        self._last = code
        scope = Scope.of(code)
        async with self._db.read(scope) as session:
            due = await recheck_due.take(session, AT_ONCE)
            ids = await recheck_due.pupils_of(session, due, AT_ONCE)
        if ids:
            async with self._db.write(scope) as session:
                both = sorted({*ids, *await former_days.paired(session, ids)})
                await pupils.lock(session, both)
                await judge_again(session, both, self._clock(), self._publisher)
        async with self._db.write(scope) as session:
            if due and due[0].is_school and len(ids) == AT_ONCE:
                await recheck_due.continue_after(session, due[0], ids[-1])
            else:
                await recheck_due.done(session, due)
        return True
