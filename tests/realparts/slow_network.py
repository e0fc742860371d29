"""A proxy between a client and a Kafka broker that can hold a produce request and deliver it later.

A request that a client has sent may stay in sockets, switches and queues, and reach the broker after the client is
gone. So a request that is held here is delivered even if the client has closed its connection.
"""

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

PRODUCE = 0
"""Kafka's number of the request; it stands in the first two bytes after the length."""


@dataclass
class SlowNetwork:
    """Forwards ``port`` of 127.0.0.1 to the broker's ``target`` port, request by request."""

    port: int
    target: int
    holding: bool = False
    held: asyncio.Event = field(default_factory=asyncio.Event)
    let_go: asyncio.Event = field(default_factory=asyncio.Event)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    """The broker has answered the held request, or closed the connection because of it."""

    async def connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one client."""
        broker, to_broker = await asyncio.open_connection("127.0.0.1", self.target)
        late = asyncio.Event()
        back = asyncio.create_task(self._answers(broker, writer, late))
        with suppress(asyncio.IncompleteReadError, OSError, asyncio.CancelledError):
            while True:
                length = await reader.readexactly(4)
                request = await reader.readexactly(struct.unpack(">i", length)[0])
                if self.holding and struct.unpack(">h", request[:2])[0] == PRODUCE:
                    self.held.set()
                    await self.let_go.wait()
                    late.set()
                to_broker.write(length + request)
                await to_broker.drain()
        if late.is_set():
            await self.arrived.wait()
        back.cancel()
        to_broker.close()
        writer.close()

    async def _answers(self, broker: asyncio.StreamReader, writer: asyncio.StreamWriter, late: asyncio.Event) -> None:
        while piece := await broker.read(65536):
            if late.is_set():
                self.arrived.set()
            with suppress(OSError):  # the client has gone
                writer.write(piece)
                await writer.drain()
        self.arrived.set()

    async def recover(self) -> None:
        """Deliver the held request, and wait until the broker has answered it or closed the connection."""
        self.holding = False
        self.let_go.set()
        async with asyncio.timeout(30):
            await self.arrived.wait()


@asynccontextmanager
async def slow_network(port: int, target: int) -> AsyncIterator[SlowNetwork]:
    """The proxy, which accepts connections inside the block."""
    network = SlowNetwork(port, target)
    server = await asyncio.start_server(network.connect, "127.0.0.1", port)
    try:
        yield network
    finally:
        server.close()
