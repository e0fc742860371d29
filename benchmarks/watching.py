"""Watches a running service from another process: its memory, the time until it answers, and the time of a small file
of one municipality. The benchmark's own work does not delay these measurements, because it is in another process.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.synchronize import Event
from uuid import uuid4

import httpx

from benchmarks.memory import proportional_set_size
from libs.shared.client.imports.models import FINAL

LOOK_SECONDS = 0.1
MEMORY_SECONDS = 0.2
PAUSE_SECONDS = 1.0
ANSWER_SECONDS = 120.0
START_SECONDS = 60.0


@dataclass
class Watched:
    """The highest memory (bytes), the slowest answer of ``/health/live`` and the time of each small file (seconds)."""

    memory: int = 0
    live: float = 0.0
    small: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Subject:
    """The service's process and port, the code and token of a municipality, and the file that it sends."""

    pid: int
    port: int
    neighbour: tuple[str, str]
    small: bytes


@asynccontextmanager
async def watching(subject: Subject) -> AsyncIterator[Watched]:
    """Watch from the block's beginning to its end; the yielded object has the measurements after the block."""
    context = get_context("spawn")
    began, stop = context.Event(), context.Event()
    seen = Watched()
    with ProcessPoolExecutor(1, context, _share, (began, stop)) as pool:
        watched = asyncio.wrap_future(pool.submit(_watch, subject))
        try:
            if not await asyncio.to_thread(began.wait, START_SECONDS):
                raise RuntimeError("nobody watches the service")
            yield seen
        finally:
            stop.set()
            found = await watched
            seen.memory, seen.live, seen.small = found.memory, found.live, found.small


_shared: dict[str, Event] = {}
"""Used in the watching process. Its events are passed when it starts, as they cannot be sent to it later."""


def _share(began: Event, stop: Event) -> None:
    _shared.update(began=began, stop=stop)


def _watch(subject: Subject) -> Watched:
    return asyncio.run(_watch_all(subject, _shared["began"], _shared["stop"]))


async def _watch_all(subject: Subject, began: Event, stop: Event) -> Watched:
    seen = Watched()
    began.set()
    async with asyncio.TaskGroup() as group:
        for watch in (_memory, _live, _small):
            group.create_task(watch(subject, seen, stop))
    return seen


async def _memory(subject: Subject, seen: Watched, stop: Event) -> None:
    while not stop.is_set():
        seen.memory = max(seen.memory, proportional_set_size(subject.pid))
        await asyncio.sleep(MEMORY_SECONDS)


async def _live(subject: Subject, seen: Watched, stop: Event) -> None:
    """Ask as the kubelet does, over a new connection each time."""
    while not stop.is_set():
        began = time.perf_counter()
        async with asyncio.timeout(ANSWER_SECONDS):
            reader, writer = await asyncio.open_connection("127.0.0.1", subject.port)
            writer.write(b"GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
            status = await reader.readline()
        seen.live = max(seen.live, time.perf_counter() - began)
        writer.close()
        if b" 200 " not in status:
            raise RuntimeError(f"/health/live answered {status!r}")
        await asyncio.sleep(LOOK_SECONDS)


async def _small(subject: Subject, seen: Watched, stop: Event) -> None:
    """Send the neighbour's file again and again under new keys, at least once until its receipt is final."""
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{subject.port}", timeout=ANSWER_SECONDS) as client:
        while not stop.is_set() or not seen.small:
            began = time.perf_counter()
            await _until_final(client, subject)
            seen.small.append(time.perf_counter() - began)
            await asyncio.sleep(PAUSE_SECONDS)


async def _until_final(client: httpx.AsyncClient, subject: Subject) -> None:
    code, token = subject.neighbour
    client.headers["Authorization"] = f"Bearer {token}"
    answer = await client.post(
        "/v1/imports",
        params={"kind": "absence", "municipality": code},
        headers={"Idempotency-Key": str(uuid4()), "Content-Type": "text/csv"},
        content=subject.small,
    )
    answer.raise_for_status()
    where = answer.headers["Location"]
    async with asyncio.timeout(ANSWER_SECONDS):
        while answer.json()["state"] not in FINAL:
            await asyncio.sleep(LOOK_SECONDS)
            answer = (await client.get(where)).raise_for_status()
