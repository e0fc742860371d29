"""Importing classes."""

from libs.shared.db.database import WriteSession
from libs.shared.delivery.outbox import Outbox
from libs.shared.imports.batch import Batch, BatchResult, Refusal
from services.registration.classes import queries
from services.registration.pupils.publishing import lock_roster, publish_members
from services.registration.schools import queries as schools
from services.registration.schools.vocabulary import UNKNOWN


async def import_classes(session: WriteSession, batch: Batch, *, outbox: Outbox) -> BatchResult:
    """Write a batch of classes and an event for each that changed.

    A class that changes grade changes the events of its pupils too, which carry it.
    """
    await lock_roster(session, batch.municipality_code)
    rows = list(batch.records("institution_number", "school_year", "name", "grade", "kind"))
    school_ids = await schools.ids(session, batch.municipality_code, batch.columns["institution_number"])
    known = [(school_ids[number], *rest) for number, *rest in rows if number in school_ids]
    changed, regraded = await queries.upsert(session, batch.municipality_code, known)
    await outbox.add(session, changed)
    await publish_members(session, outbox, regraded)
    refused = [
        Refusal(index, UNKNOWN, "institution_number") for index, row in enumerate(rows) if row[0] not in school_ids
    ]
    return BatchResult(accepted=len(changed), unchanged=len(known) - len(changed), refused=refused)
