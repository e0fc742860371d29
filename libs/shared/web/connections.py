"""Limits for connections that uvicorn's protocol does not have: how long each state may last, and how many there are.

There is a time limit for a request head that is not complete, for the rest of a body whose request was answered, for an
answer that nobody reads, and for a body that comes a few bytes at a time. The number of connections is limited, too: a
new one takes the place of the one that has waited longest for a request, so that half-sent requests keep nobody out.
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
"""A chunked body may have so many CRLF, and then one for so many bytes. Two belong to each chunk, which costs some
microseconds however small it is: in chunks of a short line there is one for 15 bytes, in chunks of one byte for three.
"""
_FULL = (
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nConnection: close\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\nContent-Length: 20\r\n\r\ntoo many connections"
)


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """``head_seconds``: for a request's head to come whole, and for what is left of a body when it was answered.
    ``write_seconds``: for the other side to read on. ``connections``: at once, in one server.
    """

    connections: int = 512
    head_seconds: float = 10.0
    write_seconds: float = 60.0


class Ended(StrEnum):
    """Why this side ended a connection."""

    HEAD = "head"
    UNREAD = "unread"
    CRUMBS = "crumbs"
    CROWD = "crowd"
    FULL = "full"


class Connections:
    """Those of one server that wait for a request, the one that waits longest first."""

    def __init__(self, limits: ConnectionLimits, metrics: Metrics | None = None) -> None:
        self.limits = limits
        self.buffer = memoryview(bytearray(_READ_BYTES))  # filled and emptied within one call, so one is enough
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
        """End the connection that has waited longest, another than the newest; whether there was one."""
        oldest = next((one for one in self._waiting if one is not newest), None)
        if oldest is not None:
            oldest.end(Ended.CROWD)
        return oldest is not None

    def count(self, cause: Ended) -> None:
        """Count a connection that was ended."""
        if self._ended is not None:
            self._ended.labels(cause.value).inc()


class BoundedProtocol(H11Protocol, asyncio.BufferedProtocol):
    """One connection. Its timers are started by what it waits for, and never by what comes."""

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
        """A new connection: it is let in, in another's place if need be, or told that there are too many."""
        super().connection_made(transport)
        if len(self.connections) > self.all.limits.connections and not self.all.make_room(self):
            transport.write(_FULL)
            self.end(Ended.FULL, flush=True)
            return
        self._look()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is gone, whoever ended it."""
        self.all.waits(self, waits=False)
        for timer in (self._head_timer, self._write_timer):
            if timer is not None:
                timer.cancel()
        super().connection_lost(exc)

    def get_buffer(self, sizehint: int) -> memoryview:
        """Where the event loop puts what comes."""
        return self.all.buffer

    def buffer_updated(self, nbytes: int) -> None:
        """So many bytes have come."""
        self.data_received(bytes(self.all.buffer[:nbytes]))

    def data_received(self, data: bytes) -> None:
        """Bytes have come: of a head, of a body, or around it."""
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
        """A request was answered; the next one's head may be there already."""
        super().on_response_complete()
        self._look()

    def pause_writing(self) -> None:
        """The other side does not read."""
        super().pause_writing()
        self._write_timer = self.loop.call_later(self.all.limits.write_seconds, self.end, Ended.UNREAD)

    def resume_writing(self) -> None:
        """It reads again."""
        super().resume_writing()
        if self._write_timer is not None:
            self._write_timer.cancel()
            self._write_timer = None

    def end(self, cause: Ended, *, flush: bool = False) -> None:
        """End the connection, without waiting for anything that the other side would have to do."""
        self.all.waits(self, waits=False)
        if self.transport.is_closing():
            return
        self.all.count(cause)
        if flush:
            self.transport.close()
        else:
            self.transport.abort()

    def _look(self) -> None:
        """Start or stop the timer of the head, by whether a request is under way.

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
    """Uvicorn's configuration as every server of ours has it: our logging and limits, and no word about itself."""
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
