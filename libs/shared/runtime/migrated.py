"""Makes the worker's loops wait for the migration, as none of them works without its tables."""

import asyncio
import time

from libs.shared.db.revision import Revision
from libs.shared.events.backoff import pause
from libs.shared.observability.failures import describe_failure
from libs.shared.observability.logs import get_logger
from libs.shared.operations.health import LOG_AGAIN_SECONDS, Stuck
from libs.shared.runtime.service import Loop

ASK_SECONDS = 1.0

_log = get_logger("skoleloeft.process")


class Migrated:
    """Waits until the database is at the revision that the program needs."""

    def __init__(self, revision: Revision) -> None:
        self._revision = revision
        self._seen = asyncio.Event()

    async def watch(self, stop: asyncio.Event) -> None:
        """Check the revision until it is reached. Failures are logged at once, then every ``LOG_AGAIN_SECONDS``."""
        logged: float | None = None
        while not stop.is_set():
            try:
                await self._revision.check()
            except Exception as failure:
                now = time.monotonic()
                if logged is None or now - logged >= LOG_AGAIN_SECONDS:
                    logged = now
                    _log.warning("process.waits_for_migration", failure=describe_failure(failure))
                await pause(stop, ASK_SECONDS)
            else:
                self._seen.set()
                if logged is not None:
                    _log.info("process.migrated")
                return

    def then(self, loop: Loop) -> Loop:
        """A loop that runs ``loop`` when the database is migrated; it ends at once if the process stops before."""

        async def run(stop: asyncio.Event) -> None:
            waiting = {asyncio.create_task(self._seen.wait()), asyncio.create_task(stop.wait())}
            try:
                await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in waiting:
                    task.cancel()
            if self._seen.is_set():
                await loop(stop)

        return run

    def watching(self, stuck: Stuck) -> Stuck:
        """A watcher that reports nothing while the loop waits for the migration, as a restart would not help."""
        return lambda: stuck() if self._seen.is_set() else None
