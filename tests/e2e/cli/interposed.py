"""A proxy between the command line and a service that fails once, at a chosen moment."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

TOO_MANY = b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


@dataclass
class Network:
    """Forwards bytes to the service. The first connection that has sent more than ``cut_after`` bytes is ended; the
    first ``too_many`` uploads are answered 429. ``uploads`` holds the heads of all uploads.
    """

    port: int
    cut_after: int | None = None
    too_many: int = 0
    address: str = ""
    uploads: list[str] = field(default_factory=list)
    cuts: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        up_reader, up_writer = await asyncio.open_connection("127.0.0.1", self.port)
        down = asyncio.create_task(_copy(up_reader, writer))
        try:
            await self._upwards(reader, up_writer, writer)
        except ConnectionError:
            pass
        finally:
            up_writer.close()
            await asyncio.gather(down, return_exceptions=True)
            writer.close()

    async def _upwards(
        self, reader: asyncio.StreamReader, up: asyncio.StreamWriter, down: asyncio.StreamWriter
    ) -> None:
        sent = 0
        while piece := await reader.read(16 * 1024):
            if piece.startswith(b"POST /v1/imports"):
                self.uploads.append(piece.partition(b"\r\n\r\n")[0].decode())
                if self.too_many:
                    self.too_many -= 1
                    down.write(TOO_MANY)
                    await down.drain()
                    raise ConnectionResetError
            sent += len(piece)
            up.write(piece)
            await up.drain()
            if self.cut_after is not None and sent > self.cut_after:
                self.cut_after = None
                self.cuts += 1
                down.transport.abort()
                raise ConnectionResetError


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while piece := await reader.read(16 * 1024):
            writer.write(piece)
            await writer.drain()
    except ConnectionError:
        pass


@asynccontextmanager
async def interposed(port: int, *, cut_after: int | None = None, too_many: int = 0) -> AsyncIterator[Network]:
    """A proxy for the service on that port."""
    network = Network(port, cut_after, too_many)
    server = await asyncio.start_server(network.serve, "127.0.0.1", 0)
    network.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield network
