"""Hostile bodies against a running service, while three things are watched: its memory, whether it answers, and how
long another municipality's small file takes.
"""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from threading import Event
from uuid import uuid4

import httpx

from benchmarks.hostile_bodies import Hostile, Way
from benchmarks.memory import proportional_set_size

FINAL = frozenset({"completed", "rejected", "failed", "cancelled"})
LOOK_SECONDS = 0.1
MEMORY_SECONDS = 0.2
PIECE = 256 * 1024
BODY_SECONDS = 120.0
"""No answer takes so long; a connection that is held is given up by then as well."""


@dataclass
class Seen:
    """What was seen while bodies came: the most memory (bytes), the slowest look at whether it lives and each small file
    (seconds), how the bodies were answered, and how long each took that was not held (seconds).
    """

    memory: int = 0
    live: float = 0.0
    small: list[float] = field(default_factory=list)
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
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"


async def in_turn(target: Target, bodies: Sequence[Hostile]) -> Seen:
    """One after the other. One that is only held stays open while the next ones come, as nobody waits for it."""
    async with _watching(target) as seen, asyncio.TaskGroup() as held:
        for number, body in enumerate(bodies):
            sending = held.create_task(_send(target, body, number, seen))
            if body.way not in (Way.HELD, Way.HEAD):
                await sending
    return seen


async def at_once(target: Target, bodies: Sequence[Hostile]) -> Seen:
    """All together."""
    async with _watching(target) as seen, asyncio.TaskGroup() as group:
        for number, body in enumerate(bodies):
            group.create_task(_send(target, body, number, seen))
    return seen


@asynccontextmanager
async def _watching(target: Target) -> AsyncIterator[Seen]:
    seen, stop = Seen(), Event()
    # In a thread and a loop of their own: what sending costs this process must not be taken for the service's time.
    watched = asyncio.create_task(asyncio.to_thread(asyncio.run, _watch(target, seen, stop)))
    try:
        yield seen
    finally:
        stop.set()
        await watched


async def _watch(target: Target, seen: Seen, stop: Event) -> None:
    async with asyncio.TaskGroup() as group:
        for watch in (_memory, _live, _small):
            group.create_task(watch(target, seen, stop))


async def _memory(target: Target, seen: Seen, stop: Event) -> None:
    while not stop.is_set():
        seen.memory = max(seen.memory, proportional_set_size(target.pid()))
        await asyncio.sleep(MEMORY_SECONDS)


async def _live(target: Target, seen: Seen, stop: Event) -> None:
    """As the kubelet asks: over a new connection each time."""
    while not stop.is_set():
        began = time.perf_counter()
        async with httpx.AsyncClient(timeout=BODY_SECONDS) as client:
            (await client.get(f"{target.url}/health/live")).raise_for_status()
        seen.live = max(seen.live, time.perf_counter() - began)
        await asyncio.sleep(LOOK_SECONDS)


async def _small(target: Target, seen: Seen, stop: Event) -> None:
    """A file of the neighbour's, sent again and again under new keys; at least one is seen to its end."""
    async with httpx.AsyncClient(base_url=target.url, timeout=BODY_SECONDS) as client:
        while not stop.is_set() or not seen.small:
            began = time.perf_counter()
            await _until_final(client, target)
            seen.small.append(time.perf_counter() - began)
            await asyncio.sleep(1)


async def _until_final(client: httpx.AsyncClient, target: Target) -> None:
    code, token = target.neighbour
    client.headers["Authorization"] = f"Bearer {token}"
    answer = await client.post(
        "/v1/imports",
        params={"kind": "absence", "municipality": code},
        headers={"Idempotency-Key": str(uuid4()), "Content-Type": "text/csv"},
        content=target.small,
    )
    answer.raise_for_status()
    where = answer.headers["Location"]
    async with asyncio.timeout(BODY_SECONDS):
        while answer.json()["state"] not in FINAL:
            await asyncio.sleep(LOOK_SECONDS)
            answer = (await client.get(where)).raise_for_status()


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
