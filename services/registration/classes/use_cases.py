"""Importing classes."""

from dataclasses import dataclass

from libs.shared.db.database import WriteSession
from libs.shared.events.outbox import Outbox
from libs.shared.imports.batch import Batch, BatchResult, Judged, Refusal
from services.registration.classes import queries
from services.registration.classes.queries import GivenClass
from services.registration.pupils.publishing import lock_roster, publish_members
from services.registration.schools import queries as schools
from services.registration.schools.vocabulary import UNKNOWN


@dataclass(frozen=True, slots=True)
class ClassImport:
    """A class that changes grade changes the events of its pupils too, which carry it."""

    outbox: Outbox

    async def lock(self, session: WriteSession, batch: Batch) -> None:
        """The municipality's roster."""
        await lock_roster(session, batch.municipality_code)

    async def judge(self, session: WriteSession, batch: Batch) -> Judged:
        """Which classes are new or changed."""
        rows = list(batch.records("institution_number", "school_year", "name", "grade", "kind"))
        school_ids = await schools.ids(session, batch.municipality_code, batch.columns["institution_number"])
        known: list[GivenClass] = [(school_ids[number], *rest) for number, *rest in rows if number in school_ids]
        stored = await queries.stored(session, known)
        changed = [row for row in known if stored.get(row[:3]) != row[3:]]
        refused = [
            Refusal(index, UNKNOWN, "institution_number") for index, row in enumerate(rows) if row[0] not in school_ids
        ]
        result = BatchResult(accepted=len(changed), unchanged=len(known) - len(changed), refused=refused)
        return Judged(result, changed)

    async def write(self, session: WriteSession, batch: Batch, judged: Judged) -> None:
        """Write them, with an event for each, and for each pupil of one that has another grade."""
        rows: list[GivenClass] = judged.plan
        changed, regraded = await queries.upsert(session, batch.municipality_code, rows)
        await self.outbox.add(session, changed)
        await publish_members(session, self.outbox, regraded)
