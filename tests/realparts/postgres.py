"""A real PostgreSQL for tests.

`SKOLELOEFT_TEST_POSTGRES` (the DSN of a superuser) is used if it is set; otherwise an embedded server is started once
per session in a temporary home, and deleted with it.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from deploy.embedded.postgres import EmbeddedPostgres

ADDRESS_VARIABLE = "SKOLELOEFT_TEST_POSTGRES"

THROWAWAY = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
"""Settings for data that nobody misses: quicker, and lost when the machine stops."""


IN_MEMORY = Path("/dev/shm")  # noqa: S108 - mkdtemp makes the name
ENOUGH_BYTES = 4 * 1024**3
"""What the tests' databases need at most is a third of it; as much memory again must be left for everything else."""


def _parent(*, in_memory: bool) -> str:
    if in_memory and IN_MEMORY.is_dir():
        memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
        if shutil.disk_usage(IN_MEMORY).free >= ENOUGH_BYTES and memory >= 2 * ENOUGH_BYTES:
            return str(IN_MEMORY)
    return "/var/tmp" if Path("/var/tmp").is_dir() else tempfile.gettempdir()  # noqa: S108 - mkdtemp makes the name


@contextmanager
def reachable_folder(*, in_memory: bool = False) -> Iterator[Path]:
    """A temporary folder that the server's user can enter; pytest's own folders are open to their owner only.

    ``in_memory`` puts it in memory instead of on a disk, if there is enough memory.
    """
    folder = Path(tempfile.mkdtemp(prefix="skl-", dir=_parent(in_memory=in_memory)))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def postgres_server() -> Iterator[str]:
    """The superuser's DSN of a PostgreSQL that runs as long as the context is open."""
    if given := os.environ.get(ADDRESS_VARIABLE):
        yield given
        return
    with reachable_folder(in_memory=True) as folder, EmbeddedPostgres(folder / "home", settings=THROWAWAY) as server:
        yield server.superuser_dsn().partition("?")[0]


@pytest.fixture(scope="session")
def postgres_dsn() -> Iterator[str]:
    """The superuser's DSN, one server for the whole session; a test creates its own databases on it."""
    with postgres_server() as dsn:
        yield dsn
