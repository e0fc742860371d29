"""Imports reported months, and keeps their numbers of pupil-months up to date."""

from collections.abc import Sequence

from libs.shared.contracts.absence import CompletenessChanged
from libs.shared.db.database import WriteSession
from libs.shared.db.locks import Lock, hold_in_transaction, try_hold_in_transaction
from libs.shared.events.outbox import Outbox
from libs.shared.events.republishing import Place
from libs.shared.files.kinds.vocabulary import UNKNOWN
from libs.shared.imports.batch import Batch, BatchResult, Judged, Refusal
from services.absence_ingest.completeness import queries
from services.absence_ingest.completeness.domain import ReportRow, SchoolMonth, changing
from services.absence_ingest.completeness.events import add_month_gone, completeness_changed
from services.absence_ingest.copies.schools import queries as schools


class CompletenessImport:
    """Handler of the file: a month that has changed is written, with an event."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox

    async def lock(self, session: WriteSession, batch: Batch) -> None:
        """Lock the existing months. Only files of the same kind add others, and these are imported in order.

        Counting takes ``Lock.REPORTS`` too: until this transaction commits, a count would not see these months.
        """
        await hold_in_transaction(session, Lock.REPORTS, batch.municipality_code, shared=False)
        months = [SchoolMonth(*row) for row in batch.records(*SchoolMonth._fields)]
        await queries.lock_all(session, batch.municipality_code, months)

    async def judge(self, session: WriteSession, batch: Batch) -> Judged[list[ReportRow]]:
        """The plan is the rows that change something."""
        code = batch.municipality_code
        rows = [ReportRow(*row) for row in batch.records(*ReportRow._fields)]
        own = await schools.known(session, code, batch.columns["institution_number"])
        changed = changing(rows, own, await queries.reported(session, code, [row.school_month for row in rows]))
        refused = [
            Refusal(index, UNKNOWN, "institution_number")
            for index, row in enumerate(rows)
            if row.institution_number not in own
        ]
        unchanged = len(rows) - len(changed) - len(refused)
        return Judged(BatchResult(accepted=len(changed), unchanged=unchanged, refused=refused), changed)

    async def write(self, session: WriteSession, batch: Batch, judged: Judged[list[ReportRow]]) -> None:
        """Write the changed months, count their pupil-months, and add the events."""
        if judged.plan:
            changed = await queries.write(session, batch.municipality_code, judged.plan)
            counted = await queries.count(session, batch.municipality_code, changed)
            await self._outbox.add(session, [completeness_changed(state) for state in counted])


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
        counted = await queries.count(session, code, months, raised=True)
        await outbox.add(session, [completeness_changed(state) for state in counted])
    return True


async def forget_reports(session: WriteSession, school_ids: Sequence[str], *, outbox: Outbox) -> None:
    """Remove the reported months of removed schools, with an event for each.

    A month is identified by the institution number, so the next school with that number could not report it otherwise.
    """
    for month, code in await queries.forget_of_schools(session, school_ids):
        await add_month_gone(session, outbox, month, code)


async def states(session: WriteSession, code: str, after: Place | None, size: int) -> list[CompletenessChanged]:
    """The states of the municipality's months, their rows locked."""
    return [completeness_changed(state) for state in await queries.locked_page(session, code, after, size)]
