"""Without the test packages the check says what it lacks, and the other commands work."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[4]
WITHOUT = (
    "import sys; sys.modules[sys.argv[1]] = None; from deploy.k8s.__main__ import main; sys.exit(main(sys.argv[2:]))"
)


def run_without(package: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """``python -m deploy.k8s`` with these arguments, where importing this package fails."""
    command = [sys.executable, "-c", WITHOUT, package, *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("package", ["kubernetes_validate", "jsonschema"])
def test_the_check_names_the_package_that_it_lacks(package: str) -> None:
    ended = run_without(package)
    assert ended.returncode == 2
    assert ended.stderr.startswith(f"The check needs the Python package {package}, which is not installed: ")
    assert "requirements/test.txt" in ended.stderr


@pytest.mark.parametrize("arguments", [("kafka-users",), ("secrets", "--help")])
def test_the_other_commands_work_without_the_package(arguments: tuple[str, ...]) -> None:
    ended = run_without("kubernetes_validate", *arguments)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout
