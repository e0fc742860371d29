"""A proxy for PostgreSQL that can fall silent: it then neither delivers data nor closes connections."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from sqlalchemy import make_url


@dataclass
class Network:
    """The proxy. ``address`` turns an address of the server into one through the proxy."""

    port: int = 0
    _silent: set[int] = field(default_factory=set)
    _connections: int = 0
    _new_are_silent: bool = False

    def address(self, url: str) -> str:
        through = make_url(url).set(host="127.0.0.1", port=self.port)
        return through.render_as_string(hide_password=False)

    def fall_silent(self, *, new_too: bool = False) -> None:
        """Deliver nothing more on the existing connections, and with ``new_too`` on new ones either."""
        self._silent.update(range(self._connections))
        self._new_are_silent = new_too

    def recover(self) -> None:
        """Let new connections work again; the others stay silent, as after a failover to another machine."""
        self._new_are_silent = False

    @property
    def connections(self) -> int:
        """The number of connections so far."""
        return self._connections

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, host: str, port: int) -> None:
        number, self._connections = self._connections, self._connections + 1
        if self._new_are_silent:
            self._silent.add(number)
        there, back = await asyncio.open_connection(host, port)

        async def pump(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
            while data := await source.read(65536):
                if number in self._silent:
                    await asyncio.Event().wait()
                target.write(data)
                await target.drain()
            if number not in self._silent:
                target.close()

        await asyncio.gather(pump(reader, back), pump(there, writer), return_exceptions=True)


@asynccontextmanager
async def network_to(url: str) -> AsyncIterator[Network]:
    """A proxy to the server in this address."""
    server, network, carrying = make_url(url), Network(), set[asyncio.Task[None]]()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            carrying.add(task)
        with suppress(asyncio.CancelledError):
            await network.carry(reader, writer, str(server.host), int(server.port or 5432))
        writer.transport.abort()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    network.port = listening.sockets[0].getsockname()[1]
    try:
        yield network
    finally:
        listening.close()
        for task in carrying:
            task.cancel()
        await asyncio.gather(*carrying, return_exceptions=True)
