"""A worker that starts while the broker is away: files are imported, and their events are published once the broker is
there.
"""

import asyncio
from pathlib import Path

import pytest

from libs.shared.base.settings import Profile
from libs.shared.eventlog.factory import open_event_log
from libs.shared.eventlog.topics import specs
from libs.shared.privacy.keys import KeyRing
from tests.factories.events import rows, until
from tests.factories.processes import RING, running
from tests.integration.services.registration.service import MIGRATIONS, SCHOOLS, Registration
from tests.realparts.databases import MakeDatabase
from tests.realparts.kafka import absent_kafka_or_skip
from tests.realparts.kafka_server import answers


@pytest.mark.kafka
@pytest.mark.slow
async def test_a_file_is_imported_while_kafka_is_away_and_its_events_come_later(
    make_database: MakeDatabase, tmp_path: Path
) -> None:
    own = await make_database(MIGRATIONS)
    ring = KeyRing.parse(RING)
    registration = Registration(own.db, ring, ring, ring, Profile.PRODUCTION)
    with absent_kafka_or_skip() as kafka:
        url = f"kafka://{kafka.bootstrap}"
        async with running("registration", "worker", own.app_url, tmp_path, SKOLELOEFT_EVENT_LOG=url) as worker:
            queued = await registration.queue("schools", SCHOOLS)

            async def imported() -> bool:
                return (await registration.receipt(queued)).final

            await until(imported)
            assert not answers(kafka.port)
            assert (await registration.receipt(queued)).state.value == "completed"
            away = await worker.until("/health/ready", 503)
            assert away.json()["checks"]["event_log"] != "ok"
            await worker.until("/health/live", 200)

            await asyncio.to_thread(kafka.start)
            await worker.until("/health/startup", 200)
            log = open_event_log(url, client_id="test")
            await log.start()
            await log.apply_topics(specs())

            async def published() -> bool:
                (row,) = await rows(own, "SELECT count(*), count(published_at) AS published FROM outbox")
                return bool(row["count"] == row["published"] == 2)

            await until(published, seconds=90)
            ends = await log.end_offsets(["registration.school"])
            await log.close()
            assert sum(ends.values()) >= 2
            await worker.until("/health/ready", 200)
            assert not worker.lines("process.loop_failed")
    assert worker.process.returncode == 0
