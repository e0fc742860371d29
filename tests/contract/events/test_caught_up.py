"""A test that waits until a group has caught up waits for all that it appended."""

from collections.abc import Sequence

from libs.shared.eventlog.memory import MemoryEventLog
from libs.shared.eventlog.port import TopicPartition
from tests.contract.events.support import caught_up, handling, outgoing, wait_caught_up
from tests.factories.events import consuming, effects, month, service_database
from tests.factories.own_topics import TOPIC, OwnTopics, with_topics
from tests.realparts.databases import MakeDatabase


class Unmarked(OwnTopics):
    """Kafka before it has written the markers of the last transaction: its records cannot be read yet."""

    marked = False

    async def end_offsets(self, topics: Sequence[str]) -> dict[TopicPartition, int]:
        found = await super().end_offsets(topics)
        return found if self.marked else dict.fromkeys(found, 0)


async def test_records_that_cannot_be_read_yet_are_waited_for(make_database: MakeDatabase) -> None:
    log = Unmarked(MemoryEventLog())
    await with_topics(log, "evaluation_export")
    await log.append([outgoing(month()) for _ in range(12)])
    assert set((await log.end_offsets([TOPIC])).values()) == {0}
    assert not await caught_up(log)
    own = await service_database(make_database)
    log.marked = True
    async with consuming(log, handling(own)):
        await wait_caught_up(log)
    assert len(await effects(own)) == 12
