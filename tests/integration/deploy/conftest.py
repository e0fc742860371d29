"""A home of its own for each test of the embedded PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.embedded.postgres import EmbeddedPostgres
from tests.realparts.postgres import reachable_folder


@pytest.fixture
def home() -> Iterator[Path]:
    with reachable_folder() as folder:
        yield folder / "home"


@pytest.fixture
def server(home: Path) -> Iterator[EmbeddedPostgres]:
    # Commits stay synchronous: what a killed server had answered must be there again.
    server = EmbeddedPostgres(home, settings={"fsync": "off"})
    yield server
    server.stop()
