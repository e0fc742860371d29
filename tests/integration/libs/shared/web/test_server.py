"""The HTTP edge behind a real uvicorn, where behaviour depends on real sockets."""

import asyncio
import io
import json
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import httpx
import pytest
import uvicorn
from fastapi import APIRouter, FastAPI, Request
from starlette.responses import StreamingResponse

from libs.shared.operations.health import Readiness
from libs.shared.web.server import DrainingServer, make_server
from tests.factories.logs import logged
from tests.factories.service import Tokens, app_of

LIMIT = 100_000


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    with logged("things") as stream:
        yield stream


class Running:
    """A served application: its address, its server, and how many bytes a route has read."""

    def __init__(self) -> None:
        self.read = 0
        self.readiness = Readiness(keep=0)
        self.server: DrainingServer | None = None
        self.port = 0

    def app(self) -> FastAPI:
        router = APIRouter()

        @router.post("/v1/imports")
        async def receive(request: Request) -> int:
            self.read = 0
            async for part in request.stream():
                self.read += len(part)
            return self.read

        @router.get("/breaks")
        async def breaks() -> StreamingResponse:
            async def parts() -> AsyncIterator[bytes]:
                yield b"first"
                await asyncio.sleep(0.01)
                raise ValueError("Canary Jensen")

            return StreamingResponse(parts())

        @asynccontextmanager
        async def lifespan(_: FastAPI) -> AsyncIterator[None]:
            self.readiness.started()
            yield

        more = {"readiness": self.readiness, "lifespan": lifespan, "max_import_bytes": LIMIT}
        return app_of("Things", [router], Tokens(), **more)


@pytest.fixture
async def running(lines: io.StringIO) -> AsyncIterator[Running]:
    found = Running()
    server = make_server(found.app(), host="127.0.0.1", port=0, readiness=found.readiness, drain_seconds=0.5)
    found.server = server
    serving = asyncio.create_task(uvicorn.Server._serve(server))
    server._loop = asyncio.get_running_loop()
    for _ in range(500):
        if server.started:
            break
        await asyncio.sleep(0.01)
    found.port = server.servers[0].sockets[0].getsockname()[1]
    yield found
    server.should_exit = True
    await asyncio.wait_for(serving, 10)


async def raw(port: int, *parts: bytes, pause: float = 0.0) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for part in parts:
        writer.write(part)
        await writer.drain()
        await asyncio.sleep(pause)
    answer = await asyncio.wait_for(reader.read(65536), 5)
    writer.close()
    return answer


async def test_a_declared_length_over_the_limit_is_refused_before_the_body_is_sent(running: Running) -> None:
    head = f"POST /v1/imports HTTP/1.1\r\nHost: x\r\nContent-Length: {LIMIT + 1}\r\n\r\n".encode()
    answer = await raw(running.port, head)
    assert answer.startswith(b"HTTP/1.1 413")
    assert b"too_large" in answer
    assert b"connection: close" in answer.lower()
    assert running.read == 0


async def test_a_chunked_body_is_cut_off_at_the_limit(running: Running) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(200):
            yield b"x" * 10_000

    async with httpx.AsyncClient() as client:
        answer = await client.post(f"http://127.0.0.1:{running.port}/v1/imports", content=endless())
    assert answer.status_code == 413
    assert answer.json()["code"] == "too_large"
    assert running.read <= LIMIT


@pytest.mark.parametrize("length_first", [True, False])
async def test_a_body_with_two_ends_is_refused_and_no_second_request_is_read_from_it(
    running: Running, length_first: bool
) -> None:
    ends = [b"Content-Length: 5\r\n", b"Transfer-Encoding: chunked\r\n"]
    head = b"POST /v1/imports HTTP/1.1\r\nHost: x\r\n" + b"".join(ends if length_first else reversed(ends)) + b"\r\n"
    hidden = b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n"
    reader, writer = await asyncio.open_connection("127.0.0.1", running.port)
    writer.write(head + b"0\r\n\r\n" + hidden)
    await writer.drain()
    answer = await asyncio.wait_for(reader.read(), 5)  # reads to the end, so the connection is closed
    writer.close()
    assert answer.startswith(b"HTTP/1.1 400")
    assert answer.count(b"HTTP/1.1") == 1
    assert b"request.ambiguous" in answer


async def test_a_body_at_the_limit_goes_through(running: Running) -> None:
    async with httpx.AsyncClient() as client:
        answer = await client.post(f"http://127.0.0.1:{running.port}/v1/imports", content=b"x" * LIMIT)
    assert answer.json() == LIMIT


async def test_a_caller_who_leaves_in_the_middle_is_no_error_of_ours(running: Running, lines: io.StringIO) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", running.port)
    writer.write(b"POST /v1/imports HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nhalf")
    await writer.drain()
    await asyncio.sleep(0.1)
    writer.close()
    for _ in range(100):
        if '"status": 499' in lines.getvalue():
            break
        await asyncio.sleep(0.02)
    assert '"status": 499' in lines.getvalue()
    assert '"error"' not in lines.getvalue()


async def test_an_answer_that_breaks_half_way_closes_the_connection_and_logs_no_message(
    running: Running, lines: io.StringIO
) -> None:
    async with httpx.AsyncClient() as client:
        with pytest.raises(httpx.RemoteProtocolError):
            await client.get(f"http://127.0.0.1:{running.port}/breaks")
    assert "http.failed" in lines.getvalue()
    assert "builtins.ValueError" in lines.getvalue()
    assert "Canary" not in lines.getvalue()


async def test_the_access_log_of_uvicorn_is_silent(running: Running, lines: io.StringIO) -> None:
    async with httpx.AsyncClient() as client:
        answer = await client.get(f"http://127.0.0.1:{running.port}/nowhere/6101120008?name=Canary")
    assert answer.status_code == 404
    assert "server" not in answer.headers
    assert "6101120008" not in lines.getvalue()
    assert "Canary" not in lines.getvalue()


async def test_a_stop_turns_readiness_off_first_and_closes_later(running: Running) -> None:
    server = running.server
    assert server is not None
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{running.port}") as client:
        assert (await client.get("/health/ready")).status_code == 200
        server.handle_exit(signal.SIGTERM, None)
        await asyncio.sleep(0.05)
        assert (await client.get("/health/ready")).status_code == 503
        assert (await client.post("/v1/imports", content=b"abc")).json() == 3
    await asyncio.sleep(0.6)
    assert server.should_exit
    server._captured_signals.clear()


async def test_head_leaves_the_connection_ready_for_the_next_request(running: Running, lines: io.StringIO) -> None:
    head = b"HEAD /docs HTTP/1.1\r\nHost: x\r\n\r\n"
    last = b"OPTIONS /v1/imports HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    reader, writer = await asyncio.open_connection("127.0.0.1", running.port)
    writer.write(head + head + last)
    await writer.drain()
    answers = (await asyncio.wait_for(reader.read(-1), 10)).split(b"HTTP/1.1 ")[1:]
    writer.close()
    assert [answer[:3] for answer in answers] == [b"200", b"200", b"204"]
    assert not any(b"<html" in answer for answer in answers)
    assert b"allow: OPTIONS, POST" in answers[2]
    assert [json.loads(line)["route"] for line in lines.getvalue().splitlines() if '"method": "HEAD"' in line] == [
        "/docs",
        "/docs",
    ]
