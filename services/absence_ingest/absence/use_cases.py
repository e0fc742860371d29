"""Importing absence: the hot path. The rows stay in the database, where they are judged and written by set."""

from dataclasses import dataclass
from typing import NamedTuple

from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.files.errors import PUPIL_OUTSIDE_SCOPE
from libs.shared.files.kinds.absence import NO_CALENDAR, NOT_A_MEMBER, NOT_A_SCHOOL_DAY, OVER_ONE_DAY
from libs.shared.imports import parked
from libs.shared.imports.batch import Batch, BatchResult, Judged, Reason, Refusal, Staged, Waiting
from services.absence_ingest.absence import given, naming, writing
from services.absence_ingest.absence.domain import over_one_day
from services.absence_ingest.absence.events import MonthPublisher
from services.absence_ingest.absence.given import OVERTAKEN, REPEATED, UNKNOWN, Changes
from services.absence_ingest.absence.placing import places
from services.absence_ingest.completeness import queries as completeness

_COLUMN = {
    PUPIL_OUTSIDE_SCOPE: "pupil",
    NOT_A_MEMBER: "date",
    NO_CALENDAR: "date",
    NOT_A_SCHOOL_DAY: "date",
    OVER_ONE_DAY: "days",
}
_NOT_YET = frozenset({NOT_A_MEMBER, NO_CALENDAR})
"""What an event may still put right."""


class _Plan(NamedTuple):
    """``older``: rows wait that an unchanged row must be remembered against."""

    changes: Changes
    older: bool


@dataclass(frozen=True, slots=True)
class AbsenceImport:
    """The handler of absence.

    First rows of unknown pupils wait, or, of a sender that is
    held to institutions, are refused like those of pupils who are at none of them on the date; then come repeated keys,
    membership and school day, and last what a pupil's day holds in all.
    """

    publisher: MonthPublisher

    async def settle(self, session: WriteSession, staged: Staged) -> None:
        """Two identifiers of one pupil are one pupil's rows."""
        await naming.merge(session, staged)

    async def lock(self, session: WriteSession, batch: Batch) -> None:
        """Hold the pupils."""
        await naming.hold(session, batch)

    async def judge(self, session: ReadSession, batch: Batch) -> Judged:
        """Put the batch on the temporary table, with what is wrong with its rows."""
        named = await naming.named(session, batch)
        where = await places(session, named.pupils.values(), named.first, named.last)
        older = await parked.any_older(session, batch.municipality_code, batch.kind, batch.queued_at)
        # What is recorded already needs no look, unless it may be the first of two rows with one key, or is to be
        # renewed; and whom a sender may not ask about is refused though it were recorded.
        news_only = not (named.two_keys or older or batch.institutions is not None)
        await given.fill(session, batch, naming.of(batch), named, where, news_only=news_only)
        repeated = await given.repeated(session) if named.two_keys else {}
        full = {place for recorded, rows in await given.full_days(session) for place in over_one_day(recorded, rows)}
        await given.refuse(session, full, OVER_ONE_DAY)
        held: list[Waiting] = []
        refused: list[Refusal] = []
        for verdict in await given.verdicts(session):
            if verdict.word == UNKNOWN:
                held.append(Waiting(verdict.place, Reason.UNKNOWN_PUPIL))
            elif verdict.word in _NOT_YET and not batch.settled:
                held.append(Waiting(verdict.place, Reason.NOT_PLACED, verdict.pupil_id))
            elif verdict.word == REPEATED:
                first = batch.row_number(repeated[verdict.place])
                refused.append(Refusal(verdict.place, "row.duplicate", params={"first_row": first}))
            elif verdict.word != OVERTAKEN:
                refused.append(Refusal(verdict.place, verdict.word, _COLUMN[verdict.word]))
        changes = await given.changes(session)
        accepted = changes.new + changes.corrected
        unchanged = len(batch) - accepted - len(held) - len(refused)
        return Judged(BatchResult(accepted, unchanged, held, refused), _Plan(changes, older))

    async def write(self, session: WriteSession, batch: Batch, judged: Judged) -> None:
        """Write what is right, and an event for each pupil's month that changed."""
        plan: _Plan = judged.plan
        accepted, code, changes = judged.result.accepted, batch.municipality_code, plan.changes
        remember = plan.older and judged.result.unchanged > 0
        if changes.corrected or remember:
            await writing.correct(session, batch.queued_at, remember=remember)
        if changes.new or remember:
            await writing.add(session, code, batch.queued_at, remember=remember)
        if accepted:
            new = await writing.add_up(session, code, await self.publisher.telling(session, accepted))
            await completeness.due(session, code, new, None if batch.replay else batch.receipt_id)
