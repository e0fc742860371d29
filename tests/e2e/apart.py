"""Checks that the operating system separates the processes of a deployment, by acting as each of their users."""

import json
import os
import subprocess
from pathlib import Path

from deploy.embedded.composition import Deployment
from deploy.embedded.service_users import ISSUER, Runner
from libs.shared.contracts.topics import SERVICES

TRY = """
import json, os, sys
def reads(path):
    try:
        os.listdir(path) if os.path.isdir(path) else open(path, "rb").read(1)
    except OSError:
        return False
    return True
def writes(path):
    try:
        os.close(os.open(os.path.join(path, "tried"), os.O_WRONLY | os.O_CREAT)); os.unlink(os.path.join(path, "tried"))
    except OSError:
        return False
    return True
paths = json.load(sys.stdin)
print(json.dumps([path for path in paths if reads(path) or (os.path.isdir(path) and writes(path))]))
"""


def assert_apart(deployment: Deployment) -> None:
    """As root: every service has its own user, and can open nothing of another service and no secret of the home."""
    running = {name: child.running for name, child in deployment.children.items()}
    pids = {name: process.pid for name, process in running.items() if process is not None}
    assert {*SERVICES, ISSUER} <= pids.keys()
    uids = {name: Path(f"/proc/{pid}").stat().st_uid for name, pid in pids.items()}
    if os.geteuid() != 0:
        assert set(uids.values()) == {os.geteuid()}
        return
    assert 0 not in uids.values()
    assert len(set(uids.values())) == len(uids)
    home = deployment.home
    secret = [home / "keys.json", home / "postgres-superuser.password", home / "postgres" / "data", home / "logs"]
    secret += [home / "postgres" / "run", home]
    for name, pid in pids.items():
        others = [other for other in pids if other != name]
        foreign = [Path(f"/proc/{pids[other]}/environ") for other in others]
        foreign += [home / "services" / other for other in others]
        own = [home / "services" / name, Path(f"/proc/{pid}/environ")]
        runner = deployment.children[name].runner
        assert _opened(runner, [*secret, *foreign, *own]) == own, name


def _opened(runner: Runner, paths: list[Path]) -> list[Path]:
    assert runner.user is not None
    done = subprocess.run(
        [runner.programs.python, "-c", TRY],
        input=json.dumps(list(map(str, paths))),
        env={"PATH": os.environ["PATH"], **runner.programs.environment},
        cwd=runner.folder,
        user=runner.user.uid,
        group=runner.user.gid,
        extra_groups=[],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return list(map(Path, json.loads(done.stdout)))
