"""Importing reported months, and keeping what they vouch for up to date."""

from collections.abc import Sequence

from libs.shared.contracts.absence import CompletenessChanged
from libs.shared.db.database import WriteSession
from libs.shared.delivery.outbox import Outbox
from libs.shared.imports.batch import Batch, BatchResult, Refusal
from services.absence_ingest.completeness import queries
from services.absence_ingest.completeness.kind import TAKEN_BACK, UNKNOWN
from services.absence_ingest.schools import queries as schools


async def import_completeness(session: WriteSession, batch: Batch, *, outbox: Outbox) -> BatchResult:
    """Write a batch of months reported or taken back, and an event for each that changed."""
    rows = list(batch.records("institution_number", "month", "reported"))
    own = await schools.known(session, batch.municipality_code, batch.columns["institution_number"])
    given = [(number, month, reported != TAKEN_BACK) for number, month, reported in rows if number in own]
    changed = await queries.write(session, batch.municipality_code, given)
    await outbox.add(session, await queries.count(session, batch.municipality_code, changed))
    refused = [Refusal(index, UNKNOWN, "institution_number") for index, row in enumerate(rows) if row[0] not in own]
    return BatchResult(accepted=len(changed), unchanged=len(rows) - len(changed) - len(refused), refused=refused)


async def recount(session: WriteSession, code: str, *, outbox: Outbox) -> bool:
    """Count what is due in one municipality, with an event for each number that changed; whether anything was due."""
    due = await queries.take_due(session, code)
    if not due:
        return False
    months = await queries.lock(session, code, due)
    if months:
        await outbox.add(session, await queries.count(session, code, months, raised=True))
    return True


async def forget_reports(session: WriteSession, school_ids: Sequence[str], *, outbox: Outbox) -> None:
    """Remove what was reported for schools that are gone, and say so.

    A month is known by the institution number alone, so that the number's next holder could not report it otherwise.
    """
    for number, month, code in await queries.forget_of_schools(session, school_ids):
        key = CompletenessChanged.KEY.format(institution_number=number, month=month)
        await outbox.tombstone(session, CompletenessChanged.TOPIC, key, municipality=code)
