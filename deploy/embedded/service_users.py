"""The user, the programs and the folder of each service's processes.

Started by root, each service has a user of its own, so that none can read another's secrets (in the environment of its
process), its temporary files, `keys.json` or the database's data. The supervisor itself stays root, as it must switch
to those users whenever it starts a child; it listens on no port and reads nothing that they wrote but the pipes of
their logs. Started by a plain user, all run as that user.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from deploy.embedded.errors import FileUnreachable, ProgramsUnreachable
from deploy.embedded.reachable import Programs, open_to_all, programs, works_for
from deploy.embedded.server_user import ServerUser, service_user
from libs.shared.contracts.topics import SERVICES

ISSUER = "issuer"
FILES = ("SSL_CERT_FILE",)
"""Variables that are passed on and name a file."""


@dataclass(frozen=True)
class Runner:
    """How a child process is started. ``user`` None: as ourselves."""

    programs: Programs = field(default_factory=Programs)
    user: ServerUser | None = None
    folder: Path | None = None

    def environment(self, told: Mapping[str, str]) -> dict[str, str]:
        """What the child is told, with its own folder for what it keeps and writes in passing."""
        if self.folder is None:
            return dict(told)
        own = {"HOME": str(self.folder), "TMPDIR": str(self.folder)}
        return {**told, **self.programs.environment, **own}


@dataclass(frozen=True)
class Runners:
    """The runner of each service, and of the development issuer."""

    of: Mapping[str, Runner] = field(default_factory=dict)

    def runner(self, name: str) -> Runner:
        """Of the service, or of a plain user's process."""
        return self.of.get(name, Runner())


def runners(home: Path, folder: Path | None = None, *, renew: bool = True) -> Runners:
    """As root: users, folders and programs for each service, made where they are missing. Else all is as it was.

    ``folder`` is where copies of programs lie (default: in the home); ``renew`` False leaves those that are there, of
    services that run. Raises ``NoServerUser``, ``ProgramsUnreachable``,
    ``FileUnreachable`` and ``HomeUnreachable``.
    """
    if os.geteuid() != 0:
        return Runners()
    for name in FILES:
        if (path := os.environ.get(name)) and not open_to_all(Path(path)):
            raise FileUnreachable(path=path, name=name)
    users = {name: service_user(name) for name in (*SERVICES, ISSUER)}
    parent = home / "services"
    parent.mkdir(mode=0o711, exist_ok=True)
    parent.chmod(0o711)
    made = programs(folder or home / "programs", renew=renew)
    found = {}
    for name, user in users.items():
        own = parent / name
        own.mkdir(mode=0o700, exist_ok=True)
        user.own(own)
        user.check_reaches(own)
        found[name] = Runner(made, user, own)
    first = users[SERVICES[0]]
    if made.fresh and not works_for(made, first.uid, first.gid, parent / SERVICES[0]):
        raise ProgramsUnreachable(path=made.python, target=folder or home / "programs", reason="it does not start")
    return Runners(found)
