"""``make demo ONCE=1`` runs the whole journey on the embedded deployment and reports whether all counts add up."""

import os
import pwd
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.embedded.reachable import programs as reachable

ROOT = Path(__file__).parents[2]


PLAIN = "nobody"
"""Whom the tests, run by root, become for this one: every other one runs the deployment as root."""


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_the_demo_walks_the_journey_for_a_plain_user_and_everything_adds_up(
    home: Path, port_base: int, programs: Path
) -> None:
    environment = os.environ | {"PORT_BASE": str(port_base), "ONCE": "1", "PYTHONPATH": str(ROOT)}
    python, becoming, folder = sys.executable, {}, home.parent / "plain"
    folder.mkdir()
    if os.geteuid() == 0:
        user = pwd.getpwnam(PLAIN)
        made = reachable(programs)
        python, environment = made.python, environment | made.environment | {"HOME": str(folder)}
        becoming = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        os.chown(folder, user.pw_uid, user.pw_gid)
    done = subprocess.run(
        [python, "-m", "deploy.demo"],
        cwd=folder,
        env=environment | {"SKOLELOEFT_HOME": str(folder / "home")},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        **becoming,
    )
    print(done.stdout, done.stderr)
    assert done.returncode == 0
    assert "✗" not in done.stdout
    assert (folder / "demo-files" / "files.json").exists()


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_serving_without_an_issuer_stops_with_a_clear_error(home: Path, port_base: int) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "SKOLELOEFT_OIDC_ISSUER"}
    environment |= {"SKOLELOEFT_HOME": str(home), "PORT_BASE": str(port_base)}
    done = subprocess.run(
        [sys.executable, "-m", "deploy.embedded", "serve"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert "SKOLELOEFT_OIDC_ISSUER" in done.stderr
