"""The import of absence, the service's most frequent work: the rows stay in the database, where they are judged and
written by set. And the days that are set aside: judged again, and listed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.db.order import Order, Place
from libs.shared.files.errors import PUPIL_OUTSIDE_SCOPE
from libs.shared.files.kinds.absence import NO_CALENDAR, NOT_A_MEMBER, NOT_A_SCHOOL_DAY, OVER_ONE_DAY
from libs.shared.imports import parked
from libs.shared.imports.batch import Batch, BatchResult, Judged, Refusal, Staged, Waiting, WaitingReason
from services.absence_ingest.absence.domain import Chosen, Month, SetAside
from services.absence_ingest.absence.events import MonthPublisher
from services.absence_ingest.absence.queries import batch_table, days, former_days, known_pupils, months, set_aside
from services.absence_ingest.absence.queries.batch_table import OVERTAKEN, REPEATED, UNKNOWN, Counted
from services.absence_ingest.absence.queries.school_days import pupil_days
from services.absence_ingest.access import Reach
from services.absence_ingest.completeness import queries as completeness

_COLUMN = {
    PUPIL_OUTSIDE_SCOPE: "pupil",
    NOT_A_MEMBER: "date",
    NO_CALENDAR: "date",
    NOT_A_SCHOOL_DAY: "date",
    OVER_ONE_DAY: "days",
}
_NOT_YET = frozenset({NOT_A_MEMBER, NO_CALENDAR})
"""Verdicts that a later event can change, so the row waits unless the batch is ``settled``."""


class Plan(NamedTuple):
    """``older``: older rows of the municipality are still parked, so an unchanged row must be recorded as the newer
    one.
    """

    counted: Counted
    older: bool


@dataclass(frozen=True, slots=True)
class AbsenceImport:
    """The handler of absence.

    A row gets the first verdict that applies. For a sender who is limited to institutions, a row is refused if its
    pupil is unknown or at none of them on the date. Otherwise rows of unknown pupils are parked. Then come repeated
    keys, membership and school day, and last the sum of the pupil's day.
    """

    publisher: MonthPublisher

    async def settle(self, session: WriteSession, staged: Staged) -> None:
        """Put the rows of a pupil with two identifiers into one group."""
        await known_pupils.merge(session, staged)

    async def lock(self, session: WriteSession, batch: Batch) -> None:
        """Lock the pupils."""
        await known_pupils.lock(session, batch)

    async def judge(self, session: ReadSession, batch: Batch) -> Judged[Plan]:
        """Put the batch on the temporary table and judge its rows; the plan has the data that ``write`` needs."""
        known = await known_pupils.find(session, batch)
        judged_days = await pupil_days(session, known.pupils.values(), known.first, known.last)
        older = await parked.any_older(session, batch.municipality_code, batch.kind, batch.queued_at)
        # Rows that equal a record can be left out, unless one may be the first of two rows with one key, its record
        # must be renewed (``older``), or the sender must not learn that the record exists.
        news_only = not (known.two_keys or older or batch.institutions is not None)
        staged = known_pupils.staged_of(batch)
        filled = await batch_table.fill(session, batch, staged, known, judged_days, news_only=news_only)
        distinct = await filled.refuse_repeats()
        counted = await (await distinct.refuse_full_days()).count()
        held: list[Waiting] = []
        refused: list[Refusal] = []
        for verdict in counted.verdicts:
            if verdict.word == UNKNOWN:
                held.append(Waiting(verdict.row, WaitingReason.UNKNOWN_PUPIL))
            elif verdict.word in _NOT_YET and not batch.settled:
                held.append(Waiting(verdict.row, WaitingReason.NOT_PLACED, verdict.pupil_id))
            elif verdict.word == REPEATED:
                first = batch.row_number(counted.first_rows[verdict.row])
                refused.append(Refusal(verdict.row, "row.duplicate", params={"first_row": first}))
            elif verdict.word != OVERTAKEN:
                refused.append(Refusal(verdict.row, verdict.word, _COLUMN[verdict.word]))
        unchanged = len(batch) - counted.changes - len(held) - len(refused)
        return Judged(BatchResult(counted.changes, unchanged, held, refused), Plan(counted, older))

    async def write(self, session: WriteSession, batch: Batch, judged: Judged[Plan]) -> None:
        """Write the accepted rows, and an event for each pupil's month that changed."""
        plan = judged.plan
        code, counted = batch.municipality_code, plan.counted
        remember = plan.older and judged.result.unchanged > 0
        if counted.corrected or remember:
            await days.correct(session, counted, batch.queued_at, remember=remember)
        if counted.new or remember:
            await days.add(session, counted, code, batch.queued_at, remember=remember)
        if counted.changes:
            tell = await self.publisher.telling(session, counted.changes)
            new = await months.add_up(session, counted, code, tell)
            await completeness.due(session, code, new, None if batch.replay else batch.receipt_id)


async def judge_again(
    session: WriteSession, pupils: Sequence[UUID], now: datetime, publisher: MonthPublisher
) -> list[Month]:
    """Move days between pupils who were merged or split, judge all days of these pupils, and publish the months in
    which a day came, went, was set aside or counts again. Returns those months. The caller has locked the pupils with
    those whom ``former_days.paired`` names.
    """
    moved = await former_days.move(session, pupils)
    flaws = await set_aside.changed_flaws(session, pupils)
    changed = list({*moved, *(await set_aside.record_flaws(session, flaws, now) if flaws else ())})
    if not changed:
        return []
    await months.sum_up(session, changed, await publisher.telling(session, len(changed)))
    for code in {each.municipality_code for each in moved}:
        counted = {each.first_day for each in moved if each.municipality_code == code}
        await completeness.due(session, code, counted, None)
    return changed


async def list_set_aside(
    session: ReadSession,
    reach: Reach,
    today: date,
    chosen: Chosen,
    *,
    order: Order,
    after: Place | None,
    size: int,
) -> list[SetAside]:
    """At most ``size`` of the chosen days that are set aside, of pupils within the reach."""
    return await set_aside.page(session, reach, today, chosen, order=order, after=after, size=size)
