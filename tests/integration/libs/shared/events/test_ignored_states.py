"""A producer restored from a backup is noticed at once, and its states count again after ``raise-versions``."""

import asyncio
from uuid import uuid4

from libs.shared.contracts.absence import PupilMonthChanged
from libs.shared.eventlog.memory import MemoryEventLog
from libs.shared.events import rebuilds
from libs.shared.events.handling import Handling
from libs.shared.events.outbox import Outbox
from libs.shared.events.rebuilding import Rebuilding, RebuildSettings
from libs.shared.events.republishing import Page, Place, Republishing
from libs.shared.events.versions import raise_versions
from libs.shared.operations.republishing import republish_command
from tests.contract.events.support import outgoing, wait_caught_up
from tests.factories.events import consuming, month, relaying, rows, service_database, until
from tests.factories.own_topics import TOPIC, memory_log
from tests.factories.read_models import GROUP, keeping, months, told_again
from tests.realparts.databases import MakeDatabase, OwnDatabase


def counted(handling: Handling) -> tuple[float, float]:
    """The numbers of handled and of ignored states."""
    metrics = handling.metrics
    return (
        metrics.handled.labels(GROUP, TOPIC)._value.get(),
        metrics.ignored_states.labels(GROUP, TOPIC)._value.get(),
    )


async def test_versions_that_go_back_or_stand_still_are_counted_apart_and_republished_ones_are_not(
    make_database: MakeDatabase,
) -> None:
    own, log, pupil = await service_database(make_database), await memory_log(GROUP, partitions=1), uuid4()
    handling = keeping(own)
    async with consuming(log, handling):
        for version in range(1, 6):
            await log.append([outgoing(month(pupil, version))])
        await wait_caught_up(log)
        assert counted(handling) == (5, 0)
        await log.append([outgoing(month(pupil, 4)), outgoing(month(pupil, 5))])
        await wait_caught_up(log)
        assert counted(handling) == (5, 2)
        await log.append([told_again(outgoing(month(pupil, 5)))])
        await wait_caught_up(log)
        assert counted(handling) == (6, 2)
        await log.append([told_again(outgoing(month(pupil, 3)))])
        await wait_caught_up(log)
    assert counted(handling) == (6, 3)
    assert (await months(own))[pupil][1] == 5


async def published(own: OwnDatabase) -> bool:
    return not await rows(own, "SELECT 1 FROM outbox WHERE published_at IS NULL")


async def told(producer: OwnDatabase, log: MemoryEventLog, states: list[PupilMonthChanged]) -> None:
    """Publish these states from the producer, and wait until they are in the log."""
    async with producer.db.write() as session:
        await Outbox("absence_ingest").add(session, states)
    async with relaying(producer.db, log):
        await until(lambda: published(producer))


async def test_after_a_restore_raised_versions_make_the_readers_agree_with_the_producer(
    make_database: MakeDatabase,
) -> None:
    log = await memory_log(GROUP, partitions=1)
    producer, restored, reader = [await service_database(make_database) for _ in range(3)]
    changed, unchanged, lost = uuid4(), uuid4(), uuid4()
    await told(producer, log, [month(changed, version) for version in range(1, 6)])
    await told(producer, log, [month(unchanged, 1), month(lost, 1)])

    held = {changed: 2, unchanged: 1}  # the backup has version 2 of one pupil, and nothing of the third
    handling = keeping(reader)

    async def tell_page(session: object, _: str, __: Place | None, ___: int) -> Page:
        states = [month(pupil, version) for pupil, version in held.items()]
        await Outbox("absence_ingest").add(session, states, republished=True)  # type: ignore[arg-type]
        return Page(len(states), None)

    async with consuming(log, handling):
        await wait_caught_up(log)
        held[changed] = 3
        await told(restored, log, [month(changed, 3)])
        await wait_caught_up(log)
        assert (await months(reader))[changed] == (5, 5), "the change is not seen"
        assert counted(handling)[1] == 1
        said: list[str] = []
        done = await republish_command(
            (),
            db=restored.db,
            service="absence_ingest",
            republishing=[Republishing(TOPIC, tell_page)],
            raised=True,
            write=said.append,
        )
        async with relaying(restored.db, log):
            await until(lambda: published(restored))
        await wait_caught_up(log)
        assert done == 0
        found = await months(reader)
        assert found[changed][0] == 3
        raised = found[changed][1] - 3
        assert raised > 1_000_000
        held[changed] = 4
        await told(restored, log, [month(changed, 4)])
        await wait_caught_up(log)
    assert (await months(reader))[changed] == (4, raised + 4)
    assert lost in await months(reader), "a key that the producer no longer has stays until the reader is rebuilt"
    async with reader.db.write() as session:
        await rebuilds.request(session, GROUP, TOPIC, above=raised)
    await Rebuilding(reader.db, log, handling, settings=RebuildSettings(wait_seconds=0.1)).work(asyncio.Event())
    assert (await months(reader)).keys() == held.keys()


async def test_raising_again_goes_above_whatever_a_backup_knows_of_it(make_database: MakeDatabase) -> None:
    own, older = await service_database(make_database), await service_database(make_database)
    raised = []
    for database in (own, own, older):
        async with database.db.write() as session:
            raised.append(await raise_versions(session))
    assert raised[0] < raised[1]
    assert raised[2] >= raised[0]
