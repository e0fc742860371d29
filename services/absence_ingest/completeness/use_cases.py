"""Importing reported months."""

from collections.abc import Sequence

from libs.shared.contracts.absence import CompletenessChanged
from libs.shared.db.database import WriteSession
from libs.shared.delivery.outbox import Outbox
from libs.shared.imports.batch import Batch, BatchResult, Refusal
from services.absence_ingest.completeness import queries
from services.absence_ingest.completeness.kind import UNKNOWN
from services.absence_ingest.schools import queries as schools


async def import_completeness(session: WriteSession, batch: Batch, *, outbox: Outbox) -> BatchResult:
    """Write a batch of reported months and an event for each new one."""
    rows = list(batch.records("institution_number", "month"))
    own = await schools.known(session, batch.municipality_code, batch.columns["institution_number"])
    new = await queries.add(session, batch.municipality_code, [row for row in rows if row[0] in own])
    await outbox.add(session, new)
    refused = [Refusal(index, UNKNOWN, "institution_number") for index, row in enumerate(rows) if row[0] not in own]
    return BatchResult(accepted=len(new), unchanged=len(rows) - len(new) - len(refused), refused=refused)


async def forget_reports(session: WriteSession, school_ids: Sequence[str], *, outbox: Outbox) -> None:
    """Remove what was reported for schools that are gone, and say so.

    A month is known by the institution number alone, so that the number's next holder could not report it otherwise.
    """
    for number, month, code in await queries.forget_of_schools(session, school_ids):
        key = CompletenessChanged.KEY.format(institution_number=number, month=month)
        await outbox.tombstone(session, CompletenessChanged.TOPIC, key, municipality=code)
