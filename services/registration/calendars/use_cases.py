"""Importing school calendars."""

from libs.shared.db.database import WriteSession
from libs.shared.delivery.outbox import Outbox
from libs.shared.imports.batch import Batch, BatchResult, Refusal
from libs.shared.rules.school_years import school_year_of
from services.registration.calendars import queries
from services.registration.schools import queries as schools
from services.registration.schools.vocabulary import UNKNOWN


async def import_calendars(session: WriteSession, batch: Batch, *, outbox: Outbox) -> BatchResult:
    """Write a batch of school days and an event for each calendar that grew, holding all its days."""
    rows = list(batch.records("institution_number", "date"))
    school_ids = await schools.ids(session, batch.municipality_code, batch.columns["institution_number"])
    known = [(school_ids[number], school_year_of(day), day) for number, day in rows if number in school_ids]
    new, changed = await queries.add_days(session, batch.municipality_code, known)
    await outbox.add(session, changed)
    refused = [
        Refusal(index, UNKNOWN, "institution_number") for index, row in enumerate(rows) if row[0] not in school_ids
    ]
    return BatchResult(accepted=new, unchanged=len(known) - new, refused=refused)
