"""Runs one command of a service on the running deployment: as the user of that service, with its environment."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from deploy.embedded.cluster import SUPERUSER
from deploy.embedded.environment import Environment, Ports
from deploy.embedded.errors import NotRunning
from deploy.embedded.home import Layout, superuser_password
from deploy.embedded.keys import load
from deploy.embedded.orphans import port_of
from deploy.embedded.service_users import runners
from deploy.embedded.settings import EmbeddedSettings
from libs.shared.base.settings import Profile

NO_ISSUER = "https://nobody.invalid"
"""The issuer of a command's environment, as a command accepts no tokens."""


def run_command(home: Path, ports: Ports, service: str, words: Sequence[str]) -> int:
    """Run ``python -m services.<service> WORDS…`` on the terminal; returns its exit code. Raises ``NotRunning`` and the
    problems of ``runners``.
    """
    layout = Layout(home.absolute())
    if not layout.data.exists() or not (layout.home / "keys.json").exists():
        raise NotRunning
    admin = (
        f"postgresql://{SUPERUSER}:{superuser_password(layout)}@127.0.0.1:{port_of(layout)}/postgres?sslmode=disable"
    )
    keys = load(layout.home / "keys.json")
    issuer = os.environ.get("SKOLELOEFT_OIDC_ISSUER", NO_ISSUER)
    told = Environment(admin, keys, ports, Profile.PRODUCTION, issuer).of(service)
    runner = runners(layout.home, EmbeddedSettings().programs, renew=False).runner(service)
    user = runner.user
    done = subprocess.run(  # noqa: S603 - our own module; the arguments come from the operator
        [runner.programs.python, "-m", f"services.{service}", *words],
        env=runner.environment(told),
        cwd=runner.folder,
        user=user.uid if user else None,
        group=user.gid if user else None,
        extra_groups=[] if user else None,
        umask=0o077 if user else -1,
        check=False,
    )
    return done.returncode
