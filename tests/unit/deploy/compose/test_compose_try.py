import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[4]


def test_without_an_engine_one_line_says_so() -> None:
    # Nothing listens on this address, as on a machine without Docker.
    environment = os.environ | {"DOCKER_HOST": "unix:///nonexistent/docker.sock"}
    done = subprocess.run(
        [ROOT / "scripts" / "compose-try"], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == "compose-try needs a Docker engine that answers, and its compose plugin.\n"
