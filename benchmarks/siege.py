"""Sends hostile bodies to a running service, and watches the service meanwhile."""

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
"""The longest time to wait for an answer, and to keep a connection that is held."""


@dataclass
class Seen:
    """What was measured while bodies were sent, their answers, and the seconds of each that was sent whole."""

    watched: Watched
    answers: Counter[str] = field(default_factory=Counter)
    took: dict[str, float] = field(default_factory=dict)
    """The slowest of each name."""
    silent: list[str] = field(default_factory=list)
    """Names of the bodies that had no answer within ``BODY_SECONDS``."""


@dataclass(frozen=True, slots=True)
class Target:
    """The service: its port and process, the tokens of the hostile municipalities by code, and the code and token of
    the ``neighbour``, the municipality that sends the file ``small`` meanwhile.
    """

    port: int
    pid: Callable[[], int]
    hostile: dict[str, str]
    neighbour: tuple[str, str]
    small: bytes

    @property
    def subject(self) -> Subject:
        """What is watched, with the process that runs now."""
        return Subject(self.pid(), self.port, self.neighbour, self.small)


async def in_turn(target: Target, bodies: Sequence[Hostile]) -> Seen:
    """Send one after the other. A held connection stays open while the next bodies are sent."""
    async with watching(target.subject) as watched, asyncio.TaskGroup() as held:
        seen = Seen(watched)
        for number, body in enumerate(bodies):
            sending = held.create_task(_send(target, body, number, seen))
            if body.way not in (Way.HELD, Way.HEAD):
                await sending
    return seen


async def at_once(target: Target, bodies: Sequence[Hostile]) -> Seen:
    """Send all bodies at the same time."""
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
    """Write ``content``, and stop early when the server has answered, as a client does."""
    view = memoryview(content)
    for start in range(0, len(view), PIECE):
        if answered.done():
            return
        writer.write(view[start : start + PIECE])
        await writer.drain()
