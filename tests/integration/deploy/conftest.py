"""A home of its own for each test of the embedded PostgreSQL."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.embedded.postgres import EmbeddedPostgres
from tests.realparts.postgres import reachable_folder

QUICK = {"fsync": "off"}
"""Commits stay synchronous: what a killed server had answered must be there again."""


@pytest.fixture
def home() -> Iterator[Path]:
    """The path of a home that does not exist yet."""
    with reachable_folder() as folder:
        yield folder / "home"


@pytest.fixture(scope="session")
def stopped() -> Iterator[Path]:
    """A home whose server has run once and was stopped cleanly; copying a cluster is faster than creating one."""
    with reachable_folder() as folder:
        with EmbeddedPostgres(folder / "home", settings=QUICK):
            pass
        yield folder / "home"


@pytest.fixture
def server(home: Path, stopped: Path) -> Iterator[EmbeddedPostgres]:
    """A server that is not started, with an empty cluster in its home."""
    subprocess.run(["cp", "-a", stopped, home], check=True)
    server = EmbeddedPostgres(home, settings=QUICK)
    yield server
    server.stop()


@pytest.fixture
def new_server(home: Path) -> Iterator[EmbeddedPostgres]:
    """A server that is not started, with nothing in its home."""
    server = EmbeddedPostgres(home, settings=QUICK)
    yield server
    server.stop()
