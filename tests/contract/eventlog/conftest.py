"""The logs under test."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Iterator

import pytest

from libs.shared.db.bootstrap import bootstrap
from libs.shared.eventlog.factory import open_event_log
from libs.shared.eventlog.postgres.migrate import migrate
from tests.contract.eventlog.support import QUICK, Harness
from tests.realparts.databases import drop, roles_of


@pytest.fixture(scope="session")
def eventlog_url(postgres_dsn: str) -> Iterator[str]:
    """The application role's address of a migrated event-log database, one for the run."""
    name = f"t_{secrets.token_hex(6)}"
    roles = roles_of(postgres_dsn, name)

    async def make() -> None:
        await bootstrap(postgres_dsn, [roles])
        await migrate(roles.owner_url)

    asyncio.run(make())
    yield roles.app_url
    asyncio.run(drop(postgres_dsn, name))


@pytest.fixture(params=["memory", "postgresql", pytest.param("kafka", marks=pytest.mark.kafka)])
def log_url(request: pytest.FixtureRequest) -> tuple[str, str]:
    """Name and address of each log in turn."""
    name: str = request.param
    if name == "kafka":
        return name, f"kafka://{request.getfixturevalue('kafka_bootstrap')}"
    return name, "memory:" if name == "memory" else request.getfixturevalue("eventlog_url")


@pytest.fixture
async def harness(log_url: tuple[str, str]) -> AsyncIterator[Harness]:
    """A started log under test."""
    name, url = log_url
    log = open_event_log(url, client_id="test", times=QUICK)
    await log.start()
    made = Harness(name, url, log)
    yield made
    await made.close()
    await log.close()
