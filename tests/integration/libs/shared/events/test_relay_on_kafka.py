"""The relay on a real Kafka: one of its requests hangs in the network, and the broker is away."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from libs.shared.contracts.codec import decode
from libs.shared.eventlog.factory import open_event_log
from libs.shared.eventlog.kafka import KafkaEventLog
from libs.shared.eventlog.kafka.address import KafkaAddress
from libs.shared.eventlog.port import EventLog, TopicSpec
from libs.shared.events.backoff import Backoff
from libs.shared.events.relay import LOCK, Relay
from tests.contract.events.conftest import GROUP
from tests.contract.events.support import goes_on_by_itself
from tests.factories.events import QUICK_RELAY, absence_outbox, month, relaying, rows, service_database, until
from tests.factories.own_topics import TOPIC, with_topics
from tests.realparts.databases import MakeDatabase, OwnDatabase
from tests.realparts.eventlogs import QUICK
from tests.realparts.kafka import own_kafka_or_skip
from tests.realparts.kafka_server import KafkaServer
from tests.realparts.slow_network import SlowNetwork, slow_network

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

AT_ONCE = {"segment.ms": "1000", "min.cleanable.dirty.ratio": "0.01", "max.compaction.lag.ms": "1000"}
"""The topic is compacted as soon as the broker looks, and it looks all the time."""


@pytest.fixture(scope="module")
def ports() -> list[tuple[int, int]]:
    return []


@pytest.fixture(scope="module")
def server(ports: list[tuple[int, int]]) -> Iterator[KafkaServer]:
    made = KafkaServer(settings={"log.cleaner.backoff.ms": "500", "log.initial.task.delay.ms": "500"})
    ports.append(made.with_slow_network())
    with own_kafka_or_skip(made) as running:
        yield running


@pytest.fixture
async def network(server: KafkaServer, ports: list[tuple[int, int]]) -> AsyncIterator[SlowNetwork]:
    async with slow_network(*ports[0]) as made:
        yield made


async def say(own: OwnDatabase, pupil: UUID, version: int) -> None:
    async with own.db.write() as session:
        await absence_outbox().add(session, month(pupil, version))


async def all_out(own: OwnDatabase) -> bool:
    return not await rows(own, "SELECT 1 FROM outbox WHERE published_at IS NULL")


async def versions(log: EventLog, pupil: UUID) -> list[int]:
    """The versions of the pupil that a new reader of the topic gets, in order."""
    member = log.consumer(f"reader-{uuid4().hex}", [TOPIC])
    await member.start()
    try:
        ends, found = await log.end_offsets([TOPIC]), []
        async with asyncio.timeout(30):
            while any(at not in member.assignment() or (member.position(at) or 0) < ends[at] for at in ends):
                found += await member.poll(max_records=100, wait_seconds=0.2)
    finally:
        await member.close()
    mine = [record for record in found if record.key.startswith(str(pupil))]
    return [decode(record.headers, record.value or b"").data.aggregate_version for record in mine]


async def test_the_newer_version_stays_last_though_an_older_request_arrives_after_it(
    make_database: MakeDatabase, server: KafkaServer, network: SlowNetwork
) -> None:
    own, pupil = await service_database(make_database), uuid4()
    slow = KafkaEventLog(KafkaAddress.parse(f"kafka://127.0.0.1:{network.port}"), client_id="a", times=QUICK)
    quick = KafkaEventLog(KafkaAddress.parse(f"kafka://{server.bootstrap}"), client_id="b", times=QUICK)
    await quick.apply_topics([TopicSpec(TOPIC, 1, True, None, AT_ONCE)])
    first = Relay(
        own.db, slow, name="absence_ingest", settings=replace(QUICK_RELAY, backoff=Backoff(first=300, most=300))
    )
    one = asyncio.create_task(first.run(asyncio.Event()))

    async def active() -> bool:
        return first.active

    async def lost() -> bool:
        return not first.active

    await until(active)
    await say(own, uuid4(), 1)
    await until(lambda: all_out(own))
    network.holding = True
    await say(own, pupil, 1)
    async with asyncio.timeout(20):
        await network.held.wait()
    begun = time.monotonic()
    await rows(
        own,
        "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid = $1 AND granted"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
        LOCK,
    )
    await until(lost)
    async with relaying(own.db, quick):
        await until(lambda: all_out(own))
        await say(own, pupil, 2)
        await until(lambda: all_out(own))
        await network.recover()
        assert time.monotonic() - begun < 60
    seen = await versions(quick, pupil)
    assert seen[-1] == 2, f"a new reader takes an older state for the newest: {seen}"

    async with relaying(own.db, quick), asyncio.timeout(90):
        while seen[:-1]:  # the last segment is never compacted, so further records are needed
            await say(own, uuid4(), 1)
            await asyncio.sleep(0.5)
            seen = await versions(quick, pupil)
    assert seen == [2], "after the broker's compaction the newer state is what is left"
    one.cancel()
    await asyncio.gather(one, return_exceptions=True)
    await slow.close()
    await quick.close()


async def test_relay_and_consumer_started_while_the_broker_is_away_go_on_when_it_comes(
    make_database: MakeDatabase, server: KafkaServer
) -> None:
    own, url = await service_database(make_database), f"kafka://{server.bootstrap}?prefix=away."
    there = open_event_log(url, client_id="test", times=QUICK)
    await with_topics(there, GROUP)
    await there.close()
    await asyncio.to_thread(server.kill)

    async def come() -> None:
        await asyncio.to_thread(server.start)

    await goes_on_by_itself(own, url, come)
