"""The loops of a deployment besides its children: the watchers, and the hourly housekeeping.

No loop ends because of a failure, as its target would then no longer be watched and nobody would notice. Each failure
is reported and the loop continues.
"""

import asyncio
from collections.abc import Callable, Coroutine

import httpx

from deploy.embedded.children import Child
from deploy.embedded.live_watch import watch_live
from deploy.embedded.logs import Logs
from deploy.embedded.postgres import EmbeddedPostgres
from deploy.embedded.server_watch import ServerWatch
from deploy.embedded.settings import EmbeddedSettings
from libs.shared.eventlog.factory import open_event_log
from libs.shared.eventlog.port import EventLogError
from libs.shared.eventlog.postgres import PostgresEventLog

COMPACT_SECONDS = 3600.0
AGAIN_SECONDS = 5.0

Loop = Callable[[], Coroutine[None, None, None]]


class Supervision:
    """The loops of one deployment; ``report`` takes a line for people."""

    def __init__(self, settings: EmbeddedSettings, report: Callable[[str], None]) -> None:
        self._settings = settings
        self._report = report
        self._tasks: list[asyncio.Task[None]] = []
        # Connections are not kept: one to an ended process would count as a failure of its successor.
        self._client = httpx.AsyncClient(limits=httpx.Limits(max_keepalive_connections=0))
        self._server: ServerWatch | None = None

    def watch_server(self, server: EmbeddedPostgres) -> None:
        """Keep the database server running; see ``server_watch``."""
        self._server = ServerWatch(server, self._settings, self._report)
        self._begin("database server", self._server.run)

    def watch_logs(self, logs: Logs) -> None:
        """Keep the process running that writes the children's logs."""
        self._begin("logs", lambda: logs.watch(self._report))

    def watch_child(self, child: Child, live: str | None) -> None:
        """Restart the child when it ends, and end it when the address ``live`` shows that it hangs."""
        self._begin(child.name, lambda: child.watch(self._report))
        if live is not None:
            self._begin(
                f"{child.name} live",
                lambda: watch_live(child, live, self._client, self._settings, self._report),
            )

    def compact(self, bus: str) -> None:
        """Remove hourly the records that retention and compaction of the embedded log allow to remove."""
        self._begin("compaction", lambda: self._compact(bus))

    async def close(self) -> None:
        """End all loops, and wait for a running start of the server."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._server is not None:
            await self._server.close()
        await self._client.aclose()

    def _begin(self, name: str, loop: Loop) -> None:
        self._tasks.append(asyncio.create_task(self._keep(name, loop), name=name))

    async def _keep(self, name: str, loop: Loop) -> None:
        while True:
            try:
                return await loop()
            except Exception as failure:
                self._report(f"watching {name} failed ({type(failure).__name__}: {failure}) and goes on")
                await asyncio.sleep(AGAIN_SECONDS)

    async def _compact(self, bus: str) -> None:
        while True:
            await asyncio.sleep(COMPACT_SECONDS)
            log = open_event_log(bus, client_id="embedded-compact")
            try:
                await log.start()
                if isinstance(log, PostgresEventLog):
                    await log.compact()
            except EventLogError as failure:
                self._report(f"the event log was not compacted: {type(failure).__name__}; tried again in an hour")
            finally:
                await log.close()
