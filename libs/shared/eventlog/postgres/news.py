"""LISTEN as a wake-up for waiting members. It reduces delays; polling is the guarantee."""

import asyncio
from contextlib import suppress

from libs.shared.db.listen import keep_listening
from libs.shared.eventlog.postgres.connection import Connections

CHANNEL = "skoleloeft_eventlog"


class News:
    """One listening connection for all members of a log; each waits for its own notifications.

    A payload is ``t:<topic>`` for new records and ``g:<group>`` for a change among the members of a group.
    """

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._waiting: dict[asyncio.Event, frozenset[str]] = {}
        self._task: asyncio.Task[None] | None = None

    def subscribe(self, *payloads: str) -> asyncio.Event:
        """An event that is set when a notification with one of ``payloads`` arrives; the caller clears it."""
        event = asyncio.Event()
        self._waiting[event] = frozenset(payloads)
        if self._task is None:
            keeping = keep_listening(self._connections.dedicated, CHANNEL, heard=self._wake, began=self._wake_all)
            self._task = asyncio.create_task(keeping, name="eventlog-listen")
        return event

    def unsubscribe(self, event: asyncio.Event) -> None:
        """Stop setting the event."""
        self._waiting.pop(event, None)

    def _wake(self, payload: str) -> None:
        for event, payloads in self._waiting.items():
            if payload in payloads:
                event.set()

    def _wake_all(self) -> None:
        for event in self._waiting:
            event.set()

    async def close(self) -> None:
        """Stop listening."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
