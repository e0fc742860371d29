"""The worker: takes queued receipts chunk by chunk. Killed anywhere, the next one goes on where it stood.

It looks across municipalities only to find the next receipt; the work itself runs in the receipt's own tenant scope.
"""

import asyncio
import time
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import text

from libs.shared.base.clock import Clock
from libs.shared.db.database import Database
from libs.shared.db.limits import WorkLimits
from libs.shared.db.scope import Access, Scope
from libs.shared.delivery.background import Background
from libs.shared.delivery.failures import passes
from libs.shared.imports import receipts, refused
from libs.shared.imports.housekeeping import BATCH, sweep
from libs.shared.imports.parse import RefusedRow
from libs.shared.imports.process import Processor
from libs.shared.imports.receipts import Candidate, Receipt
from libs.shared.observability.logs import get_logger
from libs.shared.privacy.keys import Undecryptable

MAX_TRIES = 5
IMPORTING = WorkLimits(statement_seconds=300.0, lock_seconds=60.0, idle_seconds=150.0)
"""A statement takes a whole chunk. Between two of them a chunk is parsed, or refused rows are sealed, which took 103
seconds for a chunk of two million wrong rows. A worker that is lost behind something that keeps its connection alive
holds its locks for as long."""
_SWEEP_SECONDS = 3600.0

_log = get_logger("skoleloeft.imports")


_TRY = text(
    """
UPDATE import_receipt SET attempts = attempts + 1,
    state = CASE WHEN attempts + 1 >= :tries THEN 'failed' ELSE state END,
    error = CASE WHEN attempts + 1 >= :tries THEN :error END,
    finished_at = CASE WHEN attempts + 1 >= :tries THEN CAST(:now AS timestamptz) END
WHERE id = :id AND state IN ('queued', 'working') RETURNING attempts
"""
)


class ImportWorker:
    """Works on queued receipts until stopped. Needs two connections of the pool for files taken as a whole.

    Several may run: a receipt is worked on by one at a time, and files of one municipality and kind keep their order.
    A receipt's own failures stay with it; what ends a turn of the loop is the database that is away.
    """

    def __init__(self, db: Database, processor: Processor, *, clock: Clock, poll_seconds: float = 5.0) -> None:
        self._db = db.within(IMPORTING)
        self._processor = processor
        self._clock = clock
        self._swept = 0.0
        self._loop = Background("imports", self._turn, db=db, poll_seconds=poll_seconds, channel=receipts.CHANNEL)

    async def run(self, stop: asyncio.Event) -> None:
        """Work until ``stop`` is set; the transaction under way is finished first."""
        await self._loop.run(stop)

    def stuck(self) -> str | None:
        """For liveness: why no step ends, or None."""
        return self._loop.stuck()

    async def _turn(self) -> bool:
        worked = await self.work_once()
        await self._housekeeping()
        return worked

    async def work_once(self) -> bool:
        """One step for each receipt that is next in line; whether there was anything to do."""
        async with self._db.read(Scope(access=Access.IMPORT_WORKER)) as session:
            found = await receipts.candidates(session)
        self._loop.progress()
        worked = False
        for candidate in found:
            worked = await self._guarded(candidate) or worked
            self._loop.progress()
        return worked

    async def _guarded(self, candidate: Candidate) -> bool:
        """A step whose failure stays with its receipt. An error's own words may quote rows, so they are not logged."""
        try:
            return await self._step(candidate)
        except Undecryptable:
            await self._fail(candidate, "import.chunk_unreadable", tries=1)
        except Exception as failure:
            if passes(failure):
                raise
            await self._fail(candidate, "import.failed", tries=MAX_TRIES, failure=failure)
        return False

    async def _step(self, candidate: Candidate) -> bool:
        scope = Scope.of(candidate.municipality_code)
        async with self._db.write(scope) as session:
            receipt = await receipts.claim(session, candidate.id, self._clock())
            if receipt is None:
                return False
            if receipt.whole:
                await self._forget_refused(receipt, scope)
                await self._processor.all_chunks(session, receipt, self._beside(receipt, scope))
            else:
                await self._processor.next_chunk(session, receipt)
        return True

    async def _forget_refused(self, receipt: Receipt, scope: Scope) -> None:
        """Drop what an attempt that did not finish had written beside its transaction."""
        async with self._db.write(scope) as session:
            await receipts.execute(session, "DELETE FROM import_refusal WHERE receipt_id = :id", {"id": receipt.id})

    def _beside(self, receipt: Receipt, scope: Scope) -> "_Beside":
        return _Beside(self._db, receipt, scope, self._processor, self._clock)

    async def _fail(
        self, candidate: Candidate, error: str, *, tries: int, failure: BaseException | None = None
    ) -> None:
        """Count a failed try: try again later, or close the receipt as failed when there have been enough."""
        _log.error("imports.failed", receipt=str(candidate.id), code=error, error=type(failure).__name__)
        now = self._clock()
        async with self._db.write(Scope.of(candidate.municipality_code)) as session:
            found = await session.execute(_TRY, {"id": candidate.id, "tries": tries, "error": error, "now": now})
            attempts = found.scalar_one_or_none()
            if attempts is None:
                return
            if attempts < tries:
                await receipts.execute(
                    session,
                    "UPDATE import_receipt SET not_before = :later WHERE id = :id",
                    {"id": candidate.id, "later": _later(now, attempts)},
                )
            else:
                await receipts.execute(session, "DELETE FROM import_chunk WHERE receipt_id = :id", {"id": candidate.id})

    async def _housekeeping(self) -> None:
        if self._swept and time.monotonic() - self._swept < _SWEEP_SECONDS:
            return
        self._swept = time.monotonic()
        parked_rows = BATCH
        while parked_rows == BATCH:
            async with self._db.write(Scope(access=Access.OPERATOR)) as session:
                parked_rows = (await sweep(session, self._clock())).parked_rows
            self._loop.progress()


class _Beside:
    """Writes refused rows in transactions of their own, which outlive the file's."""

    def __init__(self, db: Database, receipt: Receipt, scope: Scope, processor: Processor, clock: Clock) -> None:
        self._db = db
        self._receipt = receipt
        self._scope = scope
        self._processor = processor
        self._clock = clock

    async def __call__(self, rows: Sequence[RefusedRow]) -> None:
        if rows:
            async with self._db.write(self._scope) as session:
                await refused.store(session, self._receipt, rows, self._processor.vault, self._clock())


def _later(now: datetime, attempts: int) -> datetime:
    return now + timedelta(seconds=2**attempts)
