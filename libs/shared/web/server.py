"""Runs an application: a server with limits, which becomes unready before it stops, so that load balancers notice."""

import asyncio
import signal
from types import FrameType
from typing import Any

import uvicorn

from libs.shared.observability.metrics import Metrics
from libs.shared.operations.health import Readiness
from libs.shared.web.connections import ConnectionLimits, Connections, bounded_config

LIMITS = ConnectionLimits()


class DrainingServer(uvicorn.Server):
    """On SIGTERM or SIGINT readiness turns false at once; the server stops ``drain_seconds`` later, so that no more
    requests are sent to it when it closes. A second signal stops it at once.
    """

    def __init__(self, config: uvicorn.Config, readiness: Readiness, drain_seconds: float) -> None:
        super().__init__(config)
        self._readiness = readiness
        self._drain_seconds = drain_seconds
        self._loop: asyncio.AbstractEventLoop | None = None
        self._draining = False

    async def serve(self, sockets: list[Any] | None = None) -> None:
        """Serve until stopped."""
        self._loop = asyncio.get_running_loop()
        await super().serve(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to drain, or stop if already draining (called by the signal).

        The base class would record the signal and raise it again after stopping, which would end the process before the
        other objects are closed; so it is not called.
        """
        self._readiness.drain()
        if self._draining or self._loop is None or self._drain_seconds <= 0:
            self.force_exit = self.should_exit and sig == signal.SIGINT
            self.should_exit = True
            return
        self._draining = True
        loop = self._loop
        loop.call_soon_threadsafe(lambda: loop.call_later(self._drain_seconds, self._stop))

    def _stop(self) -> None:
        self.should_exit = True


def make_server(
    app: Any,
    *,
    host: str,
    port: int,
    readiness: Readiness,
    drain_seconds: float = 0.0,
    grace_seconds: int = 20,
    limits: ConnectionLimits = LIMITS,
    metrics: Metrics | None = None,
) -> DrainingServer:
    """A server for ``await server.serve()``; requests under way get ``grace_seconds`` to finish.

    Logging must be configured before (``configure_logging``); uvicorn's own set-up is left out.
    """
    config = bounded_config(
        app,
        Connections(limits, metrics),
        host=host,
        port=port,
        lifespan="on",
        timeout_graceful_shutdown=grace_seconds,
    )
    return DrainingServer(config, readiness, drain_seconds)
