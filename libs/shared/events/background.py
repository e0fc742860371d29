"""A worker's loop: it works while there is work, waits, and retries failures that pass by themselves.

Every loop of a service's own code is a ``Background``. The relay and the consumer have their own loops.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from sqlalchemy.exc import DBAPIError

from libs.shared.db.database import Database
from libs.shared.db.listen import Wake, listen
from libs.shared.events.backoff import Backoff, pause
from libs.shared.events.failures import passes
from libs.shared.observability.failures import describe_failure
from libs.shared.observability.logs import get_logger

STUCK_SECONDS = 900.0

_log = get_logger("skoleloeft.loops")


class Background:
    """Calls ``work`` until stopped: immediately again while it returns True, else after a wake-up or ``poll_seconds``.

    ``channel`` is the notification that wakes it. Loops that share one listening connection are given a ``wake``
    instead, which the owner of that connection sets. A failure that passes by itself is logged and the work is tried
    again with growing pauses. So is any other database error, as one loop with a wrong statement must not stop the
    relay and the consumer. Any other exception ends the process.
    """

    def __init__(
        self,
        name: str,
        work: Callable[[], Awaitable[bool]],
        *,
        db: Database,
        poll_seconds: float,
        channel: str | None = None,
        wake: Wake | None = None,
        stuck_seconds: float = STUCK_SECONDS,
        backoff: Backoff | None = None,
    ) -> None:
        self._name = name
        self._work = work
        self._db = db
        self._poll_seconds = poll_seconds
        self._channel = channel
        self._wake = wake or Wake()
        self._stuck_seconds = stuck_seconds
        self._backoff = backoff or Backoff(first=0.5, most=10.0)
        self._busy_since: float | None = None

    def progress(self) -> None:
        """Called by work with many steps when one step has ended."""
        self._busy_since = time.monotonic()

    def stuck(self) -> str | None:
        """For liveness: why the loop hangs, or None. A loop that waits or fails does not hang, as a restart would not
        help.
        """
        since = self._busy_since
        idle = 0.0 if since is None else time.monotonic() - since
        return f"no step of {self._name} ended for {idle:.0f} s" if idle > self._stuck_seconds else None

    async def run(self, stop: asyncio.Event) -> None:
        """Work until ``stop`` is set; a call of ``work`` under way is finished first."""
        failures = 0
        async with self._woken() as wake:
            while not stop.is_set():
                try:
                    worked = await self._turn()
                except Exception as failure:
                    if not self._rides_out(failure):
                        raise
                    failures += 1
                    self._log_failure(failure, failures)
                    await pause(stop, self._backoff.seconds(failures))
                    continue
                failures = 0
                if not worked:
                    await _wait(wake, stop, self._poll_seconds)

    async def _turn(self) -> bool:
        self.progress()
        try:
            return await self._work()
        finally:
            self._busy_since = None

    @staticmethod
    def _rides_out(failure: Exception) -> bool:
        return passes(failure) or isinstance(failure, DBAPIError)

    def _log_failure(self, failure: Exception, failures: int) -> None:
        write = _log.warning if passes(failure) else _log.error
        write("loop.failed", loop=self._name, failures=failures, failure=describe_failure(failure))

    @asynccontextmanager
    async def _woken(self) -> AsyncIterator[Wake]:
        if self._channel is None:
            yield self._wake
            return
        async with listen(self._db, self._channel) as wake:
            yield wake


async def _wait(wake: Wake, stop: asyncio.Event, seconds: float) -> None:
    """Wait until woken, stopped, or ``seconds`` have passed."""
    waiting = {asyncio.create_task(wake.wait(seconds)), asyncio.create_task(stop.wait())}
    try:
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
