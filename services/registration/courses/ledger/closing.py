"""Lets enrolments follow the roster, and judges running courses once a day, and once more after their last day.

Dosage is judged when something is recorded. A course without records would never be listed as at risk or published as
missed, and a pupil's CPR number that arrives later would not be counted.
"""

import asyncio
from uuid import UUID

from libs.shared.base.clock import Clock, danish_date
from libs.shared.base.errors import Problem
from libs.shared.db.database import Database
from libs.shared.db.scope import Access, Scope
from libs.shared.events.background import Background
from libs.shared.events.outbox import Outbox
from libs.shared.observability.logs import get_logger
from services.registration.courses.enrolments import queries as enrolments
from services.registration.courses.enrolments.following.use_cases import follow_page
from services.registration.courses.ledger import queries
from services.registration.courses.ledger.use_cases import judge_due

AT_ONCE = 100

_log = get_logger("skoleloeft.courses")


class Closing:
    """The worker's loop. Several may run: only one judges a course, under its row's lock."""

    def __init__(self, db: Database, outbox: Outbox, *, clock: Clock, pause_seconds: float = 600.0) -> None:
        self._db = db
        self._outbox = outbox
        self._clock = clock
        self._loop = Background("courses", self._turn, db=db, poll_seconds=pause_seconds)

    async def run(self, stop: asyncio.Event) -> None:
        """Judge the courses that are due, again after each pause, until ``stop`` is set."""
        await self._loop.run(stop)

    def stuck(self) -> str | None:
        """For the liveness check: the reason why the loop hangs, or None."""
        return self._loop.stuck()

    async def _turn(self) -> bool:
        await self.follow_roster()
        await self.judge_due()
        return False

    async def follow_roster(self) -> int:
        """End the enrolments of pupils who left; returns the number of enrolments that changed."""
        today, changed = danish_date(self._clock()), 0
        async with self._db.read(Scope(access=Access.OPERATOR)) as session:
            codes = await enrolments.municipalities(session, today)
        for code in codes:
            after: UUID | None = None
            while True:
                self._loop.progress()
                try:
                    async with self._db.write(Scope.of(code)) as session:
                        found, after = await follow_page(session, self._outbox, code, today, after=after, size=AT_ONCE)
                except Problem as problem:
                    # Without its rule set a course cannot be judged; the next round tries again.
                    _log.warning("courses.not_followed", municipality_code=code, code=problem.code)
                    break
                changed += found
                if after is None:
                    break
        return changed

    async def judge_due(self) -> int:
        """Judge every course that is due; returns the number of those whose dosage was published."""
        today, published = danish_date(self._clock()), 0
        after = None
        while True:
            async with self._db.read(Scope(access=Access.OPERATOR)) as session:
                found = await queries.due(session, today, after=after, size=AT_ONCE)
            for course_id, code in found:
                self._loop.progress()
                try:
                    async with self._db.write(Scope.of(code)) as session:
                        published += await judge_due(session, self._outbox, course_id, today)
                except Problem as problem:
                    # Without its rule set a course cannot be judged; the next round tries again.
                    _log.warning("courses.not_judged", course_id=str(course_id), code=problem.code)
            if len(found) < AT_ONCE:
                return published
            after = found[-1][0]
