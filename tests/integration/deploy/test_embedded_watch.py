"""A server that was killed or hangs is started again, and so is a child that hangs; a slow one is left alone."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from pathlib import Path

import asyncpg
import httpx
import pytest

from deploy.embedded.children import Child
from deploy.embedded.home import Layout
from deploy.embedded.postgres import EmbeddedPostgres
from deploy.embedded.server_watch import answers
from deploy.embedded.settings import EmbeddedSettings
from deploy.embedded.supervision import Supervision
from tests.realparts.embedded import KEEP, KEPT, ask, processes_of
from tests.realparts.ports import free_port

QUICK = EmbeddedSettings(
    server_period=0.2, server_answer=1.0, server_failures=2, retry_most=0.5,
    live_period=0.2, live_answer=1.0, live_failures=2, live_start=5.0,
)  # fmt: skip
DEADLINE = 40.0


async def until(done: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(DEADLINE):
        while not await done():  # noqa: ASYNC110 - the state is in another process, which sends no event
            await asyncio.sleep(0.1)


@pytest.fixture
async def lines() -> list[str]:
    """The lines that the supervisor reported."""
    return []


@pytest.fixture
async def supervision(lines: list[str]) -> AsyncIterator[Supervision]:
    made = Supervision(QUICK, lines.append)
    yield made
    await made.close()


@pytest.fixture
async def postmaster(server: EmbeddedPostgres, home: Path, supervision: Supervision) -> AsyncIterator[int]:
    """The pid of a watched server's postmaster; the server holds a row."""
    server.start()
    await ask(server.superuser_dsn(), *KEEP)
    supervision.watch_server(server)
    pid = processes_of(home).postmaster
    assert pid is not None
    yield pid
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGCONT)
    await supervision.close()


async def answers_again(address: str) -> None:
    async def kept() -> bool:
        with contextlib.suppress(OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
            connection = await asyncpg.connect(address, timeout=1)
            found = await connection.fetchval(KEPT)
            await connection.close()
            return found == 7
        return False

    await until(kept)


async def test_a_killed_server_is_up_again_at_the_same_address_with_its_data(
    server: EmbeddedPostgres, postmaster: int, lines: list[str]
) -> None:
    address = server.superuser_dsn()
    for _ in range(2):
        pid = processes_of(server.log_directory.parents[2]).postmaster
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        await until(partial(_is, pid, gone=True))
        await answers_again(address)
    assert server.superuser_dsn() == address
    assert any("has ended" in line and str(server.log_directory) in line for line in lines)


async def test_a_hung_postmaster_is_ended_and_started_again(
    server: EmbeddedPostgres, postmaster: int, lines: list[str]
) -> None:
    address = server.superuser_dsn()
    open_before = await asyncpg.connect(address)
    os.kill(postmaster, signal.SIGSTOP)
    assert await open_before.fetchval(KEPT) == 7, "what was connected goes on, so only a new connection shows it"
    await until(lambda: _is(postmaster, gone=True))
    await answers_again(address)
    open_before.terminate()
    assert any("does not answer" in line for line in lines)


async def test_a_postmaster_that_stands_still_for_less_than_the_limit_is_left_alone(
    server: EmbeddedPostgres, home: Path, lines: list[str]
) -> None:
    server.start()
    await ask(server.superuser_dsn(), *KEEP)
    supervision = Supervision(QUICK.model_copy(update={"server_answer": 20.0}), lines.append)
    supervision.watch_server(server)
    pid = processes_of(home).postmaster
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    await asyncio.sleep(2)
    os.kill(pid, signal.SIGCONT)
    await answers_again(server.superuser_dsn())
    await supervision.close()
    assert processes_of(home).postmaster == pid
    assert lines == []


async def test_a_server_that_refuses_in_its_own_words_answers(home: Path) -> None:
    with EmbeddedPostgres(home, settings={"fsync": "off", "max_connections": "5"}) as server:
        held = [await asyncpg.connect(server.superuser_dsn()) for _ in range(5)]
        with pytest.raises(asyncpg.TooManyConnectionsError):
            await asyncpg.connect(server.superuser_dsn())
        assert await answers(server.superuser_dsn(), 10)
        for connection in held:
            await connection.close()
        address = server.superuser_dsn()
    assert not await answers(address, 10)


async def test_a_server_that_does_not_start_is_tried_until_what_hinders_it_is_gone(
    server: EmbeddedPostgres, home: Path, postmaster: int, lines: list[str]
) -> None:
    address = server.superuser_dsn()
    control = Layout(home).data / "global" / "pg_control"
    control.rename(control.with_suffix(".away"))
    os.kill(postmaster, signal.SIGKILL)

    async def tried_twice() -> bool:
        return len([line for line in lines if "does not start" in line]) >= 2

    await until(tried_twice)
    assert all(str(server.log_directory) in line for line in lines)
    control.with_suffix(".away").rename(control)
    await answers_again(address)


async def test_a_stop_while_the_server_is_started_again_leaves_nothing_behind(
    server: EmbeddedPostgres, home: Path, postmaster: int, lines: list[str], supervision: Supervision
) -> None:
    os.kill(postmaster, signal.SIGKILL)

    async def told() -> bool:
        return bool(lines)

    await until(told)
    await supervision.close()
    server.stop()
    assert not processes_of(home).all


@pytest.fixture
async def child(tmp_path: Path, supervision: Supervision) -> AsyncIterator[tuple[Child, str, Path]]:
    """A watched process that serves files: its address under /health/live, and the file behind it."""
    live = tmp_path / "health" / "live"
    live.parent.mkdir()
    live.write_text("{}")
    port = free_port()
    arguments = ["http.server", str(port), "--bind", "127.0.0.1", "--directory", str(tmp_path)]
    made = Child("files", arguments, dict(os.environ) | {"PYTHONPATH": os.pathsep.join(sys.path)}, tmp_path / "log")
    await made.start()
    url = f"http://127.0.0.1:{port}/health/live"
    await until(lambda: _answers(url))
    supervision.watch_child(made, url)
    yield made, url, live
    await supervision.close()
    await made.stop()


async def test_a_stopped_child_is_ended_and_started_again(child: tuple[Child, str, Path], lines: list[str]) -> None:
    made, url, _ = child
    assert made.process is not None
    pid = made.process.pid
    await asyncio.sleep(1)
    os.kill(pid, signal.SIGSTOP)
    await until(lambda: _is(pid, gone=True))
    await until(lambda: _answers(url))
    assert made.process.pid != pid
    assert "hangs" in lines[0]
    assert "/health/live" in lines[0]


async def test_a_child_that_says_it_is_stuck_is_started_again(child: tuple[Child, str, Path]) -> None:
    made, url, live = child
    assert made.process is not None
    pid = made.process.pid
    await asyncio.sleep(1)
    live.unlink()
    await until(lambda: _is(pid, gone=True))
    live.write_text("{}")
    await until(lambda: _answers(url))


async def test_a_child_that_is_starting_has_time(tmp_path: Path, supervision: Supervision, lines: list[str]) -> None:
    port = free_port()  # nothing listens on it
    made = Child("slow", ["http.server", str(free_port()), "--bind", "127.0.0.1"], dict(os.environ), tmp_path / "log")
    await made.start()
    supervision.watch_child(made, f"http://127.0.0.1:{port}/health/live")
    await asyncio.sleep(2)
    running = made.running
    await supervision.close()
    await made.stop()
    assert running is not None
    assert lines == []


async def _answers(url: str) -> bool:
    with contextlib.suppress(httpx.TransportError):
        async with httpx.AsyncClient(timeout=2) as client:
            return (await client.get(url)).status_code == 200
    return False


async def _is(pid: int, *, gone: bool) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return gone
    return not gone
