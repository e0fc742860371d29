"""``make demo ONCE=1`` walks the whole journey on embedded parts and says whether it adds up."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_the_demo_walks_the_journey_and_everything_adds_up(home: Path, port_base: int, tmp_path: Path) -> None:
    environment = os.environ | {
        "SKOLELOEFT_HOME": str(home),
        "PORT_BASE": str(port_base),
        "ONCE": "1",
        "PYTHONPATH": str(ROOT),
    }
    done = subprocess.run(
        [sys.executable, "-m", "deploy.demo"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    print(done.stdout, done.stderr)
    assert done.returncode == 0
    assert "✗" not in done.stdout
    assert (tmp_path / "demo-files" / "files.json").exists()


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
