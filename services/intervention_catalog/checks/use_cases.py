"""Reads the published rules and caches them between checks."""

import asyncio
from collections.abc import Callable
from time import monotonic

from libs.shared.base.rule_problems import problem_of
from libs.shared.db.database import Database, ReadSession
from libs.shared.rules.composition.plan import Plan
from libs.shared.rules.errors import RuleError
from libs.shared.rules.plan_check import PlanJudgement
from services.intervention_catalog.changes import queries as changes
from services.intervention_catalog.changes.domain import Kind
from services.intervention_catalog.checks.domain import Published
from services.intervention_catalog.publications import queries as publications
from services.intervention_catalog.rule_sets import queries as rule_sets

FRESH_SECONDS = 1.0
"""Seconds until a check learns of a publication: well below the minute for which readers may cache an answer."""


async def published(session: ReadSession, kept: Published | None) -> Published:
    """The rules published now; ``kept`` if nothing has been published since it was read."""
    revision = await changes.head(session)
    if kept is not None and kept.revision == revision:
        return kept
    sets = [each.content for each in await rule_sets.all_versions(session)]
    return Published.of(revision, sets, await publications.of_kind(session, Kind.INTERVENTION_TYPE))


class PlanChecks:
    """Checks plans against cached rules; it reads the newest revision at most once in ``FRESH_SECONDS``.

    A check takes about a hundred microseconds, less than reading the newest revision from the database. It opens a
    transaction by itself when it needs one: with the caller's session, every check would take a connection and two
    statements.
    """

    def __init__(self, db: Database, *, seconds: Callable[[], float] = monotonic) -> None:
        self._db = db
        self._seconds = seconds
        self._kept: Published | None = None
        self._asked_at = 0.0
        self._asking = asyncio.Lock()

    async def judge(self, plan: Plan, *, at_start: bool) -> PlanJudgement:
        """All verdicts on the plan. Raises the problems of ``rule_problems`` when no rule set is in force."""
        found = await self._published()
        try:
            return found.judge(plan, at_start=at_start)
        except RuleError as error:
            raise problem_of(error) from error

    async def _published(self) -> Published:
        if (kept := self._fresh()) is not None:
            return kept
        async with self._asking:
            if (kept := self._fresh()) is not None:
                return kept
            asked_at = self._seconds()
            async with self._db.read() as session:
                found = await published(session, self._kept)
            self._kept, self._asked_at = found, asked_at
            return found

    def _fresh(self) -> Published | None:
        return self._kept if self._seconds() - self._asked_at < FRESH_SECONDS else None
