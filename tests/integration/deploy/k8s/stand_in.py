"""A stand-in for kubectl that records its calls in a folder, so that the order of a script's steps can be tested
without a cluster.
"""

import os
import subprocess
import sys
from pathlib import Path

KUBECTL = Path(__file__).with_name("stand_in_kubectl.py")


class StandIn:
    """Programs in a folder that comes first on the PATH; ``calls`` are the calls of kubectl."""

    def __init__(self, folder: Path, rendered: str, secrets: str) -> None:
        self._folder = folder
        for name, text in {
            "kubectl": f'#!/bin/sh\nexec {sys.executable} -ISE {KUBECTL} "$@"\n',
            "kustomize": f"#!/bin/sh\ncat {folder}/rendered.yaml\n",
            "sleep": "#!/bin/sh\nexit 0\n",
        }.items():
            (folder / name).write_text(text, encoding="utf-8")
            (folder / name).chmod(0o755)
        (folder / "rendered.yaml").write_text(rendered, encoding="utf-8")
        (folder / "secrets.json").write_text(secrets, encoding="utf-8")

    @property
    def calls(self) -> list[str]:
        return (self._folder / "calls").read_text(encoding="utf-8").splitlines()

    @property
    def secrets(self) -> str:
        return (self._folder / "secrets.json").read_text(encoding="utf-8")

    def run(self, script: Path, *words: str, **states: str) -> "subprocess.CompletedProcess[str]":
        environment = {
            **os.environ,
            "PATH": f"{self._folder}:{os.environ['PATH']}",
            "STAND_IN": str(self._folder),
            **{f"STAND_IN_{name}": state for name, state in states.items() if name.islower()},
            **{name: state for name, state in states.items() if name.isupper()},
        }
        return subprocess.run(
            [str(script), str(self._folder), *words],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            stdin=subprocess.DEVNULL,
        )
