"""A proxy that can fall silent: it accepts data but forwards nothing, and closes nothing."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class SilentNetwork:
    """Forwards connections to 127.0.0.1:``target`` while ``speaking`` is set."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._open: set[asyncio.Event] = set()
        self.speaking = asyncio.Event()
        self.speaking.set()

    @property
    def port(self) -> int:
        assert self._server is not None
        number: int = self._server.sockets[0].getsockname()[1]
        return number

    async def silent(self, seconds: float) -> None:
        """Forward nothing for ``seconds``, and then everything that has waited."""
        self.speaking.clear()
        await asyncio.sleep(seconds)
        self.speaking.set()

    def lose(self) -> int:
        """Let the open connections stay open without ever forwarding again; new ones work. Returns their number."""
        lost, self._open = self._open, set()
        for alive in lost:
            alive.clear()
        return len(lost)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        alive = asyncio.Event()
        alive.set()
        self._open.add(alive)
        try:
            await self.speaking.wait()
            onward, back = await asyncio.open_connection("127.0.0.1", self._target)
            try:
                async with asyncio.TaskGroup() as both:
                    both.create_task(self._pass(reader, back, alive))
                    both.create_task(self._pass(onward, writer, alive))
            finally:
                back.close()
        except* (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            self._open.discard(alive)
            writer.close()

    async def _pass(self, source: asyncio.StreamReader, target: asyncio.StreamWriter, alive: asyncio.Event) -> None:
        while chunk := await source.read(65_536):
            await self.speaking.wait()
            await alive.wait()
            target.write(chunk)
            await target.drain()
        await alive.wait()
        with contextlib.suppress(OSError):
            target.write_eof()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(self._connected(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


@asynccontextmanager
async def silent_network(target: int) -> AsyncIterator[SilentNetwork]:
    """A proxy for a port of this machine."""
    made = SilentNetwork(target)
    await made.start()
    try:
        yield made
    finally:
        await made.close()
