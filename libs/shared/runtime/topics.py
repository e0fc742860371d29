"""Makes the consumer wait for its topics: on a new cluster a separate command creates them, perhaps later.

The process must not end instead, because then imports would stop too.
"""

import asyncio
import time
from collections.abc import Sequence

from libs.shared.base.tellable import Tellable
from libs.shared.eventlog.port import EventLog, LogUnavailable, UnknownTopic
from libs.shared.events.backoff import pause
from libs.shared.observability.logs import get_logger
from libs.shared.operations.health import LOG_AGAIN_SECONDS
from libs.shared.runtime.service import Loop

ASK_SECONDS = 2.0

_log = get_logger("skoleloeft.process")


class TopicsMissing(Tellable):
    """Topics that this service subscribes to are not on the log; ``topics apply`` makes them."""


class Topics:
    """The topics of one group, checked until all exist."""

    def __init__(self, log: EventLog, topics: Sequence[str]) -> None:
        self._eventlog = log
        self._topics = topics
        self._missing: str | None = None

    async def check(self) -> None:
        """For readiness. Raises ``TopicsMissing`` if the loop's last check found that topics are missing."""
        if self._missing is not None:
            raise TopicsMissing(f"not on the event log: {self._missing}; run topics apply")

    def then(self, loop: Loop) -> Loop:
        """A loop that runs ``loop`` when all topics exist; it ends at once if the process stops before."""

        async def run(stop: asyncio.Event) -> None:
            logged: float | None = None
            while not stop.is_set() and not await self._all_there():
                now = time.monotonic()
                if self._missing is not None and (logged is None or now - logged >= LOG_AGAIN_SECONDS):
                    logged = now
                    _log.warning("process.topics_missing", topics=self._missing)
                await pause(stop, ASK_SECONDS)
            if not stop.is_set():
                await loop(stop)

        return run

    async def _all_there(self) -> bool:
        try:
            await self._eventlog.end_offsets(self._topics)
        except UnknownTopic as missing:
            self._missing = str(missing)
            return False
        except LogUnavailable:  # the relay and readiness report it
            return False
        self._missing = None
        return True
