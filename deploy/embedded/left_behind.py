"""Servers that outlived their supervisor: kept from happening by a watcher, found and ended when it did.

A pid in a file proves nothing, as pids are reused, above all in containers. A process is ours when it runs as the
server's user and its command line names the data directory (the postmaster) or the cluster (every other process).
"""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from deploy.embedded.cluster import cluster_name
from deploy.embedded.errors import LeftBehindServer
from deploy.embedded.home import Layout
from deploy.embedded.server_user import ServerUser

WATCH = 'read -r _; { read -r pid <"$2"; } 2>/dev/null && [ "$pid" = "$1" ] && kill -INT "$1"'
"""Wait for the end of standard input, then stop the server, provided the pid file still names it."""


@dataclass(frozen=True)
class Found:
    """The pids of a server's processes: `postmaster`, if it lives, and the `others`."""

    postmaster: int | None
    others: tuple[int, ...]

    @property
    def all(self) -> tuple[int, ...]:
        """Every pid, the postmaster last."""
        return (*self.others, *([self.postmaster] if self.postmaster else []))


def find(layout: Layout, user: ServerUser) -> Found:
    """The running processes that hold this data directory."""
    postmaster: int | None = None
    others = []
    for pid, command in _commands(user.uid):
        if command.startswith(f"postgres: {cluster_name(layout)}: "):
            others.append(pid)
        elif "/postgres -D " in command and f" -D {layout.data} -c " in command:
            postmaster = pid
    return Found(postmaster, tuple(others))


def end(layout: Layout, user: ServerUser) -> None:
    """End what is left of a server on this data directory and clear its pid file; raise `LeftBehindServer` if it stays.

    First the orderly way (fast shutdown; processes without a postmaster end by themselves), then crash-like ones, from
    which PostgreSQL recovers by its log.
    """
    for number, seconds in ((signal.SIGINT, 30.0), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 5.0)):
        found = find(layout, user)
        if not found.all:
            break
        if number is not signal.SIGINT:
            _signal(found.all, number)
            wait_until(lambda: not find(layout, user).all, seconds)
        elif found.postmaster:
            _signal((found.postmaster,), number)
            wait_until(lambda: not find(layout, user).all, seconds)
        else:
            # SIGINT means "stop" to a postmaster only. Without one, the others go quickly or are stuck.
            wait_until(lambda: not find(layout, user).all, 3.0)
    if rest := find(layout, user).all:
        raise LeftBehindServer(home=layout.home, pids=", ".join(map(str, rest)))
    # Nothing holds the directory, so the file is stale. PostgreSQL itself would refuse to start if its pid had gone to
    # another process of the same user.
    (layout.data / "postmaster.pid").unlink(missing_ok=True)


def watch(layout: Layout, user: ServerUser, pid: int) -> subprocess.Popen[bytes]:
    """A small process that stops the server when the supervisor ends in any way, SIGKILL included.

    It holds the reading end of a pipe whose other end only the supervisor has.
    """
    pid_file = str(layout.data / "postmaster.pid")
    return user.spawn(["/bin/sh", "-c", WATCH, "skoleloeft-watch", str(pid), pid_file], stdin=subprocess.PIPE)


def wait_until(done: Callable[[], bool], seconds: float) -> bool:
    """Poll until `done` or until the time is up; says which."""
    deadline = time.monotonic() + seconds
    while not done():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def _commands(uid: int) -> Iterator[tuple[int, str]]:
    """Pid and command line of every process of a user."""
    proc = Path("/proc")
    if not (proc / "self/cmdline").exists():  # no Linux
        yield from _commands_by_ps(uid)
        return
    for entry in proc.iterdir():
        if entry.name.isdigit():
            try:
                if entry.stat().st_uid == uid and not _is_zombie(entry):
                    arguments = (entry / "cmdline").read_bytes().rstrip(b"\0 ").split(b"\0")
                    yield int(entry.name), " ".join(os.fsdecode(argument) for argument in arguments) + " "
            except (FileNotFoundError, ProcessLookupError):
                continue  # it ended while we looked


def _is_zombie(entry: Path) -> bool:
    return (entry / "stat").read_text(errors="replace").rpartition(")")[2].split()[0] == "Z"


def _commands_by_ps(uid: int) -> Iterator[tuple[int, str]]:
    listing = subprocess.run(  # noqa: S603 - a fixed command of the operating system
        ["/bin/ps", "-U", str(uid), "-ww", "-o", "pid=,command="], capture_output=True, timeout=10, check=False
    ).stdout
    for line in os.fsdecode(listing).splitlines():
        pid, _, command = line.strip().partition(" ")
        yield int(pid), command.strip() + " "


def _signal(pids: tuple[int, ...], number: signal.Signals) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):  # it ended first
            os.kill(pid, number)
