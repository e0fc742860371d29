"""The worker replays parked rows, a slice at a time, outside the transaction that brought the news."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from libs.shared.base.clock import Clock
from libs.shared.db.database import Database, WriteSession
from libs.shared.db.limits import WorkLimits
from libs.shared.db.locks import Lock, try_hold_in_transaction
from libs.shared.db.scope import Access, Scope
from libs.shared.events.backoff import Backoff
from libs.shared.events.failures import passes
from libs.shared.imports.batch import Batch, BatchResult, Refusal, Waiting
from libs.shared.imports.handlers import Handler, Heeds, Kinds
from libs.shared.imports.parked import outcome
from libs.shared.imports.parked import taken as slices
from libs.shared.imports.parked.news import About, Concern, mark, mark_over, rest_unknown
from libs.shared.imports.parked.outcome import ENDS, WAIT_ENDED
from libs.shared.imports.parked.parking import Parking
from libs.shared.imports.parked.patience import PARKED_DAYS
from libs.shared.imports.parked.staged import staged
from libs.shared.imports.parked.taken import Slice
from libs.shared.imports.receipts.heeding import as_texts, heed_waited
from libs.shared.observability.failures import describe_failure
from libs.shared.observability.logs import get_logger

ROWS_AT_ONCE = 2_000
REPLAYING = WorkLimits(statement_seconds=60.0, lock_seconds=5.0, idle_seconds=60.0)
"""A slice is small. If a file that is being applied holds a pupil's lock for longer, the rows are tried again later."""
TRIES = 3
_REST = Backoff(first=2.0, most=60.0)

_log = get_logger("skoleloeft.imports.waiting")

_NEXT = text("""
SELECT min(code) FROM (
    SELECT min(municipality_code) AS code FROM replay_due
     WHERE municipality_code > :after AND municipality_code <> ALL(CAST(:resting AS text[]))
    UNION ALL
    SELECT min(municipality_code) FROM parked_row
     WHERE due AND municipality_code > :after AND municipality_code <> ALL(CAST(:resting AS text[]))
    UNION ALL
    SELECT min(municipality_code) FROM parked_row
     WHERE until <= :now AND municipality_code > :after AND municipality_code <> ALL(CAST(:resting AS text[]))
) AS each
""")


@dataclass(slots=True)
class _Delay:
    """The state of a municipality whose rows failed.

    ``most`` is how many rows are tried at a time; ``row`` is the first row of the last slice and ``alone`` how often it
    failed in a slice of its own; ``failures`` counts passing failures; nothing is tried before ``until``.
    """

    most: int
    row: UUID | None = None
    alone: int = 0
    failures: int = 0
    until: float = 0.0


@dataclass(slots=True)
class Replayer:
    """Replays parked rows. Any number of replayers may run: an advisory lock admits one at a time per municipality.

    ``concerns`` says which rows a piece of news concerns, in addition to those that name a changed pupil by its id. A
    failure affects only its own municipality; the slices are halved until the failing row is found.
    """

    db: Database
    kinds: Kinds
    parking: Parking
    clock: Clock
    concerns: Mapping[About, Sequence[Concern]] = field(default_factory=dict)
    rows_at_once: int = ROWS_AT_ONCE
    monotonic: Callable[[], float] = time.monotonic
    _last: str = ""
    _delays: dict[str, _Delay] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.db = self.db.within(REPLAYING)

    async def step(self) -> bool:
        """Work on one slice of the next municipality in turn; whether there was anything to do."""
        looked: set[str] = set()
        while (code := await self._next(looked)) is not None:
            self._last = code
            looked.add(code)
            if await self._guarded(code):
                return True
        return False

    async def _next(self, looked: set[str]) -> str | None:
        now = self.monotonic()
        resting = sorted(looked | {code for code, delay in self._delays.items() if delay.until > now})
        async with self.db.read(Scope(access=Access.IMPORT_WORKER)) as session:
            for after in (self._last, ""):
                given = {"after": after, "resting": resting, "now": self.clock()}
                code: str | None = (await session.execute(_NEXT, given)).scalar_one()
                if code is not None:
                    return code
        return None

    async def _guarded(self, code: str) -> bool:
        delay = self._delays.get(code) or _Delay(self.rows_at_once)
        try:
            worked = await self._work(code, delay)
        except Exception as failure:
            # The message of an error may quote rows, so it is not logged.
            _log.warning("waiting.failed", failure=describe_failure(failure))
            self._delays[code] = delay
            if passes(failure):
                delay.failures += 1
                delay.until = self.monotonic() + _REST.seconds(delay.failures)
                return False
            # The failing row is found by bisection.
            delay.alone += delay.most == 1
            delay.most = max(delay.most // 2, 1)
            return True
        delay.failures = delay.alone = 0
        delay.most = min(delay.most * 2, self.rows_at_once)
        if delay.most == self.rows_at_once:
            self._delays.pop(code, None)
        return worked

    async def _work(self, code: str, delay: _Delay) -> bool:
        scope = Scope.of(code)
        async with self.db.write(scope) as session:
            if not await try_hold_in_transaction(session, Lock.PARKING, code):
                return False
            marked = await mark(session, code, self.concerns)
            marked = await mark_over(session, code, self.clock()) or marked
            marked = await rest_unknown(session, code, self.concerns, self.clock()) or marked
        # In a transaction of its own, because marking locks parked rows, and here pupils must be locked before those.
        async with self.db.write(scope) as session:
            if not await try_hold_in_transaction(session, Lock.PARKING, code):
                return marked
            now = self.clock()
            found = await slices.take(session, code, now, delay.most)
            if found is None:
                return marked
            if delay.row != found.ids[0]:  # a row of an older file may have been marked since, and is first now
                delay.row, delay.alone = found.ids[0], 0
            if delay.alone >= TRIES:
                await self._give_up(session, found, now)
                return True
            return await self._play(session, found, now) or marked

    async def _play(self, session: WriteSession, found: Slice, now: datetime) -> bool:
        kind, handler = self.kinds.kind(found.kind), self.kinds.handler(found.kind)
        read = await asyncio.to_thread(found.batch, kind, self.parking.vault)
        batch = await staged(session, kind, read) if kind.by_set else read
        await handler.lock(session, batch)
        if not await slices.held(session, found):
            return False
        judged = await handler.judge(session, batch)
        judged.result.check(batch)
        waiting, refused = _by_index(judged.result, read, by_number=kind.by_set)
        if found.over:
            refused += [_ended(each) for each in waiting]
            waiting = []
        await outcome.settle(session, found, read, waiting, kind=kind, parking=self.parking, now=now)
        await outcome.refuse(session, found, refused, now)
        await handler.write(session, batch, judged)
        await self._heed(session, handler, found, read, refused)
        return True

    async def _give_up(self, session: WriteSession, found: Slice, now: datetime) -> None:
        """Stop trying a row that fails at every replay: until there is news about it, or refuse it if its time is
        over.
        """
        _log.error("waiting.row_failed", receipt=str(found.receipt_id), kind=found.kind, over=found.over)
        if not found.over:
            await outcome.rest(session, found.ids)
            return
        await outcome.remove(session, found.ids)
        refused = [Refusal(index, WAIT_ENDED) for index in range(len(found.rows))]
        await outcome.refuse(session, found, refused, now)
        try:
            async with session.begin_nested():
                kind, handler = self.kinds.bound(found.kind)
                read = await asyncio.to_thread(found.batch, kind, self.parking.vault)
                await self._heed(session, handler, found, read, refused)
        except Exception as failure:
            # It may be what fails at every replay. The row must end all the same.
            _log.warning("waiting.not_heeded", failure=describe_failure(failure))

    async def _heed(
        self, session: WriteSession, handler: Handler[Any], found: Slice, batch: Batch, refused: Sequence[Refusal]
    ) -> None:
        """Have the handler do what the refused rows say nonetheless, after all is written, as it may change that."""
        if refused and isinstance(handler, Heeds):
            rows = {batch.row_numbers[each.index]: as_texts(batch, each.index) for each in refused}
            await heed_waited(session, handler, batch, rows, found.form)


def _by_index(result: BatchResult, batch: Batch, *, by_number: bool) -> tuple[list[Waiting], list[Refusal]]:
    """The rows that wait and the rows that are refused, with each ``index`` counted in the batch."""
    if not by_number:
        return list(result.waiting), list(result.refused)
    indexes = {number: index for index, number in enumerate(batch.row_numbers)}
    return (
        [replace(each, index=indexes[each.index]) for each in result.waiting],
        [replace(each, index=indexes[each.index]) for each in result.refused],
    )


def _ended(waiting: Waiting) -> Refusal:
    """The refusal of a row that still waits when its time is over."""
    return Refusal(waiting.index, ENDS.get(waiting.reason, WAIT_ENDED), params={"days": PARKED_DAYS})
