"""Importing schools."""

from libs.shared.base.clock import danish_date
from libs.shared.db.database import WriteSession
from libs.shared.delivery.outbox import Outbox
from libs.shared.imports.batch import Batch, BatchResult, Refusal
from services.registration.institutions.domain import TAKEN
from services.registration.institutions.use_cases import judge_numbers
from services.registration.schools import queries


async def import_schools(session: WriteSession, batch: Batch, *, outbox: Outbox) -> BatchResult:
    """Write a batch of schools and an event for each that changed. Each number must be the municipality's to use."""
    code, today = batch.municipality_code, danish_date(batch.queued_at)
    rows = list(batch.records("institution_number", "name", "kind"))
    judged = await judge_numbers(session, outbox, code, batch.columns["institution_number"], today)
    allowed = [(*row, judged.standing[row[0]].value) for row in rows if row[0] in judged.standing]
    changed, own = await queries.upsert(session, code, allowed, today)
    await outbox.add(session, changed)
    refused = [
        Refusal(index, judged.refused.get(row[0], TAKEN), "institution_number")
        for index, row in enumerate(rows)
        if row[0] not in own
    ]
    return BatchResult(accepted=len(changed), unchanged=len(rows) - len(changed) - len(refused), refused=refused)
