"""LISTEN as a wake-up for waiting members. It makes the log fast; polling is what makes it sure."""

import asyncio
from contextlib import suppress
from typing import Any

import asyncpg

from libs.shared.eventlog.port import LogUnavailable
from libs.shared.eventlog.postgres.connection import Connections

CHANNEL = "skoleloeft_eventlog"
RECONNECT_SECONDS = 2.0


class News:
    """One listening connection for all members of a log; each waits for what concerns it.

    A payload is ``t:<topic>`` for new records and ``g:<group>`` for a change among a group's members.
    """

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._waiting: dict[asyncio.Event, frozenset[str]] = {}
        self._task: asyncio.Task[None] | None = None

    def subscribe(self, *payloads: str) -> asyncio.Event:
        """An event that is set when one of ``payloads`` comes; the caller clears it."""
        event = asyncio.Event()
        self._waiting[event] = frozenset(payloads)
        if self._task is None:
            self._task = asyncio.create_task(self._keep(), name="eventlog-listen")
        return event

    def unsubscribe(self, event: asyncio.Event) -> None:
        """Nobody waits there any more."""
        self._waiting.pop(event, None)

    def _tell(self, payload: object) -> None:
        for event, payloads in self._waiting.items():
            if payload in payloads:
                event.set()

    async def _keep(self) -> None:
        while True:
            with suppress(LogUnavailable, OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
                await self._listen()
            await asyncio.sleep(RECONNECT_SECONDS)

    async def _listen(self) -> None:
        connection = await self._connections.dedicated()
        try:
            lost = asyncio.Event()
            connection.add_termination_listener(lambda _: lost.set())

            def heard(_connection: Any, _pid: int, _channel: str, payload: object) -> None:
                self._tell(payload)

            await connection.add_listener(CHANNEL, heard)
            for event in self._waiting:  # something may have been written while nobody listened
                event.set()
            await lost.wait()
        finally:
            connection.terminate()

    async def close(self) -> None:
        """Stop listening."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
