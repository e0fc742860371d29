"""Hostile bodies against a running service that is watched meanwhile."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from uuid import uuid4

from benchmarks.hostile_bodies import Hostile, Way
from benchmarks.watching import Subject, Watched, watching

PIECE = 256 * 1024
BODY_SECONDS = 120.0
"""No answer takes so long; a connection that is held is given up by then as well."""


@dataclass
class Seen:
    """What was seen while bodies came, how they were answered, and how long each took that was not held (seconds)."""

    watched: Watched
    answers: Counter[str] = field(default_factory=Counter)
    took: dict[str, float] = field(default_factory=dict)
    """The slowest of each name."""
    silent: list[str] = field(default_factory=list)
    """Bodies of which nobody said anything, though somebody waited for an answer."""


@dataclass(frozen=True, slots=True)
class Target:
    """The service: where it listens, its process, tokens of hostile municipalities by code, and of the one that sends
    ``small`` (its file and its kind's parameters) meanwhile.
    """

    port: int
    pid: Callable[[], int]
    hostile: dict[str, str]
    neighbour: tuple[str, str]
    small: bytes

    @property
    def subject(self) -> Subject:
        """What is watched, as it runs now."""
        return Subject(self.pid(), self.port, self.neighbour, self.small)


async def in_turn(target: Target, bodies: Sequence[Hostile]) -> Seen:
    """One after the other. One that is only held stays open while the next ones come, as nobody waits for it."""
    async with watching(target.subject) as watched, asyncio.TaskGroup() as held:
        seen = Seen(watched)
        for number, body in enumerate(bodies):
            sending = held.create_task(_send(target, body, number, seen))
            if body.way not in (Way.HELD, Way.HEAD):
                await sending
    return seen


async def at_once(target: Target, bodies: Sequence[Hostile]) -> Seen:
    """All together."""
    async with watching(target.subject) as watched, asyncio.TaskGroup() as group:
        seen = Seen(watched)
        for number, body in enumerate(bodies):
            group.create_task(_send(target, body, number, seen))
    return seen


async def _send(target: Target, body: Hostile, number: int, seen: Seen) -> None:
    code, token = list(target.hostile.items())[number % len(target.hostile)]
    began = time.perf_counter()
    reader, writer = await asyncio.open_connection("127.0.0.1", target.port)
    try:
        async with asyncio.timeout(BODY_SECONDS):
            answer = await _speak(reader, writer, _head(body, code, token), body)
    except TimeoutError:
        seen.silent.append(body.name)
        return
    finally:
        writer.close()
    if body.way is not Way.LEFT:
        seen.answers[answer] += 1
    if body.way is Way.WHOLE:
        seen.took[body.name] = max(seen.took.get(body.name, 0.0), time.perf_counter() - began)


def _head(body: Hostile, code: str, token: str) -> bytes:
    lines = [
        f"POST /v1/imports?kind=absence&municipality={code} HTTP/1.1",
        "Host: 127.0.0.1",
        f"Authorization: Bearer {token}",
        f"Idempotency-Key: {uuid4()}",
        f"Content-Type: {body.media}",
        *(["Content-Encoding: gzip"] if body.packed else []),
        f"Content-Length: {len(body.content)}",
    ]
    return "\r\n".join([*lines, "", ""]).encode()


async def _speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: bytes, body: Hostile) -> str:
    """The status of the answer, or how the connection ended."""
    answered = asyncio.create_task(reader.readline())
    try:
        if body.way is Way.HEAD:
            await _write(writer, head[: len(head) // 2], answered)
        else:
            length = len(body.content) // (1 if body.way is Way.WHOLE else 2)
            await _write(writer, head, answered)
            await _write(writer, body.content[:length], answered)
        if body.way is Way.LEFT:
            answered.cancel()
            return "left"
        line = (await answered).split(b" ")
        return line[1].decode() if len(line) > 1 else "closed"
    except ConnectionError:
        return "closed"


async def _write(writer: asyncio.StreamWriter, content: bytes, answered: "asyncio.Task[bytes]") -> None:
    """Stops when there is an answer, as a client does."""
    view = memoryview(content)
    for start in range(0, len(view), PIECE):
        if answered.done():
            return
        writer.write(view[start : start + PIECE])
        await writer.drain()
