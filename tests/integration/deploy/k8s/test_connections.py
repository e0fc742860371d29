"""The connections outside the pools: those that real processes open, those that are counted, and those of the guide."""

import asyncio
import re
from pathlib import Path

import pytest

from deploy.k8s.connections import beside_the_processes, outside_the_pool
from deploy.k8s.expected import declared, processes, service_names
from libs.shared.db.migrate import migrate
from libs.shared.eventlog.factory import open_event_log
from libs.shared.eventlog.topics import specs
from tests.factories.events import rows, until
from tests.factories.processes import running
from tests.realparts.databases import MakeDatabase, OwnDatabase

GUIDE = Path(__file__).parents[4] / "docs" / "guides" / "ops" / "databases.md"
# A connection that is opened later than the others would be seen within this time.
SURPLUS_SECONDS = 2.0
OPEN = "SELECT count(*) FROM pg_stat_activity WHERE datname = $1 AND application_name = $2"


async def opened(own: OwnDatabase, service: str) -> int:
    """How many connections outside the pools are open in the service's database."""
    ((number,),) = await rows(own, OPEN, own.name, f"{service}-dedicated")
    return int(number)


async def enough(own: OwnDatabase, service: str, counted: int) -> bool:
    return await opened(own, service) >= counted


@pytest.mark.parametrize("service", service_names())
@pytest.mark.parametrize("part", ["api", "worker"])
async def test_a_process_opens_as_many_connections_outside_its_pool_as_are_counted(
    service: str, part: str, make_database: MakeDatabase, own_eventlog_url: str, tmp_path: Path
) -> None:
    own = await make_database()
    await migrate(declared(service).migrations, own.owner_url)
    log = open_event_log(own_eventlog_url, client_id="test")
    await log.start()
    await log.apply_topics(specs())
    await log.close()
    counted = outside_the_pool(processes()[f"{service.replace('_', '-')}-{part}"])

    async with running(service, part, own.app_url, tmp_path, SKOLELOEFT_EVENT_LOG=own_eventlog_url) as process:
        await process.until("/health/startup", 200)
        await until(lambda: enough(own, service, counted))
        await asyncio.sleep(SURPLUS_SECONDS)
        assert await opened(own, service) == counted


def test_the_guide_lists_what_is_counted() -> None:
    guide = GUIDE.read_text(encoding="utf-8")
    listed = {
        name: int(number) for name, number in re.findall(r"^\| `(\w+) worker` \|[^|]+\| (\d+):", guide, re.MULTILINE)
    }
    assert listed == {name: outside_the_pool(processes()[f"{name.replace('_', '-')}-worker"]) for name in listed}
    assert listed.keys() == set(service_names())
    assert f"max_connections = APIs + workers + surge + {beside_the_processes()}\n" in guide
