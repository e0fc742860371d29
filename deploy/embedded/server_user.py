"""The users of the server and the services: a plain user runs all as itself, root runs each as a separate user.

A user shared with other programs (`nobody`, a distribution's `postgres`) would let those read the pupils' data, so root
uses `skoleloeft-pg` for the server and `skoleloeft-<service>` for each service, creates them if they are missing, and
refuses to start when it cannot.
"""

import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from deploy.embedded.errors import HomeUnreachable, NoServerUser

NAME = "skoleloeft-pg"


@dataclass(frozen=True)
class ServerUser:
    """A user of the operating system. `switch` says that the process must change to it, which only root can do."""

    name: str
    uid: int
    gid: int
    switch: bool

    def own(self, path: Path) -> None:
        """Make the user the owner of a folder that the supervisor made, and close it to all others."""
        path.chmod(0o700)
        if self.switch:
            os.chown(path, self.uid, self.gid)

    def own_file(self, path: Path) -> None:
        """Make the user the owner of a file that has mode 0600."""
        if self.switch:
            os.chown(path, self.uid, self.gid)

    def spawn(
        self,
        command: Sequence[str],
        *,
        stdin: int = subprocess.DEVNULL,
        output: int | IO[bytes] = subprocess.DEVNULL,
    ) -> subprocess.Popen[bytes]:
        """Start a command as the user, in a separate session, so that Ctrl-C reaches only the supervisor.

        The environment has only path and locale, because the supervisor's contains keys.
        """
        return subprocess.Popen(  # noqa: S603 - the command is ours: programs of the wheel and /bin/sh
            command,
            stdin=stdin,
            stdout=output,
            stderr=output,
            cwd="/",
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"},
            umask=0o077,
            start_new_session=True,
            user=self.uid if self.switch else None,
            group=self.gid if self.switch else None,
            extra_groups=[] if self.switch else None,
        )

    def check_reaches(self, folder: Path) -> None:
        """Raise `HomeUnreachable`, naming the closed folder, when the user cannot reach `folder`."""
        if not self.switch:
            return
        for step in reversed([folder, *folder.parents]):
            state = step.stat()
            bit = 0o100 if state.st_uid == self.uid else 0o010 if state.st_gid == self.gid else 0o001
            if not state.st_mode & bit:
                raise HomeUnreachable(user=self.name, home=folder, folder=step)


def server_user() -> ServerUser:
    """The user of the server. Root creates it when it is missing. Raises `NoServerUser` if that fails."""
    return _user(NAME)


def service_user(service: str) -> ServerUser:
    """The user of one service's processes, likewise."""
    return _user(f"skoleloeft-{service.replace('_', '-')}")


def _user(name: str) -> ServerUser:
    if os.geteuid() != 0:
        uid = os.geteuid()
        return ServerUser(name=str(uid), uid=uid, gid=os.getegid(), switch=False)
    found = _lookup(name)
    if found is None:
        reason = _create(name)
        found = _lookup(name)
        if found is None:
            raise NoServerUser(user=name, reason=reason)
    return found


def _lookup(name: str) -> ServerUser | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return ServerUser(name=name, uid=entry.pw_uid, gid=entry.pw_gid, switch=True)


def _create(name: str) -> str:
    """Create the system user. Returns the command's complaint; the caller looks the user up, as another process may
    have created it.
    """
    program = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if program is None:
        return "useradd: not found"
    done = subprocess.run(  # noqa: S603 - a fixed command of the operating system, found on a fixed path
        [
            program, "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent",
            "--shell", "/usr/sbin/nologin", "--comment", "Skoleloeft", name,
        ],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )  # fmt: skip
    return done.stderr.strip()
