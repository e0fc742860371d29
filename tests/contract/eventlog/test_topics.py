"""Topics: created by a command, which may run again."""

from uuid import uuid4

import pytest

from libs.shared.eventlog.port import TopicDiffers, TopicPartition, TopicSpec
from tests.contract.eventlog.support import outgoing
from tests.realparts.eventlogs import EachLog


def name() -> str:
    return f"test.{uuid4().hex[:12]}"


async def test_applying_twice_changes_nothing_the_second_time(each_log: EachLog) -> None:
    specs = [TopicSpec(name(), 3, compacted=True), TopicSpec(name(), 1, compacted=False, retention_hours=24)]
    first = await each_log.log.apply_topics(specs)
    assert len(first) == 2
    assert all(spec.name in " ".join(first) for spec in specs)
    assert await each_log.log.apply_topics(specs) == []
    assert await (await each_log.open()).apply_topics(specs) == []


async def test_a_new_topic_is_empty_in_all_its_partitions(each_log: EachLog) -> None:
    spec = TopicSpec(name(), 4, compacted=True)
    await each_log.log.apply_topics([spec])
    assert await each_log.log.end_offsets([spec.name]) == {TopicPartition(spec.name, n): 0 for n in range(4)}


async def test_another_number_of_partitions_is_refused_and_the_rest_is_done(each_log: EachLog) -> None:
    old, new = TopicSpec(name(), 2, compacted=True), TopicSpec(name(), 1, compacted=True)
    await each_log.log.apply_topics([old])
    with pytest.raises(TopicDiffers, match=old.name):
        await each_log.log.apply_topics([TopicSpec(old.name, 3, compacted=True), new])
    assert len(await each_log.log.end_offsets([old.name])) == 2
    assert len(await each_log.log.end_offsets([new.name])) == 1


async def test_changed_retention_is_taken_over(each_log: EachLog) -> None:
    spec = TopicSpec(name(), 1, compacted=False, retention_hours=24)
    await each_log.log.apply_topics([spec])
    longer = TopicSpec(spec.name, 1, compacted=False, retention_hours=48)
    assert len(await each_log.log.apply_topics([longer])) == 1
    assert await each_log.log.apply_topics([longer]) == []


async def test_applying_again_keeps_the_records(each_log: EachLog) -> None:
    topic = await each_log.topic(partitions=1)
    await each_log.append(outgoing(topic, ["a", "b"]))
    before = await each_log.log.end_offsets([topic])
    await each_log.log.apply_topics([TopicSpec(topic, 1, compacted=True)])
    assert await each_log.log.end_offsets([topic]) == before
    assert before[TopicPartition(topic, 0)] >= 2


async def test_a_log_that_answers_passes_its_check(each_log: EachLog) -> None:
    await each_log.log.check()
