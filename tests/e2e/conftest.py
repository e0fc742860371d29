"""A deployment of the whole platform for one test."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.realparts.ports import free_ports
from tests.realparts.postgres import reachable_folder


@pytest.fixture
def port_base() -> int:
    return free_ports()


@pytest.fixture(scope="session", autouse=True)
def programs() -> Iterator[Path]:
    """The folder to which deployments started by root copy a Python that other users cannot read: once per run, not per
    home.
    """
    with reachable_folder() as folder:
        os.environ["EMBEDDED_PROGRAMS"] = str(folder / "programs")
        yield folder / "programs"
        del os.environ["EMBEDDED_PROGRAMS"]


@pytest.fixture
def home(request: pytest.FixtureRequest) -> Iterator[Path]:
    """A home for the deployment; its logs are printed if the test fails."""
    with reachable_folder() as folder:
        yield folder / "home"
        failed = getattr(request.node, "failed", True)
        if failed:
            for log in sorted((folder / "home" / "logs").glob("*.log")):
                lines = log.read_text(errors="replace").splitlines()[-15:]
                print(f"--- {log.name}", *lines, sep="\n")
        shutil.rmtree(folder / "home", ignore_errors=True)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Remember whether the test itself failed."""
    outcome = yield
    if call.when == "call":
        item.failed = outcome.get_result().failed  # type: ignore[attr-defined]  # read by ``home``
