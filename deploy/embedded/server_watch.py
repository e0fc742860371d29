"""Watches the database server: it is restarted after it has ended, and when it does not answer.

The services continue meanwhile. A server that does not start (because of a full disk, say) is tried again with growing
waits. Each try reports the reason and the path of the server's log. When the cause is removed, the next try succeeds.
"""

import asyncio
import itertools
import time
from collections.abc import Callable

import asyncpg

from deploy.embedded.postgres import EmbeddedPostgres
from deploy.embedded.settings import EmbeddedSettings
from libs.shared.base.errors import Problem

LOOK_SECONDS = 0.5
WELL_SECONDS = 60.0
"""After a server has run this long, the waits begin with the shortest again."""
PRUNE_SECONDS = 60.0


async def answers(address: str, seconds: float) -> bool:
    """Whether the server answers a query on a new connection within ``seconds``. A refusal by the server is an answer
    too.
    """
    try:
        async with asyncio.timeout(seconds):
            connection = await asyncpg.connect(address, timeout=seconds)
            try:
                await connection.execute("SELECT 1")
            finally:
                connection.terminate()
    except asyncpg.PostgresError:
        return True  # for example "starting up" after a crash, or "too many clients"
    except (OSError, TimeoutError, asyncpg.InterfaceError, asyncpg.InternalClientError):
        return False
    return True


class ServerWatch:
    """Watches a server that was started. ``restarts`` is the number of restarts."""

    def __init__(self, server: EmbeddedPostgres, settings: EmbeddedSettings, report: Callable[[str], None]) -> None:
        self._server = server
        self._settings = settings
        self._report = report
        self._working: asyncio.Task[None] | None = None
        self.restarts = 0

    async def run(self) -> None:
        """Watch until cancelled."""
        address, log, short = self._server.superuser_dsn(), self._server.log_directory, 0
        while True:
            began = time.monotonic()
            trouble = await self._trouble(address)
            short = short + 1 if time.monotonic() - began < WELL_SECONDS else 0
            self._report(f"the database server {trouble}; it is started again (its log: {log})")
            if short > 1:
                await asyncio.sleep(self._pause(short))
            await self._start_again()
            self.restarts += 1
            self._report("the database server is up again")

    async def close(self) -> None:
        """Make a running start give up, and wait for it; ``run`` has been cancelled."""
        self._server.give_up()
        if self._working is not None:
            await asyncio.gather(self._working, return_exceptions=True)

    async def _trouble(self, address: str) -> str:
        failures, asked, pruned = 0, time.monotonic(), 0.0
        while failures < self._settings.server_failures:
            await asyncio.sleep(min(LOOK_SECONDS, self._settings.server_period))
            if not self._server.alive:
                return "has ended"
            if time.monotonic() - asked >= self._settings.server_period:
                failures = 0 if await answers(address, self._settings.server_answer) else failures + 1
                asked = time.monotonic()
            if time.monotonic() - pruned >= PRUNE_SECONDS:
                await asyncio.to_thread(self._server.prune_logs, self._settings.logs_kept)
                pruned = time.monotonic()
        return "does not answer" if self._server.alive else "has ended"

    async def _start_again(self) -> None:
        for attempt in itertools.count(1):
            # A thread cannot be cancelled; `close` waits for it.
            self._working = asyncio.create_task(asyncio.to_thread(self._server.start_again))
            try:
                await asyncio.shield(self._working)
            except Exception as failure:
                said = (
                    failure.messages["en"] if isinstance(failure, Problem) else f"{type(failure).__name__}: {failure}"
                )
                pause = self._pause(attempt)
                log = self._server.log_directory
                self._report(f"the database server does not start: {said} (its log: {log}); again in {pause:.0f} s")
                await asyncio.sleep(pause)
            else:
                return

    def _pause(self, attempt: int) -> float:
        return min(self._settings.retry_most, 2.0 ** min(attempt, 10))
