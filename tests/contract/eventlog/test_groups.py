"""Consumer groups: sharing, joining, leaving and crashing, and no commits for lost partitions."""

import asyncio
import sys

import pytest

from libs.shared.eventlog.port import GroupTimes, LogConsumer, PartitionLost, Record, TopicPartition
from tests.contract.eventlog.support import (
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

KEYS = [f"key-{n}" for n in range(40)]


def shared(count: int, *members: LogConsumer) -> bool:
    """Whether the members hold ``count`` partitions in all, each by one member, and every member at least one."""
    held = [member.assignment() for member in members]
    return all(held) and sum(map(len, held)) == count == len(frozenset().union(*held))


async def test_each_group_gets_every_record(each_log: EachLog) -> None:
    topic = await each_log.topic()
    await each_log.append(outgoing(topic, KEYS))
    one, two = await each_log.member(group_name(), topic), await each_log.member(group_name(), topic)
    assert sorted(values(await read(one, 40))) == sorted(values(await read(two, 40))) == list(range(40))


async def test_a_member_may_read_several_topics(each_log: EachLog) -> None:
    one, two = await each_log.topic(partitions=1), await each_log.topic(partitions=2)
    await each_log.append(outgoing(one, ["a"]) + outgoing(two, ["b", "c"]))
    found = await read(await each_log.member(group_name(), one, two), 3)
    assert sorted(record.topic for record in found) == sorted([one, two, two])


async def test_a_new_member_takes_its_share_and_no_partition_has_two_readers(each_log: EachLog) -> None:
    topic, group, told = await each_log.topic(partitions=4), group_name(), []

    async def on_revoked(partitions: frozenset[TopicPartition]) -> None:
        told.append(partitions)

    first = await each_log.member(group, topic, on_revoked=on_revoked)
    await poll_until(lambda: len(first.assignment()) == 4, first, into=[])
    second = await each_log.member(group, topic, log=await each_log.open())
    await poll_until(lambda: shared(4, first, second), first, second, into=[])
    assert len(first.assignment()) == len(second.assignment()) == 2
    assert second.assignment() <= frozenset().union(*told)
    await each_log.append(outgoing(topic, KEYS))
    mine: list[Record] = []
    theirs: list[Record] = []

    def all_read() -> bool:
        return len(mine) + len(theirs) >= 40

    while not all_read():
        mine += await first.poll(max_records=50, wait_seconds=0.2)
        theirs += await second.poll(max_records=50, wait_seconds=0.2)
    assert sorted(values(mine + theirs)) == list(range(40))
    assert {record.at for record in mine} <= first.assignment()
    assert {record.at for record in theirs} <= second.assignment()


async def test_what_is_committed_while_partitions_are_taken_back_is_not_delivered_again(each_log: EachLog) -> None:
    topic, group = await each_log.topic(partitions=4), group_name()
    await each_log.append(outgoing(topic, KEYS))
    found: list[Record] = []

    async def on_revoked(partitions: frozenset[TopicPartition]) -> None:
        await first.commit({at: offset for at, offset in ends(found).items() if at in partitions})

    first = await each_log.member(group, topic, on_revoked=on_revoked)
    await poll_until(lambda: len(found) >= 40, first, into=found)
    second = await each_log.member(group, topic, log=await each_log.open())
    again: list[Record] = []
    await poll_until(lambda: shared(4, first, second), first, second, into=again)
    await nothing_more(second)
    assert second.assignment().isdisjoint(record.at for record in again)


async def test_what_a_leaving_member_had_not_committed_goes_to_another(each_log: EachLog) -> None:
    topic, group = await each_log.topic(partitions=4), group_name()
    first = await each_log.member(group, topic)
    second = await each_log.member(group, topic, log=await each_log.open())
    await poll_until(lambda: shared(4, first, second), first, second, into=[])
    await each_log.append(outgoing(topic, KEYS))
    found: list[Record] = []
    await poll_until(lambda: len(found) >= 40, first, second, into=found)
    left = second.assignment()
    await first.commit(ends([record for record in found if record.at in first.assignment()]))
    await second.close()
    again: list[Record] = []
    expected = {record.key for record in found if record.at in left}
    await poll_until(lambda: len(first.assignment()) == 4 and {r.key for r in again} >= expected, first, into=again)
    assert {record.key for record in again} == expected


async def test_a_member_without_a_partition_waits_and_takes_over(each_log: EachLog) -> None:
    topic, group = await each_log.topic(partitions=1), group_name()
    first = await each_log.member(group, topic)
    await poll_until(lambda: len(first.assignment()) == 1, first, into=[])
    second = await each_log.member(group, topic, log=await each_log.open())
    await poll_until(lambda: len(first.assignment()) + len(second.assignment()) == 1, first, second, into=[])
    reader, other = (first, second) if first.assignment() else (second, first)
    assert await other.poll(max_records=10, wait_seconds=0.2) == []
    await reader.close()
    await poll_until(lambda: len(other.assignment()) == 1, other, into=[])


async def test_a_killed_member_is_replaced_when_its_session_is_over(
    each_log: EachLog, request: pytest.FixtureRequest
) -> None:
    if each_log.name == "memory":
        request.applymarker(pytest.mark.xfail(strict=True, reason="the memory log has one process: none can be killed"))
    topic, group = await each_log.topic(partitions=2), group_name()
    await each_log.append(outgoing(topic, KEYS))
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.contract.eventlog.member", each_log.url, group, topic),
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert child.stdout is not None
        line = await asyncio.wait_for(child.stdout.readline(), 20)
        assert line.startswith(b"read")
    finally:
        if child.returncode is None:
            child.kill()
        await child.wait()
    survivor = await each_log.member(group, topic)
    assert sorted(values(await read(survivor, 40))) == list(range(40))


async def test_a_member_that_stops_polling_loses_its_partitions_and_cannot_commit_them(each_log: EachLog) -> None:
    topic, group = await each_log.topic(partitions=2), group_name()
    await each_log.append(outgoing(topic, KEYS))
    short = GroupTimes(session=6.0, heartbeat=0.3, max_poll=1.0, rebalance=3.0)
    stuck = await each_log.member(group, topic, log=await each_log.open(short))
    found: list[Record] = []
    await poll_until(lambda: len(found) >= 40, stuck, into=found)
    other = await each_log.member(group, topic, log=await each_log.open(short))
    again: list[Record] = []
    await poll_until(lambda: len(other.assignment()) == 2 and len(set(values(again))) == 40, other, into=again)
    with pytest.raises(PartitionLost):
        await stuck.commit(ends(found))
    assert await each_log.log.committed(group, [topic]) == {}
    await other.commit(ends(again))
    await at_rest(other)
    assert await each_log.log.committed(group, [topic]) == await each_log.log.end_offsets([topic])
    late: list[Record] = []
    await poll_until(lambda: shared(2, stuck, other), stuck, other, into=late)
    assert late == []


async def test_nothing_of_a_commit_is_kept_when_one_of_its_partitions_is_lost(each_log: EachLog) -> None:
    topic, group = await each_log.topic(partitions=4), group_name()
    await each_log.append(outgoing(topic, KEYS))
    first = await each_log.member(group, topic)
    found = await read(first, 40)
    second = await each_log.member(group, topic, log=await each_log.open())
    await poll_until(lambda: shared(4, first, second), first, second, into=[])
    with pytest.raises(PartitionLost):
        await first.commit(ends(found))
    assert await each_log.log.committed(group, [topic]) == {}


async def test_a_pause_outlives_a_rebalance_for_what_the_member_keeps(each_log: EachLog) -> None:
    topic, group = await each_log.topic(partitions=4), group_name()
    first = await each_log.member(group, topic)
    await poll_until(lambda: len(first.assignment()) == 4, first, into=[])
    first.pause(first.assignment())
    second = await each_log.member(group, topic, log=await each_log.open())
    await poll_until(lambda: shared(4, first, second), first, second, into=[])
    await each_log.append(outgoing(topic, KEYS))
    found: list[Record] = []
    await poll_until(lambda: bool(found), second, into=found)
    await nothing_more(first)
    first.resume(first.assignment())
    await poll_until(lambda: len(found) >= 40, first, second, into=found)
    assert sorted(values(found)) == list(range(40))
