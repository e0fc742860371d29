"""Each log in turn, with the topics' names from the contracts, and a service's database."""

from collections.abc import AsyncIterator

import pytest

from libs.shared.eventlog.factory import open_event_log
from libs.shared.eventlog.port import EventLog
from tests.factories.events import service_database
from tests.factories.own_topics import OwnTopics, with_topics
from tests.realparts.databases import MakeDatabase, OwnDatabase
from tests.realparts.eventlogs import QUICK

GROUP = "evaluation_export"


@pytest.fixture
async def log(log_url: tuple[str, str]) -> AsyncIterator[EventLog]:
    """A started log with the test's topics, three partitions."""
    inner = open_event_log(log_url[1], client_id="test-events", times=QUICK)
    await inner.start()
    yield await with_topics(OwnTopics(inner), GROUP)
    await inner.close()


@pytest.fixture
async def own(make_database: MakeDatabase) -> OwnDatabase:
    """The consuming service's database."""
    return await service_database(make_database)
