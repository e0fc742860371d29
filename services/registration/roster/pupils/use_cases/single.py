"""Takes one row about a pupil, as a file of one row would be taken."""

from dataclasses import dataclass
from uuid import UUID

from libs.shared.auth.principal import Principal
from libs.shared.db.database import WriteSession
from libs.shared.imports.batch import Batch, WaitingReason
from libs.shared.imports.parked import Parking
from libs.shared.imports.receipts import one_row
from libs.shared.imports.single import Single
from services.registration.roster.pupils.domain import Outcome
from services.registration.roster.pupils.snapshots import RosterComparison
from services.registration.roster.pupils.use_cases.importing import pupil_of


@dataclass(frozen=True, slots=True)
class Taken:
    """A row that was not refused. ``reason`` is why it waits; ``pupil_id`` is None while it waits."""

    outcome: Outcome
    reason: WaitingReason | None
    pupil_id: UUID | None
    receipt_id: UUID


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
