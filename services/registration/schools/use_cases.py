"""Importing schools."""

from libs.shared.db.database import WriteSession
from libs.shared.delivery.outbox import Outbox
from libs.shared.imports.batch import Batch, BatchResult, Refusal
from services.registration.schools import queries
from services.registration.schools.kind import TAKEN


async def import_schools(session: WriteSession, batch: Batch, *, outbox: Outbox) -> BatchResult:
    """Write a batch of schools and an event for each that changed."""
    rows = list(batch.records("institution_number", "name", "kind"))
    changed, own = await queries.upsert(session, batch.municipality_code, rows)
    await outbox.add(session, changed)
    refused = [Refusal(index, TAKEN, "institution_number") for index, row in enumerate(rows) if row[0] not in own]
    return BatchResult(accepted=len(changed), unchanged=len(rows) - len(changed) - len(refused), refused=refused)
