"""The position of a member: committed offsets, seeking, pausing, and lag."""

import asyncio

import pytest

from libs.shared.eventlog.port import PartitionLost, Record, TopicPartition
from tests.contract.eventlog.support import (
    DEADLINE,
    at_rest,
    ends,
    group_name,
    nothing_more,
    outgoing,
    poll_until,
    read,
    values,
)
from tests.realparts.eventlogs import EachLog


async def test_a_new_group_starts_at_the_earliest_record(each_log: EachLog) -> None:
    topic = await each_log.topic()
    await each_log.append(outgoing(topic, ["a", "b", "c"]))
    for _ in range(2):
        assert sorted(values(await read(await each_log.member(group_name(), topic), 3))) == [0, 1, 2]


async def test_a_waiting_member_gets_what_is_appended_later(each_log: EachLog) -> None:
    topic = await each_log.topic()
    member = await each_log.member(group_name(), topic)
    await nothing_more(member, 0.3)
    await each_log.append(outgoing(topic, ["a"]))
    assert values(await read(member, 1)) == [0]


async def test_a_group_goes_on_after_what_it_committed(each_log: EachLog) -> None:
    topic, group = await each_log.topic(partitions=1), group_name()
    await each_log.append(outgoing(topic, list("abcdef")))
    member = await each_log.member(group, topic)
    found = await read(member, 6)
    await member.commit({found[0].at: 4})
    await member.close()
    assert values(await read(await each_log.member(group, topic), 2)) == [4, 5]


async def test_what_was_not_committed_comes_again(each_log: EachLog) -> None:
    topic, group = await each_log.topic(), group_name()
    await each_log.append(outgoing(topic, list("abcdef")))
    member = await each_log.member(group, topic)
    await read(member, 6)
    await member.close()
    assert sorted(values(await read(await each_log.member(group, topic), 6))) == [0, 1, 2, 3, 4, 5]


async def test_committed_offsets_and_ends_can_be_asked_for(each_log: EachLog) -> None:
    topic, group = await each_log.topic(partitions=2), group_name()
    assert await each_log.log.committed(group, [topic]) == {}
    await each_log.append(outgoing(topic, [f"key-{n}" for n in range(20)]))
    member = await each_log.member(group, topic)
    found = await read(member, 20)
    await member.commit(dict.fromkeys(ends(found), 1))
    assert await each_log.log.committed(group, [topic]) == dict.fromkeys(ends(found), 1)
    await member.commit(ends(found))
    committed, reached = await each_log.log.committed(group, [topic]), await each_log.log.end_offsets([topic])
    assert all(ends(found)[at] <= committed[at] <= reached[at] for at in reached)
    assert await each_log.log.committed(group_name(), [topic]) == {}


async def test_lag_counts_what_is_not_committed(each_log: EachLog) -> None:
    topic = await each_log.topic(partitions=1)
    at = TopicPartition(topic, 0)
    await each_log.append(outgoing(topic, list("abcde")))
    member = await each_log.member(group_name(), topic)
    found = await read(member, 5)
    assert (await member.lag())[at] >= 5
    await member.commit({at: found[2].offset + 1})
    assert 2 <= (await member.lag())[at] < 5
    await member.commit(ends(found))
    await at_rest(member)


async def test_seek_reads_a_failed_batch_again(each_log: EachLog) -> None:
    topic = await each_log.topic(partitions=1)
    await each_log.append(outgoing(topic, list("abcde")))
    member = await each_log.member(group_name(), topic)
    found = await read(member, 5)
    member.seek(found[0].at, 2)
    assert values(await read(member, 3)) == [2, 3, 4]
    await nothing_more(member)


async def test_seek_of_a_partition_not_assigned_says_so(each_log: EachLog) -> None:
    topic = await each_log.topic(partitions=1)
    member = await each_log.member(group_name(), topic)
    with pytest.raises(PartitionLost):
        member.seek(TopicPartition(topic, 7), 0)
    with pytest.raises(PartitionLost):
        await member.commit({TopicPartition(topic, 7): 0})


async def test_a_paused_partition_waits_while_others_are_read(each_log: EachLog) -> None:
    topic = await each_log.topic(partitions=3)
    keys = [f"key-{n}" for n in range(30)]
    await each_log.append(outgoing(topic, keys))
    member = await each_log.member(group_name(), topic)
    first = await read(member, 30)
    still = frozenset({first[0].at})
    waiting = {record.key for record in first if record.at in still}
    member.pause(still)
    await each_log.append(outgoing(topic, keys))
    others = await read(member, 30 - len(waiting))
    assert waiting.isdisjoint(record.key for record in others)
    await nothing_more(member)
    assert still <= member.assignment()
    member.resume(still)
    assert {record.key for record in await read(member, len(waiting))} == waiting


async def test_a_failed_batch_can_be_sought_paused_and_resumed(each_log: EachLog) -> None:
    topic = await each_log.topic(partitions=1)
    await each_log.append(outgoing(topic, list("abcde")))
    member = await each_log.member(group_name(), topic)
    (first, *_) = await read(member, 5)
    member.seek(first.at, 1)
    member.pause(frozenset({first.at}))
    await nothing_more(member)
    member.resume(frozenset({first.at}))
    assert values(await read(member, 4)) == [1, 2, 3, 4]


async def test_no_more_than_max_records_come_at_once_and_none_is_left_out(each_log: EachLog) -> None:
    topic = await each_log.topic(partitions=3)
    await each_log.append(outgoing(topic, [f"key-{n}" for n in range(100)]))
    member = await each_log.member(group_name(), topic)
    found: list[Record] = []
    await poll_until(lambda: bool(member.assignment()), member, into=found)
    while len(found) < 100:
        batch = await member.poll(max_records=7, wait_seconds=5)
        assert 0 < len(batch) <= 7
        found += batch
    assert sorted(values(found)) == list(range(100))


async def test_a_busy_partition_does_not_hide_the_others(each_log: EachLog) -> None:
    topic = await each_log.topic(partitions=2)
    await each_log.append(outgoing(topic, [f"key-{n}" for n in range(1000)]))
    member = await each_log.member(group_name(), topic)
    order: list[int] = []
    while len(order) < 1000:
        order += [record.partition for record in await member.poll(max_records=20, wait_seconds=5)]
    assert {0, 1} == set(order[:200]), "both are read long before one of them is empty"


async def test_a_poll_hands_out_of_every_partition_that_has_records_and_not_of_the_busiest_alone(
    each_log: EachLog,
) -> None:
    topic = await each_log.topic(partitions=6)
    await each_log.append(outgoing(topic, [f"key-{n}" for n in range(900)]))
    member = await each_log.member(group_name(), topic)
    found: list[Record] = []
    most = 0

    async def poll() -> None:
        nonlocal most
        batch = await member.poll(max_records=60, wait_seconds=0.5)
        assert len(batch) <= 60
        most = max(most, len({record.partition for record in batch}))
        found.extend(batch)

    async with asyncio.timeout(DEADLINE):
        while len(found) < 900:
            await poll()
    assert most == 6
    assert sorted(values(found)) == list(range(900))
    for partition in range(6):
        offsets = [record.offset for record in found if record.partition == partition]
        assert offsets == sorted(offsets)
