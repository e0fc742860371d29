"""Limits of connections that uvicorn's protocol lacks: a time limit for each state, and the number of connections.

There is a time limit for an incomplete request head, for the rest of a body whose request was answered, for an answer
that is not read, and for a body that arrives a few bytes at a time. The number of connections is limited too: a new one
replaces the one that has waited longest for a request, so that half-sent requests cannot keep others out.
"""

import asyncio
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import uvicorn
from prometheus_client import Counter
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from libs.shared.observability.metrics import Metrics

_READ_BYTES = 32 * 1024
"""The most that is read from a connection in one turn of the event loop, so that other connections get theirs."""
_ENDS = 16_384
_BYTES_PER_END = 10
"""A chunked body may have this many CRLFs, and then one per this many bytes. Each chunk has two and costs some
microseconds, however small it is: chunks of a short line have one CRLF per 15 bytes, chunks of one byte one per three.
"""
_FULL = (
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nConnection: close\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\nContent-Length: 20\r\n\r\ntoo many connections"
)


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """``head_seconds``: for the complete head of a request, and for the rest of a body after the answer.
    ``write_seconds``: for the other side to continue reading. ``connections``: at the same time, in one server.
    """

    connections: int = 512
    head_seconds: float = 10.0
    write_seconds: float = 60.0


class Ended(StrEnum):
    """The reason why this side closed a connection."""

    HEAD = "head"
    UNREAD = "unread"
    CRUMBS = "crumbs"
    CROWD = "crowd"
    FULL = "full"


class Connections:
    """The connections of one server that wait for a request, the longest waiting first."""

    def __init__(self, limits: ConnectionLimits, metrics: Metrics | None = None) -> None:
        self.limits = limits
        self.buffer = memoryview(bytearray(_READ_BYTES))  # filled and emptied within one call, so one buffer is enough
        self._waiting: dict[BoundedProtocol, None] = {}
        self._ended: Counter | None = None
        if metrics is not None:
            self._ended = metrics.counter(
                "skoleloeft_ended_connections", "Connections that the server ended, by cause.", ("cause",)
            )

    def protocol(self) -> type["BoundedProtocol"]:
        """The protocol's class for uvicorn's configuration."""
        return type("ServedProtocol", (BoundedProtocol,), {"all": self})

    def waits(self, one: "BoundedProtocol", *, waits: bool) -> None:
        """Note whether a connection waits for a request."""
        if waits:
            self._waiting.setdefault(one)
        else:
            self._waiting.pop(one, None)

    def make_room(self, newest: "BoundedProtocol") -> bool:
        """Close the connection that has waited longest, but not the newest; returns whether there was one."""
        oldest = next((one for one in self._waiting if one is not newest), None)
        if oldest is not None:
            oldest.end(Ended.CROWD)
        return oldest is not None

    def count(self, cause: Ended) -> None:
        """Count a closed connection."""
        if self._ended is not None:
            self._ended.labels(cause.value).inc()


class BoundedProtocol(H11Protocol, asyncio.BufferedProtocol):
    """One connection. Its timers depend on what it waits for and are not restarted by arriving data."""

    all: Connections

    def __init__(
        self,
        config: uvicorn.Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._head_timer: asyncio.TimerHandle | None = None
        self._write_timer: asyncio.TimerHandle | None = None
        self._ends = 0
        self._came = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as in the base class
        """A new connection: accept it, in place of another one if necessary, or answer that there are too many."""
        super().connection_made(transport)
        if len(self.connections) > self.all.limits.connections and not self.all.make_room(self):
            transport.write(_FULL)
            self.end(Ended.FULL, flush=True)
            return
        self._look()

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is closed, by either side."""
        self.all.waits(self, waits=False)
        for timer in (self._head_timer, self._write_timer):
            if timer is not None:
                timer.cancel()
        super().connection_lost(exc)

    def get_buffer(self, sizehint: int) -> memoryview:
        """The buffer into which the event loop reads."""
        return self.all.buffer

    def buffer_updated(self, nbytes: int) -> None:
        """Process the bytes that have arrived in the buffer."""
        self.data_received(bytes(self.all.buffer[:nbytes]))

    def data_received(self, data: bytes) -> None:
        """Bytes of a head, of a body, or between them have arrived."""
        request = self.cycle
        super().data_received(data)
        if self.cycle is not request:
            self._ends = self._came = 0
        self._ends += data.count(b"\r\n")
        self._came += len(data)
        if self._ends > _ENDS + self._came // _BYTES_PER_END and self._in_chunks():
            self.end(Ended.CRUMBS)
        else:
            self._look()

    def _in_chunks(self) -> bool:
        return self.cycle is not None and any(name == b"transfer-encoding" for name, _ in self.headers)

    def on_response_complete(self) -> None:
        """A request was answered; the next one's head may have arrived already."""
        super().on_response_complete()
        self._look()

    def pause_writing(self) -> None:
        """The other side does not read."""
        super().pause_writing()
        self._write_timer = self.loop.call_later(self.all.limits.write_seconds, self.end, Ended.UNREAD)

    def resume_writing(self) -> None:
        """The other side reads again."""
        super().resume_writing()
        if self._write_timer is not None:
            self._write_timer.cancel()
            self._write_timer = None

    def end(self, cause: Ended, *, flush: bool = False) -> None:
        """Close the connection without waiting for the other side."""
        self.all.waits(self, waits=False)
        if self.transport.is_closing():
            return
        self.all.count(cause)
        if flush:
            self.transport.close()
        else:
            self.transport.abort()

    def _look(self) -> None:
        """Start or stop the timer of the head, depending on whether a request is under way.

        Between two requests the base class has a timer of its own, which ends with the first byte.
        """
        waits = (self.cycle is None or self.cycle.response_complete) and not self.transport.is_closing()
        self.all.waits(self, waits=waits)
        if not waits:
            if self._head_timer is not None:
                self._head_timer.cancel()
                self._head_timer = None
        elif self._head_timer is None and self.timeout_keep_alive_task is None:
            self._head_timer = self.loop.call_later(self.all.limits.head_seconds, self.end, Ended.HEAD)


def bounded_config(app: Any, connections: Connections, **given: Any) -> uvicorn.Config:
    """The uvicorn configuration of every server: our logging and limits, and no Server header."""
    return uvicorn.Config(
        app,
        http=connections.protocol(),
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        ws="none",
        **given,
    )
