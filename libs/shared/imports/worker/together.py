"""Does the next steps of a small file, and of the other parts of its unit, in the transaction of the step before: a
file of a few hundred rows has eight steps, whose claims and transactions take longer than its rows.

These steps need no claims: their receipts are locked, and who claims a step locks the receipt. A step that fails here
is undone by itself, and the steps before it are kept. Then it is begun again with a claim of its own, so it is counted
and recorded as the step of any file. A crash is counted for the step whose claim was committed.
"""

from collections.abc import Sequence
from uuid import UUID

from libs.shared.db.database import WriteSession
from libs.shared.imports.worker import claims
from libs.shared.imports.worker.claims import Claim, Claimed
from libs.shared.imports.worker.process import Processor
from libs.shared.imports.worker.queue import Candidate
from libs.shared.observability.logs import get_logger

_MOST = 40
"""More steps than a small file has; without this limit a defect could keep a transaction open."""

_log = get_logger("skoleloeft.imports")


def may_go_on(claim: Claim, most_bytes: int) -> bool:
    """Whether the file's next steps may be done in the transaction of this one: the file is small, and nothing has
    failed in this step.
    """
    return claim.receipt.size <= most_bytes and claim.tries == 1 and claim.delays == 0


def unit_of(candidate: Candidate, found: Sequence[Candidate], most_bytes: int) -> list[UUID]:
    """The small files among those found that are of the candidate's unit, in order; it is one of them."""
    unit = [each for each in found if (each.file, each.unit) == (candidate.file, candidate.unit)]
    unit.sort(key=lambda each: each.part or 0)
    return [each.id for each in unit if each.size <= most_bytes]


async def go_on(session: WriteSession, processor: Processor, files: Sequence[UUID]) -> None:
    """Do the next steps of these files, as long as there are any that no other worker has."""
    going = _Going(session, processor)
    while await going.round(files):
        pass


class _Going:
    """The steps done in one transaction."""

    def __init__(self, session: WriteSession, processor: Processor) -> None:
        self._session = session
        self._processor = processor
        self._ours: set[UUID] = set()
        """Files that are locked, and of which no step was claimed then."""
        self._left = _MOST

    async def round(self, files: Sequence[UUID]) -> bool:
        """Do the steps of each file that are possible now; whether there were any."""
        before = self._left
        for file_id in files:
            while self._left > 0 and await self._step(file_id):
                self._left -= 1
        return self._left < before

    async def _step(self, file_id: UUID) -> bool:
        # Never waits for the receipt: who has locked it may be waiting for the claim of this transaction.
        receipt = await claims.lock(self._session, file_id, wait=False)
        if receipt is None or (file_id not in self._ours and await claims.any_on(self._session, file_id)):
            return False
        self._ours.add(file_id)
        step, receipt = await self._processor.next(self._session, receipt, Claimed())
        if step is None:
            return False
        try:
            async with self._session.begin_nested():
                await self._processor.carry_out(self._session, receipt, step)
        except Exception as failure:
            # The error comes again when the step is begun by itself, unless it has passed by then.
            name = type(failure).__name__
            _log.info("imports.begun_by_itself", receipt=str(file_id), error=name)
            self._left = 0
        return True
