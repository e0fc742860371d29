"""A server on a real socket that answers by a script, to simulate rare faults of a service or a network."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Say:
    """An answer."""

    status: int = 200
    body: Any = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Cut:
    """The server ends the connection after ``after`` bytes of the request's body."""

    after: int = 0


@dataclass(frozen=True)
class Asked:
    """A request as it arrived; ``body`` holds the part that was read."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Script:
    """The answers, one per request (the last one is repeated), and the requests."""

    steps: list[Say | Cut]
    address: str = ""
    asked: list[Asked] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await _head(reader):
                await self._answer(head, reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _answer(
        self, head: tuple[str, str, dict[str, str]], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        step = self.steps.pop(0) if len(self.steps) > 1 else self.steps[0]
        length = int(head[2].get("content-length", 0))
        taken = min(length, step.after) if isinstance(step, Cut) else length
        self.asked.append(Asked(*head, await reader.readexactly(taken)))
        if isinstance(step, Cut):
            writer.transport.abort()
            raise ConnectionResetError
        body = json.dumps(step.body).encode()
        headers = {"Content-Type": "application/json", "Content-Length": str(len(body)), **step.headers}
        lines = [f"HTTP/1.1 {step.status} Status", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
        writer.write("\r\n".join(lines).encode() + body)
        await writer.drain()


async def _head(reader: asyncio.StreamReader) -> tuple[str, str, dict[str, str]] | None:
    line = (await reader.readline()).decode().split()
    if not line:
        return None
    headers = {}
    while text := (await reader.readline()).decode().strip():
        name, _, value = text.partition(":")
        headers[name.lower()] = value.strip()
    return line[0], line[1], headers


@asynccontextmanager
async def scripted(steps: Sequence[Say | Cut]) -> AsyncIterator[Script]:
    """Serve the script on a free port."""
    script = Script(list(steps))
    server = await asyncio.start_server(script.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    script.address = f"http://127.0.0.1:{port}"
    async with server:
        yield script
