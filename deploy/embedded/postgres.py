"""The embedded PostgreSQL: a real server, private to this deployment, run as a child of the supervisor.

It requires passwords (scram-sha-256) on the socket and on TCP, listens on 127.0.0.1 only, has its socket in a closed
folder, and writes no value of a row to its log. It ends with its supervisor, however that ends.
"""

import atexit
import shutil
import socket
import subprocess
import threading
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from deploy.embedded import binaries, cluster, orphans
from deploy.embedded.errors import NotRunning, PortTaken, StartFailed
from deploy.embedded.home import Layout, SupervisorLock, superuser_password
from deploy.embedded.server_user import ServerUser, server_user

PORT_ATTEMPTS = 5


class EmbeddedPostgres:
    """One server on the data in `home`. Usable as a context manager; not thread-safe.

    `port` None finds a free one. `settings` are PostgreSQL's own and override the tunable ones of `cluster`; those that
    keep the server private are refused with ValueError. `start_timeout` (seconds) includes the recovery after a crash.
    Every failure is a `Problem` of `deploy.embedded.errors`.
    """

    def __init__(
        self,
        home: Path,
        *,
        port: int | None = None,
        settings: Mapping[str, str] | None = None,
        start_timeout: float = 120.0,
    ) -> None:
        self._layout = Layout(home.absolute())
        self._wanted_port = port
        self._last_port: int | None = None
        self._settings = dict(settings or {})
        self._start_timeout = start_timeout
        self._lock = SupervisorLock(self._layout)
        self._server: subprocess.Popen[bytes] | None = None
        self._watcher: subprocess.Popen[bytes] | None = None
        self._password = ""
        self._given_up = threading.Event()

    @property
    def alive(self) -> bool:
        """Whether the server's process runs."""
        return self._server is not None and self._server.poll() is None

    @property
    def port(self) -> int:
        """The TCP port on 127.0.0.1. It stays the same over restarts by this object."""
        if self._last_port is None or self._server is None:
            raise NotRunning
        return self._last_port

    @property
    def socket_directory(self) -> Path:
        """The folder of the unix socket, open to the server's user (and root) only."""
        return self._layout.run

    @property
    def log_directory(self) -> Path:
        """The server's log files, each named after the moment when it was opened."""
        return self._layout.data / "log"

    def superuser_dsn(self, database: str = "postgres") -> str:
        """The superuser's `postgresql://` address with its password, for the supervisor and for tests only.

        The server has no TLS. The address says so, to override a PGSSLMODE in the environment.
        """
        place = f"127.0.0.1:{self.port}/{quote(database, safe='')}"
        return f"postgresql://{cluster.SUPERUSER}:{self._password}@{place}?sslmode=disable"

    def start(self) -> None:
        """Start the server and return when it takes connections; does nothing if it runs already.

        A server that an earlier supervisor left behind is stopped first; one that a live supervisor runs is refused
        with `PostgresInUse`. After a crash of the server this restarts it on the same port, which clients know.
        """
        if self.alive:
            return
        user, held = server_user(), self._lock.held
        self._layout.create(others_pass=user.switch)
        user.check_reaches(self._layout.postgres)
        self._lock.take()
        try:
            self._end_watcher()
            orphans.end(self._layout, user)
            self._password = superuser_password(self._layout)
            folder = self._layout.postgres
            programs = binaries.reachable_copy(folder) if user.switch else binaries.wheel_bin()
            sync = self._settings.get("fsync", "on") == "on"
            cluster.ensure_cluster(self._layout, programs, user, self._password, sync=sync)
            self._layout.run.mkdir(exist_ok=True)
            user.own(self._layout.run)
            self._last_port = self._launch(programs, user)
        except BaseException:
            self._end(release=not held)
            raise
        atexit.register(self.stop)

    def start_again(self) -> None:
        """End the server if it runs and hangs, and start it. The lock on the home is kept when that fails."""
        if self._server is not None:
            orphans.end(self._layout, server_user(), hangs=True)
            self._server.wait(timeout=5)
        self.start()

    def give_up(self) -> None:
        """Called from another thread: a running start fails at once, and so does any start before the next `stop`."""
        self._given_up.set()

    def prune_logs(self, kept: int) -> None:
        """Delete the server's oldest log files but for the newest `kept` and the one being written.

        This is done as the server's user, who owns the folder and could have put links to other places there.
        """
        old = sorted(self.log_directory.glob("server-*.log"))[: -kept - 1]
        if old:
            server_user().spawn(["/bin/rm", "-f", "--", *map(str, old)]).wait(timeout=60)

    def stop(self) -> None:
        """Stop the server (fast shutdown: open transactions are rolled back) and wait for its end."""
        self._end(release=True)

    def _end(self, *, release: bool) -> None:
        atexit.unregister(self.stop)
        try:
            if self._server is not None:
                orphans.end(self._layout, server_user())
                self._server.wait(timeout=5)  # it has ended; this removes its entry from the process table
                self._server = None
        finally:
            self._end_watcher()
            if release:
                self._lock.release()
                self._given_up.clear()

    def wipe(self) -> None:
        """Stop the server and delete its data and its password for good; the copied programs stay."""
        self.stop()
        if not self._layout.postgres.exists():
            return
        self._lock.take()
        try:
            orphans.end(self._layout, server_user())
            for folder in (self._layout.data, self._layout.unfinished_data, self._layout.run):
                if folder.exists():
                    shutil.rmtree(folder)
            self._layout.password.unlink(missing_ok=True)
        finally:
            self._lock.release()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def _launch(self, programs: Path, user: ServerUser) -> int:
        """Start the server on a port. If another process takes a free port before the server binds it, try again."""
        for _ in range(PORT_ATTEMPTS):
            port = self._choose_port()
            settings = cluster.server_settings(self._layout, port, self._settings)
            command = [str(programs / "postgres"), "-D", str(self._layout.data)]
            for name, value in settings.items():
                command += ["-c", f"{name}={value}"]
            with self._layout.startup_log.open("wb") as log:
                self._layout.startup_log.chmod(0o600)
                self._server = user.spawn(command, output=log)
            orphans.wait_until(self._settled, self._start_timeout)
            if self.alive and self._is_ready():
                self._watcher = orphans.watch(self._layout, user, self._server.pid)
                return port
            if self.alive or _is_free(port):
                raise StartFailed(reason=self._reason())
            if port in {self._wanted_port, self._last_port}:
                break
        raise PortTaken(port=port)

    def _choose_port(self) -> int:
        if wanted := self._last_port or self._wanted_port:
            if not _is_free(wanted):
                raise PortTaken(port=wanted)
            return wanted
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            free: int = probe.getsockname()[1]
            return free

    def _settled(self) -> bool:
        return self._given_up.is_set() or not self.alive or self._is_ready()

    def _is_ready(self) -> bool:
        """Whether the pid file is of this server and says `ready` (its eighth line), which pg_ctl reads too."""
        try:
            lines = (self._layout.data / "postmaster.pid").read_text(errors="replace").splitlines()
        except FileNotFoundError:
            return False
        ours = self._server is not None and lines[:1] == [str(self._server.pid)]
        return ours and len(lines) > 7 and lines[7].strip() == "ready"

    def _reason(self) -> str:
        """The last lines the server wrote, before and after its log file opened."""
        logs = sorted(self.log_directory.glob("*.log"), key=lambda log: log.stat().st_mtime)[-1:]
        texts = [log.read_text(errors="replace") for log in (self._layout.startup_log, *logs)]
        return "\n".join(line for text in texts for line in text.splitlines()[-6:]) or "(nothing)"

    def _end_watcher(self) -> None:
        if self._watcher is not None:
            self._watcher.kill()
            self._watcher.communicate()
            self._watcher = None


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As PostgreSQL does, so that a former server's connections in TIME_WAIT do not block the port.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
