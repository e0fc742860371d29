"""Logs rotate by size without losing a line, and continue after the process that writes them has ended."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.embedded import logs as logs_module
from deploy.embedded.logs import Logs
from deploy.embedded.orphans import wait_until
from deploy.embedded.postgres import EmbeddedPostgres
from deploy.embedded.settings import EmbeddedSettings
from tests.realparts.embedded import ask

SMALL = EmbeddedSettings(log_bytes=20_000, logs_kept=50)
WRITER = "import sys\nfor n in range(int(sys.argv[1])): print(f'line {n:06} ' + 'x' * 80, flush=True)"
ROOT = Path(__file__).parents[3]


@pytest.fixture
def logs(tmp_path: Path) -> Iterator[Logs]:
    made = Logs(tmp_path / "logs", ["one", "two"], SMALL)
    made.start()
    yield made
    made.close()


def write(logs: Logs, name: str, lines: int) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-c", WRITER, str(lines)], stdout=logs.output(name))


def written(logs: Logs, name: str) -> list[int]:
    """The numbers of the lines in all files of a log, oldest first."""
    current = logs.path(name)
    older = sorted(current.parent.glob(f"{name}.log.*"), key=lambda file: -int(file.suffix[1:]))
    lines = [line for file in (*older, current) for line in file.read_text().splitlines()]
    return [int(line.split()[1]) for line in lines if line.startswith("line ")]


def test_no_line_is_lost_when_a_log_is_rotated_and_each_file_keeps_its_size(logs: Logs) -> None:
    writers = [write(logs, "one", 3000), write(logs, "two", 1000)]
    assert [writer.wait(60) for writer in writers] == [0, 0]
    logs.close()
    assert written(logs, "one") == list(range(3000))
    assert written(logs, "two") == list(range(1000))
    files = list(logs.path("one").parent.iterdir())
    assert len([file for file in files if file.name.startswith("one")]) > 10
    assert all(file.stat().st_size <= SMALL.log_bytes for file in files)
    assert all(file.stat().st_mode & 0o777 == 0o600 for file in files)


def test_only_so_many_old_files_stay(tmp_path: Path) -> None:
    logs = Logs(tmp_path / "logs", ["one"], EmbeddedSettings(log_bytes=20_000, logs_kept=2))
    logs.start()
    assert write(logs, "one", 3000).wait(60) == 0
    logs.close()
    assert sorted(file.name for file in (tmp_path / "logs").iterdir()) == ["one.log", "one.log.1", "one.log.2"]
    assert written(logs, "one")[-1] == 2999


async def test_the_writing_process_is_started_again_and_what_was_printed_meanwhile_is_there(
    logs: Logs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs_module, "WATCH_SECONDS", 0.2)
    lines: list[str] = []
    watching = asyncio.create_task(logs.watch(lines.append))
    for number in (signal.SIGKILL, signal.SIGSTOP):
        writer = logs._writer
        assert writer is not None
        await asyncio.sleep(0.5)  # it has started and waits
        os.kill(writer.pid, number)
        assert await asyncio.to_thread(write(logs, "one", 2000).wait, 60) == 0, "a child waits and does not fail"
        async with asyncio.timeout(30):
            while logs._writer is writer:  # noqa: ASYNC110 - there is no event for it
                await asyncio.sleep(0.05)
    watching.cancel()
    await asyncio.to_thread(logs.close)
    assert written(logs, "one") == [*range(2000), *range(2000)]
    assert len(lines) == 2


SUPERVISOR = """
import subprocess, sys, time
from pathlib import Path
from deploy.embedded.logs import Logs
from deploy.embedded.settings import EmbeddedSettings
logs = Logs(Path(sys.argv[1]), ["one"], EmbeddedSettings())
logs.start()
slow = "import time; print('line 1', flush=True); time.sleep(2); print('line 2', flush=True)"
subprocess.Popen([sys.executable, "-c", slow], stdout=logs.output("one"))
print("started", flush=True)
time.sleep(60)
"""


def test_the_last_words_of_a_child_that_outlives_its_supervisor_are_written(tmp_path: Path) -> None:
    supervisor = subprocess.Popen(
        [sys.executable, "-c", SUPERVISOR, str(tmp_path / "logs")],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
    )
    assert supervisor.stdout is not None
    supervisor.stdout.readline()
    supervisor.kill()
    supervisor.communicate()
    file = tmp_path / "logs" / "one.log"
    assert wait_until(lambda: file.exists() and file.read_text() == "line 1\nline 2\n", 20)


async def test_the_servers_own_log_is_bounded(home: Path) -> None:
    wordy = {"fsync": "off", "log_rotation_size": "1kB", "log_connections": "on", "log_disconnections": "on"}
    with EmbeddedPostgres(home, settings=wordy) as server:
        before: list[Path] = []
        async with asyncio.timeout(30):
            while len(before) < 4:  # a file's name contains the second in which it was opened
                await ask(server.superuser_dsn(), "SELECT 1")
                before = sorted(server.log_directory.glob("server-*.log"))
        server.prune_logs(1)
        assert sorted(server.log_directory.glob("server-*.log"))[:2] == before[-2:]
