"""The user, the programs and the folder of each service's processes.

If root starts the deployment, each service has its own user. So no service can read another's secrets (in the
environment of its process), its temporary files, `keys.json` or the database's data. The supervisor stays root, because
it changes to those users whenever it starts a child. It listens on no port, and of the children's output it reads only
the pipes of their logs. If a plain user starts the deployment, everything runs as that user.
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
"""Variables that are passed on to the services and that name a file."""


@dataclass(frozen=True)
class Runner:
    """How a child process is started. Without ``user`` it runs as the supervisor's user."""

    programs: Programs = field(default_factory=Programs)
    user: ServerUser | None = None
    folder: Path | None = None

    def environment(self, told: Mapping[str, str]) -> dict[str, str]:
        """The child's variables, with its own folder as the place of its files and temporary files."""
        if self.folder is None:
            return dict(told)
        own = {"HOME": str(self.folder), "TMPDIR": str(self.folder)}
        return {**told, **self.programs.environment, **own}


@dataclass(frozen=True)
class Runners:
    """The runner of each service, and of the development issuer."""

    of: Mapping[str, Runner] = field(default_factory=dict)

    def runner(self, name: str) -> Runner:
        """The runner of the service, or one that runs as the supervisor's user."""
        return self.of.get(name, Runner())


def runners(home: Path, folder: Path | None = None, *, renew: bool = True) -> Runners:
    """For root: users, folders and programs for each service, made where they are missing. For a plain user: none.

    ``folder`` is the place of copied programs (default: in the home). ``renew`` False keeps existing copies, which
    running services use. Raises ``NoServerUser``, ``ProgramsUnreachable``, ``FileUnreachable`` and ``HomeUnreachable``.
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
