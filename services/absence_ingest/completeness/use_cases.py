"""Imports reported months, and keeps their numbers of pupil-months up to date."""

from collections.abc import Sequence

from libs.shared.contracts.absence import CompletenessChanged
from libs.shared.db.database import WriteSession
from libs.shared.db.locks import Lock, hold_in_transaction, try_hold_in_transaction
from libs.shared.events.outbox import Outbox
from libs.shared.files.kinds.completeness import TAKEN_BACK
from libs.shared.files.kinds.vocabulary import UNKNOWN
from libs.shared.imports.batch import Batch, BatchResult, Judged, Refusal
from services.absence_ingest.completeness import queries
from services.absence_ingest.copies.schools import queries as schools

Reported = tuple[str, str, bool]
"""Institution number, month, and whether the month is reported."""


class CompletenessImport:
    """Handler of the file: a month that has changed is written, with an event."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox

    async def lock(self, session: WriteSession, batch: Batch) -> None:
        """Lock the existing months. Only files of the same kind add others, and these are imported in order.

        Counting takes ``Lock.REPORTS`` too: until this transaction commits, a count would not see these months.
        """
        await hold_in_transaction(session, Lock.REPORTS, batch.municipality_code, shared=False)
        await queries.lock_all(session, batch.municipality_code, list(batch.records("institution_number", "month")))

    async def judge(self, session: WriteSession, batch: Batch) -> Judged[list[Reported]]:
        """The plan is the rows that change something."""
        code = batch.municipality_code
        rows = list(batch.records("institution_number", "month", "reported"))
        own = await schools.known(session, code, batch.columns["institution_number"])
        before = await queries.reported(session, code, [(number, month) for number, month, _ in rows])
        changed = [
            (number, month, said != TAKEN_BACK)
            for number, month, said in rows
            if number in own and (said != TAKEN_BACK) != ((number, month) in before)
        ]
        refused = [Refusal(index, UNKNOWN, "institution_number") for index, row in enumerate(rows) if row[0] not in own]
        unchanged = len(rows) - len(changed) - len(refused)
        return Judged(BatchResult(accepted=len(changed), unchanged=unchanged, refused=refused), changed)

    async def write(self, session: WriteSession, batch: Batch, judged: Judged[list[Reported]]) -> None:
        """Write the changed months, count their pupil-months, and add the events."""
        if judged.plan:
            changed = await queries.write(session, batch.municipality_code, judged.plan)
            await self._outbox.add(session, await queries.count(session, batch.municipality_code, changed))


async def recount(session: WriteSession, code: str, *, outbox: Outbox) -> bool:
    """Count what is due of one month, with an event for each number that changed. Returns whether anything was counted.

    While another transaction writes reported months, nothing is counted: the marks stay until it has ended.
    """
    if not await try_hold_in_transaction(session, Lock.REPORTS, code):
        return False
    due = await queries.take_due(session, code)
    if not due:
        return False
    months = await queries.lock(session, code, due)
    if months:
        await outbox.add(session, await queries.count(session, code, months, raised=True))
    return True


async def forget_reports(session: WriteSession, school_ids: Sequence[str], *, outbox: Outbox) -> None:
    """Remove the reported months of removed schools, with an event for each.

    A month is identified by the institution number, so the next school with that number could not report it otherwise.
    """
    for number, month, code in await queries.forget_of_schools(session, school_ids):
        key = CompletenessChanged.KEY.format(institution_number=number, month=month)
        await outbox.tombstone(session, CompletenessChanged.TOPIC, key, municipality=code)
