"""Bad connections of every kind to a real server: each is ended, and good ones are answered meanwhile."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

import pytest
import uvicorn
from fastapi import FastAPI, Request
from starlette.responses import StreamingResponse
from starlette.types import ASGIApp

from libs.shared.observability.metrics import Metrics
from libs.shared.operations.health import Readiness
from libs.shared.web.connections import ConnectionLimits
from libs.shared.web.limits import BodyLimit
from libs.shared.web.server import make_server

LIMITS = ConnectionLimits(connections=8, head_seconds=0.5, write_seconds=0.5)
HALF = b"POST /v1/imports HTTP/1.1\r\nHost: x\r\nX-a: "
DEADLINE = 20.0


@dataclass
class Served:
    """A server in this process, and the event that its routes wait for."""

    go_on: asyncio.Event = field(default_factory=asyncio.Event)
    metrics: Metrics = field(default_factory=lambda: Metrics(process=False))
    under_way: int = 0
    port: int = 0
    server: uvicorn.Server | None = None

    @property
    def open(self) -> int:
        assert self.server is not None
        return len(self.server.server_state.connections)

    def ended(self, cause: str) -> float:
        return self.metrics.registry.get_sample_value("skoleloeft_ended_connections_total", {"cause": cause}) or 0.0

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self.port)

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(DEADLINE):
            while not holds():  # noqa: ASYNC110 - the server sends no event
                await asyncio.sleep(0.02)

    async def ask(self, path: str = "/quick") -> bytes:
        reader, writer = await self.connect()
        writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        async with asyncio.timeout(DEADLINE):
            answer = await reader.read()
        writer.close()
        return answer


def app_of(served: Served) -> FastAPI:
    app = FastAPI()

    @app.get("/quick")
    async def quick() -> str:
        return "here"

    @app.get("/slow")
    async def slow() -> str:
        served.under_way += 1
        await served.go_on.wait()
        return "done"

    @app.get("/large")
    async def large() -> StreamingResponse:
        async def parts() -> AsyncIterator[bytes]:
            for _ in range(1000):
                yield b"x" * 65_536

        return StreamingResponse(parts())

    @app.post("/refused")
    async def refused() -> str:
        return "no"

    @app.post("/read")
    async def read(request: Request) -> int:
        return len(await request.body())

    return app


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    async with serving(lambda app: app) as found:
        yield found


@asynccontextmanager
async def serving(wrapped: Callable[[ASGIApp], ASGIApp]) -> AsyncIterator[Served]:
    found = Served()
    server = make_server(
        wrapped(app_of(found)),
        host="127.0.0.1",
        port=0,
        readiness=Readiness(),
        grace_seconds=1,
        limits=LIMITS,
        metrics=found.metrics,
    )
    found.server = server
    task = asyncio.create_task(uvicorn.Server._serve(server))
    await found.until(lambda: server.started)
    found.port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield found
    finally:
        found.go_on.set()
        server.should_exit = True
        await asyncio.wait_for(task, DEADLINE)


async def test_a_head_that_does_not_come_whole_is_ended_though_it_drips(served: Served) -> None:
    opened = [await served.connect() for _ in range(4)]
    for _, writer in opened:
        writer.write(HALF)
    dripping = opened[0][1]

    async def drip() -> None:
        while True:
            dripping.write(b"a")
            await asyncio.sleep(0.05)

    task = asyncio.create_task(drip())
    await served.until(lambda: served.ended("head") == 4)
    task.cancel()
    assert served.open == 0
    for reader, writer in opened:
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await asyncio.wait_for(reader.readexactly(1), DEADLINE)
        writer.close()


async def test_half_sent_heads_keep_nobody_out(served: Served) -> None:
    opened = []
    for _ in range(30):
        opened.append(await served.connect())
        opened[-1][1].write(HALF)
    assert b"here" in await served.ask()
    assert served.open <= LIMITS.connections
    assert served.ended("crowd") > 0
    for _, writer in opened:
        writer.close()


async def test_more_requests_at_once_than_connections_are_told_to_come_again(served: Served) -> None:
    asking = [asyncio.create_task(served.ask("/slow")) for _ in range(LIMITS.connections)]
    await served.until(lambda: served.under_way == LIMITS.connections)
    refused = await served.ask()
    assert refused.startswith(b"HTTP/1.1 503")
    assert b"Retry-After: 5" in refused
    served.go_on.set()
    assert all(b"done" in answer for answer in await asyncio.gather(*asking))
    assert b"here" in await served.ask()


async def test_an_answer_that_nobody_reads_is_ended(served: Served) -> None:
    _, writer = await served.connect()
    writer.write(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
    await served.until(lambda: served.ended("unread") == 1)
    await served.until(lambda: served.open == 0)
    writer.close()


async def test_the_rest_of_a_body_after_its_answer_has_an_end(served: Served) -> None:
    reader, writer = await served.connect()
    writer.write(b"POST /refused HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n")
    assert (await asyncio.wait_for(reader.readline(), DEADLINE)).startswith(b"HTTP/1.1 200")

    async def drip() -> None:
        while True:
            writer.write(b"a")
            await asyncio.sleep(0.05)

    task = asyncio.create_task(drip())
    await served.until(lambda: served.open == 0)
    task.cancel()
    writer.close()


async def test_a_body_in_crumbs_is_ended_and_one_in_lines_is_taken(served: Served) -> None:
    head = b"POST /read HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    reader, writer = await served.connect()
    writer.write(head + b"20\r\n6101120008;2022-09-05;illness;1\n\r\n" * 5_000 + b"0\r\n\r\n")
    assert b"160000" in await asyncio.wait_for(reader.read(), DEADLINE)
    writer.close()
    reader, writer = await served.connect()
    writer.write(head)

    async def crumble() -> None:
        while True:
            writer.write(b"1\r\nx\r\n" * 5_000)
            await writer.drain()

    with pytest.raises(ConnectionError):
        await asyncio.wait_for(crumble(), 60)
    assert served.ended("crumbs") == 1


async def test_a_connection_that_is_kept_waits_longer_for_its_next_request_than_a_head_may_take(
    served: Served,
) -> None:
    reader, writer = await served.connect()
    for _ in range(2):
        writer.write(b"GET /quick HTTP/1.1\r\nHost: x\r\n\r\n")
        assert (await asyncio.wait_for(reader.readuntil(b'"here"'), DEADLINE)).startswith(b"HTTP/1.1 200")
        await asyncio.sleep(LIMITS.head_seconds * 1.5)
    writer.close()
    assert served.ended("head") == 0


async def test_a_body_that_ceases_to_come_is_answered_408_and_one_that_waits_for_us_is_not() -> None:
    def limited(app: ASGIApp) -> ASGIApp:
        return BodyLimit(app, max_bytes=10**6, still_seconds=0.3)

    async with AsyncExitStack() as stack:
        served = await stack.enter_async_context(serving(limited))
        reader, writer = await served.connect()
        writer.write(b"POST /read HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nhalf")
        answer = await asyncio.wait_for(reader.read(), DEADLINE)
        assert answer.startswith(b"HTTP/1.1 408")
        writer.close()
        reader, writer = await served.connect()
        writer.write(b"POST /read HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 4\r\n\r\nbody")
        assert (await asyncio.wait_for(reader.read(), DEADLINE)).endswith(b"4")
        writer.close()
