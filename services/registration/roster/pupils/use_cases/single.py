"""Takes one row about a pupil, as a file of one row would be taken."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from libs.shared.auth.principal import Principal
from libs.shared.db.database import WriteSession
from libs.shared.imports.batch import Batch, WaitingReason
from libs.shared.imports.parked import Parking
from libs.shared.imports.receipts import one_row
from libs.shared.imports.single import RowRefused, Single
from services.registration.roster.pupils.domain import Outcome
from services.registration.roster.pupils.queries import name_protection
from services.registration.roster.pupils.snapshots import RosterComparison
from services.registration.roster.pupils.use_cases.importing import pupil_of


@dataclass(frozen=True, slots=True)
class Taken:
    """A row that was not refused. ``reason`` is why it waits; ``pupil_id`` is None while it waits."""

    outcome: Outcome
    reason: WaitingReason | None
    pupil_id: UUID | None
    receipt_id: UUID


@dataclass(frozen=True, slots=True)
class Sent:
    """A row as it was sent, by whom, and the id of its receipt. ``institutions`` are the only ones it may be about."""

    row: Mapping[str, Any]
    municipality_code: str
    institutions: frozenset[str] | None
    receipt_id: UUID
    at: datetime
    by: str


def read(single: Single[RosterComparison], sent: Sent) -> Batch:
    """The row as a batch. Raises ``RowRefused``."""
    return single.read(
        sent.row,
        municipality_code=sent.municipality_code,
        institutions=sent.institutions,
        receipt_id=sent.receipt_id,
        now=sent.at,
    )


async def heed_refused(
    session: WriteSession, single: Single[RosterComparison], sent: Sent, refused: RowRefused
) -> RowRefused:
    """Protect the name if the refused row says so and is certain to be about a known pupil. The refusal to
    give: it says if nobody is protected. What is changed names the row's receipt. Raises ``MunicipalityNotAccepted``.
    """
    batch = single.bare(sent.municipality_code, sent.institutions, sent.receipt_id, sent.at)
    refusal = await single.heed(session, sent.row, refused, batch)
    if await name_protection.changed_by(session, sent.receipt_id):
        await one_row.add_refused(session, batch, refusal.errors, sent.by)
    return refusal


async def take(
    session: WriteSession, single: Single[RosterComparison], parking: Parking, caller: Principal, batch: Batch
) -> Taken:
    """Judge and write the row, with a receipt. Raises ``RowRefused`` and ``MunicipalityNotAccepted``."""
    await single.require_admitted(session, batch.municipality_code)
    await single.handler.lock(session, batch)
    judged = await single.judge(session, batch)
    result = judged.result
    # The lock order is the worker's: what waits is written before everything that the handler writes.
    await one_row.add(session, batch, result, caller.subject)
    await parking.keep(session, single.kind, batch, result.waiting)
    await single.handler.write(session, batch, judged)
    await one_row.place(session, batch.receipt_id)
    for waiting in result.waiting:
        return Taken(Outcome.PARKED, waiting.reason, None, batch.receipt_id)
    outcome = Outcome.ACCEPTED if result.accepted else Outcome.UNCHANGED
    return Taken(outcome, None, pupil_of(judged), batch.receipt_id)
