"""Imports indicators. No event has them; they stay in this service."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from libs.shared.base.clock import danish_date
from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.files.errors import PUPIL_OUTSIDE_SCOPE
from libs.shared.files.kinds.indicator_values import WITHDRAWN, IndicatorKind, required_value
from libs.shared.files.kinds.indicators import INDICATORS
from libs.shared.imports import parked
from libs.shared.imports.batch import Batch, BatchResult, Judged, Refusal, Staged, Waiting, WaitingReason
from services.registration.roster.lock import lock_roster
from services.registration.roster.members import queries as members
from services.registration.roster.pupils.queries import pupils
from services.registration.roster.pupils.queries.pupils import KeyRow
from services.registration.screening.indicators import queries
from services.registration.screening.indicators.queries import IndicatorKey


class _Row(NamedTuple):
    cpr_number: Sequence[str]
    """Kind, key id and value of the lookup key."""
    indicator: str
    subject: str | None
    grade: int
    date: datetime.date
    value: str

    @property
    def key(self) -> KeyRow:
        """The lookup key of the pupil."""
        kind, key_id, value = self.cpr_number
        return kind, key_id, value


@dataclass(slots=True)
class _Plan:
    """``written`` are results that change; ``kept`` are unchanged, written only if older rows are still parked."""

    written: list[tuple[IndicatorKey, str]] = field(default_factory=list)
    kept: list[tuple[IndicatorKey, str]] = field(default_factory=list)


class IndicatorImport:
    """Imports indicators. The newest file wins: a row that was parked while a newer result arrived changes nothing."""

    async def settle(self, session: WriteSession, staged: Staged) -> None:
        """Put the rows of one known pupil into one group, whichever number names the pupil."""
        await queries.settle(session, staged)

    async def lock(self, session: WriteSession, batch: Batch) -> None:
        """Lock the municipality's roster, so that identifiers keep their pupils and no older row is written at the same
        time.
        """
        await lock_roster(session, batch.municipality_code)

    async def judge(self, session: WriteSession, batch: Batch) -> Judged[_Plan]:
        """Rows whose pupil is not known are parked.

        A sender that is limited to institutions may write about pupils who are at one of them, or were on the row's
        date. A row about another pupil and a row about an unknown pupil get the same refusal, so the sender cannot
        learn whether the municipality knows the pupil.
        """
        keys = batch.columns["cpr_number"]
        pupil_ids = await pupils.by_key(session, batch.municipality_code, map(tuple, set(keys)))
        outside = await _outside(session, batch, pupil_ids)
        refused: list[Refusal] = []
        unknown: list[Waiting] = []
        rows: dict[IndicatorKey, tuple[int, str]] = {}
        for index, row in enumerate(batch.rows(_Row)):
            if index in outside:
                refused.append(Refusal(index, PUPIL_OUTSIDE_SCOPE, "cpr_number"))
            elif (pupil_id := pupil_ids.get(row.key)) is None:
                unknown.append(Waiting(index, WaitingReason.UNKNOWN_PUPIL))
            else:
                fact = (pupil_id, row.indicator, row.subject or "", row.grade, row.date)
                value = required_value(IndicatorKind(row.indicator), row.value)
                first, _ = rows.setdefault(fact, (index, value))
                if first != index:  # by another of the pupil's identifiers
                    refused.append(Refusal(index, "row.duplicate", params={"first_row": batch.row_numbers[first]}))
        plan = await _planned(session, batch, {fact: value for fact, (_, value) in rows.items()})
        accepted = len(plan.written)
        unchanged = len(batch) - len(refused) - len(unknown) - accepted
        return Judged(BatchResult(accepted=accepted, unchanged=unchanged, waiting=unknown, refused=refused), plan)

    async def write(self, session: WriteSession, batch: Batch, judged: Judged[_Plan]) -> None:
        """Write new results. If older rows are still parked, unchanged results are written with this file's moment, so
        that an older row cannot overwrite them.
        """
        plan = judged.plan
        code, as_of = batch.municipality_code, batch.queued_at
        await queries.upsert(session, code, plan.written, as_of)
        if await parked.any_older(session, code, INDICATORS.name, as_of):
            await queries.upsert(session, code, plan.kept, as_of)
        else:
            await queries.forget(session, code, WITHDRAWN, as_of)


async def _planned(session: ReadSession, batch: Batch, said: Mapping[IndicatorKey, str]) -> _Plan:
    plan = _Plan()
    stored = await queries.find(session, list(said))
    for fact, value in said.items():
        before = stored.get(fact)
        if before is not None and before.as_of > batch.queued_at:
            continue
        if value == (before.value if before is not None else WITHDRAWN):
            plan.kept.append((fact, value))
        else:
            plan.written.append((fact, value))
    return plan


async def _outside(session: ReadSession, batch: Batch, pupil_ids: Mapping[KeyRow, UUID]) -> set[int]:
    """The indexes of rows about pupils that the sender may not write about; none for a sender of the whole
    municipality.
    """
    if batch.institutions is None:
        return set()
    today = danish_date(batch.queued_at)
    rows = [(pupil_ids.get(row.key), row.date) for row in batch.rows(_Row)]
    stays = [(pupil_id, on) for pupil_id, day in rows if pupil_id is not None for on in (day, today)]
    there = await members.at(session, batch.institutions, stays)
    return {index for index, (pupil_id, day) in enumerate(rows) if not {(pupil_id, day), (pupil_id, today)} & there}
