"""The folders of the embedded deployment, and who may open which."""

import fcntl
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.embedded.errors import HomePathTooLong, PasswordMissing, PostgresInUse

SOCKET_PATH_LIMIT = 103
"""Bytes in a unix socket's path: 107 on Linux, 103 on macOS; the smaller one serves both."""


def default_home(environ: Mapping[str, str]) -> Path:
    """`SKOLELOEFT_HOME`, else `/var/lib/skoleloeft` for root and `~/.local/share/skoleloeft` for other users."""
    if named := environ.get("SKOLELOEFT_HOME"):
        return Path(named).expanduser().absolute()
    if os.geteuid() == 0:
        return Path("/var/lib/skoleloeft")
    return Path(environ.get("HOME") or Path.home()) / ".local/share/skoleloeft"


@dataclass(frozen=True)
class Layout:
    """The paths of one home. `data` and `run` belong to the server's user, all other folders to the supervisor's.

    The supervisor writes only in folders of its own, so that the server's user cannot redirect a write of root.
    """

    home: Path

    @property
    def postgres(self) -> Path:
        """The folder of the database server."""
        return self.home / "postgres"

    @property
    def data(self) -> Path:
        """The data directory."""
        return self.postgres / "data"

    @property
    def unfinished_data(self) -> Path:
        """The folder in which initdb works; it is renamed to `data` when it is complete, so that `data` is never
        incomplete.
        """
        return self.postgres / "data.unfinished"

    @property
    def run(self) -> Path:
        """The private folder of the unix socket."""
        return self.postgres / "run"

    @property
    def password(self) -> Path:
        """The superuser's password, mode 0600."""
        return self.home / "postgres-superuser.password"

    @property
    def lock(self) -> Path:
        """The lock file of the running supervisor; it contains its pid."""
        return self.postgres / "supervisor.lock"

    @property
    def startup_log(self) -> Path:
        """What the server wrote before its log file opened, at the last start."""
        return self.postgres / "startup.log"

    def create(self, *, others_pass: bool) -> None:
        """Make the missing folders; existing folders keep their modes.

        `others_pass` (when the server runs as another user) lets that user pass through the new ones without listing
        them.
        """
        for folder in reversed([self.postgres, *self.postgres.parents]):
            if not folder.exists():
                folder.mkdir()
                folder.chmod(0o711 if others_pass else 0o700)
        if len(os.fsencode(self.run / ".s.PGSQL.65535.lock")) > SOCKET_PATH_LIMIT:
            raise HomePathTooLong(home=self.home, limit=SOCKET_PATH_LIMIT)


def superuser_password(layout: Layout) -> str:
    """The superuser's password, made once per home and kept in a file of mode 0600.

    Raises `PasswordMissing` when there is data already: a new password would not open it.
    """
    if layout.password.exists():
        return layout.password.read_text(encoding="ascii").strip()
    if layout.data.exists():
        raise PasswordMissing(file=layout.password)
    password = secrets.token_urlsafe(32)
    write_secret(layout.password, password + "\n")
    return password


def write_secret(path: Path, text: str) -> None:
    """Write a file of mode 0600 so that it survives a loss of power; an existing file is replaced atomically."""
    draft = path.with_name(path.name + ".draft")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    rename_durably(draft, path)


def rename_durably(source: Path, target: Path) -> None:
    """Rename within one folder durably, so that it survives a loss of power.

    If the rename of a new data directory were lost, the next start would delete the directory as an incomplete one.
    """
    source.rename(target)
    descriptor = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class SupervisorLock:
    """Allows one supervisor per home, also within one process. The kernel releases it however the holder ends."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._descriptor: int | None = None

    @property
    def held(self) -> bool:
        """Whether this object holds the lock."""
        return self._descriptor is not None

    def take(self) -> None:
        """Take the lock or raise `PostgresInUse`; taking one's own lock again does nothing."""
        if self._descriptor is not None:
            return
        descriptor = os.open(self._layout.lock, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(descriptor, 32).decode("ascii").strip() or "?"
            os.close(descriptor)
            raise PostgresInUse(home=self._layout.home, pid=holder) from None
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()}\n".encode("ascii"))
        self._descriptor = descriptor

    def release(self) -> None:
        """Release the lock for the next supervisor."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
