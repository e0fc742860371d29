"""The worker: carries out one step of one file at a time, in two lanes. After a crash the next worker continues.

It looks across municipalities only to find the next file; the work itself runs in the receipt's own tenant scope.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text

from libs.shared.base.clock import Clock
from libs.shared.db.database import Database, WriteSession
from libs.shared.db.limits import WorkLimits
from libs.shared.db.listen import Wake, wake_all
from libs.shared.db.scope import Access, Scope
from libs.shared.events.background import Background
from libs.shared.events.failures import passes
from libs.shared.imports.receipts import receipts
from libs.shared.imports.receipts.housekeeping import sweep
from libs.shared.imports.receipts.receipt import Phase
from libs.shared.imports.staging import store
from libs.shared.imports.worker import claims, ending, together
from libs.shared.imports.worker.claims import Claim, ClaimLost
from libs.shared.imports.worker.process import Processor
from libs.shared.imports.worker.queue import Candidate, Lane, candidates
from libs.shared.observability.logs import get_logger
from libs.shared.privacy.keys import Undecryptable

MAX_TRIES = 5
"""The number of times a step is begun before its file is given up, whether its worker crashed or the step failed."""
MAX_DELAYS = 20
"""The number of passing failures that are waited out, about a quarter of an hour; after that they count as tries."""
IMPORTING = WorkLimits(statement_seconds=300.0, lock_seconds=60.0, idle_seconds=150.0)
"""A statement takes a whole slice. Between two of them a chunk is parsed, or rows are judged in memory."""
_SOON_SECONDS = 0.02
_CHORES_SECONDS = 0.5
"""How long chores that had nothing to do are not asked again while there are steps: asking takes a transaction."""
_SWEEP_SECONDS = 3600.0

_OF_STAGED_ROWS = {Phase.SETTLING, Phase.JUDGING, Phase.APPLYING}

Chore = Callable[[], Awaitable[bool]]
"""One bounded piece of other work, in transactions of its own; whether there was any."""

_log = get_logger("skoleloeft.imports")


class ImportWorker:
    """Works on queued files until stopped, and on ``chores`` between their steps.

    Several workers may run: each step is done by one of them, and files of one municipality and kind keep their order.
    A failure affects only its own file; only if the database cannot be reached does a lane's turn end with an error.
    The steps of files up to ``together_bytes`` are done together (see ``together``).
    """

    def __init__(
        self,
        db: Database,
        processor: Processor,
        *,
        clock: Clock,
        poll_seconds: float = 5.0,
        gap_seconds: float = claims.GAP_SECONDS,
        chores: Sequence[Chore] = (),
        together_bytes: int = 0,
    ) -> None:
        self._db = db.within(IMPORTING)
        self._processor = processor
        self._clock = clock
        self._gap_seconds = gap_seconds
        self._chores = chores
        self._together_bytes = together_bytes
        self._together: set[UUID] = set()
        self._swept = 0.0
        self._chores_due = 0.0
        self._turns = 0
        self._served: dict[str, datetime] = {}
        self._wakes = {lane: Wake() for lane in Lane}
        self._loops = {
            lane: Background(f"imports-{lane}", self._turn(lane), db=db, poll_seconds=poll_seconds, wake=wake)
            for lane, wake in self._wakes.items()
        }

    async def run(self, stop: asyncio.Event) -> None:
        """Work until ``stop`` is set; the transactions under way are finished first."""
        woken = wake_all(self._db, receipts.CHANNEL, [*self._wakes.values()])
        async with woken, asyncio.TaskGroup() as lanes:
            for loop in self._loops.values():
                lanes.create_task(loop.run(stop))

    def stuck(self) -> str | None:
        """For liveness: why no step ends, or None."""
        return next((why for loop in self._loops.values() if (why := loop.stuck())), None)

    async def work_once(self) -> bool:
        """Do one step in each lane, one after the other, and each chore; whether there was anything to do."""
        worked = [await self._step(lane) for lane in Lane]
        worked += [await chore() for chore in self._chores]
        return any(worked)

    def _turn(self, lane: Lane) -> Callable[[], Awaitable[bool]]:
        async def turn() -> bool:
            worked = await self._step(lane)
            if not worked or time.monotonic() >= self._chores_due:
                worked = await self._do_chores(lane) or worked
            if lane is Lane.SHORT:
                await self._housekeeping()
            return worked

        return turn

    async def _do_chores(self, lane: Lane) -> bool:
        worked = False
        for chore in self._chores:
            worked = await chore() or worked
            self._loops[lane].progress()
        if not worked:
            self._chores_due = time.monotonic() + _CHORES_SECONDS
        return worked

    async def _step(self, lane: Lane) -> bool:
        """Do the next step of this lane; whether there was one, or may soon be one."""
        self._turns += lane is Lane.LONG
        served = self._served if self._turns % 2 else {}
        async with self._db.read(Scope(access=Access.IMPORT_WORKER)) as session:
            found = await candidates(session, self._processor.kinds, lane, self._clock(), served)
        soon = False
        for candidate in found:
            self._loops[lane].progress()
            if candidate.id in self._together:
                continue  # the other lane has it for as long as it takes
            with self._having(together.unit_of(candidate, found, self._together_bytes)) as unit:
                claim, wait = await self._claim(candidate)
                if claim is not None:
                    self._served[candidate.municipality_code] = self._clock()
                    await self._guarded(claim, unit)
                    return True
            soon = soon or wait
        if soon:
            await asyncio.sleep(_SOON_SECONDS)
        elif not found:
            self._processor.rest()
        return soon

    async def _claim(self, candidate: Candidate) -> tuple[Claim | None, bool]:
        """A claim on the file's next step; or None, and whether there may soon be a step."""
        async with self._db.write(Scope.of(candidate.municipality_code)) as session:
            receipt = await claims.lock(session, candidate.id, wait=False)
            if receipt is None:
                return None, True
            now = await claims.claimed(session, receipt.id, self._gap_seconds)
            step, receipt = await self._processor.next(session, receipt, now)
            if step is None:
                # A worker that has just claimed a step may have crashed before the step's transaction began.
                return None, bool(now.begun)
            # Cleaning up after a final file is tried without a limit: its failure must not change the receipt.
            if now.free.get(step, 0) >= MAX_TRIES and not receipt.final:
                _log.error("imports.given_up", receipt=str(receipt.id), phase=step[0].value)
                await ending.fail(session, receipt, "import.failed", self._clock())
                return None, True
            return await claims.take(session, receipt, step), False

    @contextmanager
    def _having(self, unit: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
        """Inside the block the other lane leaves these files alone."""
        self._together.update(unit)
        try:
            yield unit
        finally:
            self._together.difference_update(unit)

    async def _guarded(self, claim: Claim, unit: Sequence[UUID]) -> None:
        """Carry out a step whose failure affects its file only, and what may be done together with it. The text of an
        error may quote rows, so it is not logged.
        """
        try:
            async with self._db.write(_scope(claim)) as session:
                await self._processor.do(session, claim)
                if together.may_go_on(claim, self._together_bytes):
                    await together.go_on(session, self._processor, unit)
        except ClaimLost:
            _log.info("imports.claim_lost", receipt=str(claim.receipt.id), phase=claim.phase.value)
        except Undecryptable:
            if claim.phase in _OF_STAGED_ROWS and claim.receipt.staging < MAX_TRIES:
                await self._stage_again(claim)
            else:
                await self._failed(claim, "import.chunk_unreadable", hopeless=True)
        except Exception as failure:
            # Any failure is recorded on this file, and other files continue. It can be recorded unless the database
            # cannot be reached.
            await self._failed(claim, "import.failed", passing=passes(failure), failure=failure)

    async def _stage_again(self, claim: Claim) -> None:
        """Let the file be staged again: its staged rows cannot be decrypted, because their key left the ring. The key
        of its chunks may still be there.
        """
        async with self._db.write(_scope(claim)) as session:
            await store.gone(session, claim.receipt.id)

    async def _failed(
        self,
        claim: Claim,
        code: str,
        *,
        hopeless: bool = False,
        passing: bool = False,
        failure: BaseException | None = None,
    ) -> None:
        """Begin the step again later, or give the file up after too many tries."""
        error = type(failure).__name__ if failure else None
        _log.error("imports.failed", receipt=str(claim.receipt.id), phase=claim.phase.value, code=code, error=error)
        now = self._clock()
        is_try = not passing or claim.delays >= MAX_DELAYS
        async with self._db.write(_scope(claim)) as session:
            receipt = await claims.lock(session, claim.receipt.id)
            if receipt is None or (receipt.final and claim.phase is not Phase.LEAVING):
                return
            if hopeless and not receipt.final:
                await ending.fail(session, receipt, code, now)
                return
            await claims.give_back(session, claim, is_try=is_try)
            # A step without tries left is due at once: the next claim then gives the file up, as after a crash.
            later = None
            if not is_try:
                later = _later(now, claim.delays + 1)
            elif claim.tries < MAX_TRIES or receipt.final:
                later = _later(now, claim.tries)
            attempts = receipt.attempts if receipt.final else claim.tries - (not is_try)
            await _note(session, claim, attempts, later)

    async def _housekeeping(self) -> None:
        if self._swept and time.monotonic() - self._swept < _SWEEP_SECONDS:
            return
        self._swept = time.monotonic()
        async with self._db.write(Scope(access=Access.OPERATOR)) as session:
            await sweep(session, self._clock())


async def _note(session: WriteSession, claim: Claim, attempts: int, later: datetime | None) -> None:
    await session.execute(
        text("UPDATE import_receipt SET attempts = :attempts, not_before = :later WHERE id = :id"),
        {"id": claim.receipt.id, "attempts": attempts, "later": later},
    )


def _scope(claim: Claim) -> Scope:
    return Scope.of(claim.receipt.upload.municipality_code)


def _later(now: datetime, attempts: int) -> datetime:
    return now + timedelta(seconds=min(2**attempts, 60))
