"""Servers that outlived their supervisor: a watcher process prevents them, and remaining ones are found and stopped.

A pid in a file proves nothing, as pids are reused, above all in containers. A process belongs to this home when it runs
as the server's user and its command line names the data directory (the postmaster) or the cluster (every other
process).
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
from deploy.embedded.errors import LeftBehindServer, NotRunning
from deploy.embedded.home import Layout
from deploy.embedded.server_user import ServerUser

WATCH = 'read -r _; { read -r pid <"$2"; } 2>/dev/null && [ "$pid" = "$1" ] && kill -INT "$1"'
"""Wait for the end of standard input, then stop the server, provided the pid file still names it."""

STUCK_AFTER = 5.0
"""The seconds that a shutdown may take without writing its checkpoint. Usually it takes 0.03."""

SHUTDOWN_ROUNDS = 24
"""The number of times that `STUCK_AFTER` may pass while the checkpoint is written."""


@dataclass(frozen=True)
class ServerProcesses:
    """The pids of a server's processes: `postmaster`, if it runs, and the `others`."""

    postmaster: int | None
    others: tuple[int, ...]

    @property
    def all(self) -> tuple[int, ...]:
        """Every pid, the postmaster last."""
        return (*self.others, *([self.postmaster] if self.postmaster else []))


def find(layout: Layout, user: ServerUser) -> ServerProcesses:
    """The running processes that hold this data directory."""
    postmaster: int | None = None
    others = []
    for pid, command in _commands_of_cluster(layout, user):
        if command.startswith("postgres: "):
            others.append(pid)
        else:
            postmaster = pid
    return ServerProcesses(postmaster, tuple(others))


def end(layout: Layout, user: ServerUser, *, hangs: bool = False) -> None:
    """End the server on this data directory and clear its pid file; raise `LeftBehindServer` if it stays.

    The first try is a fast shutdown (open transactions are rolled back). The next ones are like a crash, from which
    PostgreSQL recovers by its write-ahead log. With `hangs` the fast shutdown is left out.
    """
    found = find(layout, user)
    if found.postmaster and not hangs:
        _shut_down_fast(layout, user, found.postmaster)
    elif found.others and not found.postmaster:
        # Processes without a postmaster end by themselves, unless they are computing and never wait.
        wait_until(lambda: not find(layout, user).all, 3.0)
    for number, seconds in ((signal.SIGQUIT, 2.0 if hangs else 10.0), (signal.SIGKILL, 5.0)):
        if rest := find(layout, user).all:
            _signal(rest, number)
            wait_until(lambda: not find(layout, user).all, seconds)
    if rest := find(layout, user).all:
        raise LeftBehindServer(home=layout.home, pids=", ".join(map(str, rest)))
    # Nothing holds the directory, so the file is stale. PostgreSQL itself would refuse to start if another process of
    # the same user had its pid.
    (layout.data / "postmaster.pid").unlink(missing_ok=True)


def _shut_down_fast(layout: Layout, user: ServerUser, postmaster: int) -> None:
    """Request a fast shutdown and wait for its end, as long as it makes progress.

    PostgreSQL 18.4 hangs forever when the request comes while it recovers from a crash of one of its processes: the
    checkpointer stays and never gets the request. A shutdown that works is quick or writes its checkpoint, which is
    visible in the process' title; any other one is stuck, and the caller tries the next way.
    """
    _signal((postmaster,), signal.SIGINT)
    for _ in range(SHUTDOWN_ROUNDS):
        if wait_until(lambda: not find(layout, user).all, STUCK_AFTER):
            return
        if not any("shutdown checkpoint" in command for _, command in _commands_of_cluster(layout, user)):
            return


def watch(layout: Layout, user: ServerUser, pid: int) -> subprocess.Popen[bytes]:
    """A small process that stops the server when the supervisor ends in any way, SIGKILL included.

    It holds the reading end of a pipe whose other end only the supervisor has.
    """
    pid_file = str(layout.data / "postmaster.pid")
    return user.spawn(["/bin/sh", "-c", WATCH, "skoleloeft-watch", str(pid), pid_file], stdin=subprocess.PIPE)


def wait_until(done: Callable[[], bool], seconds: float) -> bool:
    """Poll until `done` or until the time is over; returns whether it is done."""
    deadline = time.monotonic() + seconds
    while not done():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def _commands_of_cluster(layout: Layout, user: ServerUser) -> Iterator[tuple[int, str]]:
    title = f"postgres: {cluster_name(layout)}: "
    for pid, command in _commands(user.uid):
        if command.startswith(title) or ("/postgres -D " in command and f" -D {layout.data} -c " in command):
            yield pid, command


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
                continue  # it ended meanwhile


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


def port_of(layout: Layout) -> int:
    """The port of the running server, from the fourth line of its pid file. Raises ``NotRunning``."""
    try:
        return int((layout.data / "postmaster.pid").read_text(errors="replace").splitlines()[3])
    except (OSError, ValueError, IndexError):
        raise NotRunning from None
