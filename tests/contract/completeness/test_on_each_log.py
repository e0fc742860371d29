"""Reports and absence through relay and consumer. No log keeps an order between the two topics."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import asyncpg

from libs.shared.contracts.absence import CompletenessChanged, PupilMonthChanged
from libs.shared.eventlog.port import TopicSpec
from libs.shared.events.handling import TAKING, Handling
from libs.shared.events.read_models import ReadModel
from libs.shared.events.subscriptions import Subscriptions
from services.evaluation_export.panel import tables
from tests.contract.completeness.services import MONTH, NORTH, Services
from tests.factories.events import consuming, relaying, until
from tests.factories.own_topics import OwnTopics, with_topics
from tests.realparts.databases import MakeDatabase
from tests.realparts.eventlogs import EachLog

PUPILS = 6
SOON = replace(TAKING, lock_seconds=0.3)
"""A partition gives up after this; there are three, one after the other."""
ABSENCE = Subscriptions.keeping(
    ReadModel(PupilMonthChanged, tables.PupilMonth), ReadModel(CompletenessChanged, tables.Completeness)
)


@asynccontextmanager
async def _no_absence_taken(address: str) -> AsyncIterator[None]:
    """Lock the table of absence, so that the transactions of its partitions time out and are tried again later."""
    connection = await asyncpg.connect(address)
    try:
        async with connection.transaction():
            await connection.execute("LOCK TABLE pupil_month IN EXCLUSIVE MODE")
            yield
    finally:
        await connection.close()


async def test_a_report_that_overtakes_its_absence_in_the_consumer_is_not_believed(
    make_database: MakeDatabase, each_log: EachLog
) -> None:
    services = await Services.made(make_database, PUPILS)
    log = OwnTopics(each_log.log)
    await with_topics(log, "evaluation_export")
    await log.apply_topics([TopicSpec(CompletenessChanged.TOPIC, 3, compacted=True)])
    handling = Handling(services.evaluation, "evaluation_export", ABSENCE, work=SOON)
    await services.absent(list(range(1, PUPILS + 1)), f"{MONTH}-05")
    await services.report(NORTH)

    async def report_is_there() -> bool:
        return bool(await services.evaluation_rows("SELECT 1 FROM completeness WHERE reported"))

    async with relaying(services.ingest.db, log), consuming(log, handling):
        async with _no_absence_taken(services.evaluation_owner):
            await until(report_is_there)
            assert not await services.panel_says()
        await until(services.panel_says)
    assert len(await services.evaluation_rows("SELECT 1 FROM pupil_month")) == PUPILS
