"""Writers: only one of each name, and what readers see at the end of its appends."""

import asyncio

import pytest

from libs.shared.eventlog.port import PartitionLost, Record, TopicPartition, WriterFenced
from tests.contract.eventlog.support import at_rest, ends, group_name, nothing_more, outgoing, poll_until, read, values
from tests.realparts.eventlogs import EachLog


async def test_a_writer_that_another_has_followed_cannot_write(each_log: EachLog) -> None:
    topic, name = await each_log.topic(partitions=1), group_name()
    async with each_log.log.writer(name) as first:
        await first.append(outgoing(topic, ["a"], start=0))
        async with (await each_log.open()).writer(name) as second:
            await second.append(outgoing(topic, ["a"], start=1))
            with pytest.raises(WriterFenced):
                await first.append(outgoing(topic, ["a"], start=2))
            await second.append(outgoing(topic, ["a"], start=3))
    member = await each_log.member(group_name(), topic)
    assert values(await read(member, 3)) == [0, 1, 3]
    await nothing_more(member)


async def test_a_writer_that_never_wrote_is_fenced_too(each_log: EachLog) -> None:
    topic, name = await each_log.topic(partitions=1), group_name()
    async with each_log.log.writer(name) as first, (await each_log.open()).writer(name):
        with pytest.raises(WriterFenced):
            await first.append(outgoing(topic, ["a"]))
    assert set((await each_log.log.end_offsets([topic])).values()) == {0}


async def test_writers_of_other_names_are_left_alone(each_log: EachLog) -> None:
    topic = await each_log.topic(partitions=1)
    async with each_log.log.writer(group_name()) as one, each_log.log.writer(group_name()) as other:
        await one.append(outgoing(topic, ["a"], start=0))
        await other.append(outgoing(topic, ["a"], start=1))
        await one.append(outgoing(topic, ["a"], start=2))
    assert values(await read(await each_log.member(group_name(), topic), 3)) == [0, 1, 2]


async def test_a_log_is_used_without_having_been_started(each_log: EachLog) -> None:
    topic = await each_log.topic(partitions=1)
    log = each_log.unstarted()
    async with log.writer(group_name()) as writer:
        await writer.append(outgoing(topic, ["a"]))
    await log.check()
    assert len(await read(await each_log.member(group_name(), topic, log=log), 1)) == 1


@pytest.mark.parametrize("end", ["committed", "aborted", "committed and aborted"])
async def test_an_idle_group_has_no_lag_whatever_lies_at_the_end(each_log: EachLog, end: str) -> None:
    topic, group = await each_log.topic(partitions=2), group_name()
    keys = [f"key-{n}" for n in range(20)]
    count = len(keys) if "committed" in end else 0
    if count:
        await each_log.append(outgoing(topic, keys))
    if "aborted" in end:
        await each_log.append_and_abort(outgoing(topic, keys))
    member = await each_log.member(group, topic)
    found: list[Record] = []
    if count:
        found += await read(member, count)
        assert any((await member.lag()).values()), "nothing is committed yet"
        await member.commit(ends(found))
    await at_rest(member)
    reached = await each_log.log.end_offsets([topic])
    assert {at: member.position(at) for at in reached} == reached

    later = await each_log.member(group, topic)
    more: list[Record] = []
    await poll_until(lambda: bool(member.assignment() and later.assignment()), member, later, into=more)
    await asyncio.gather(at_rest(member), at_rest(later))
    await member.close()
    await later.close()
    again = await each_log.member(group, topic)
    await at_rest(again)
    assert more == []
    committed = await each_log.log.committed(group, [topic])
    assert {at: offset - committed.get(at, 0) for at, offset in reached.items()} == dict.fromkeys(reached, 0), (
        "tools that look at committed offsets see no lag either"
    )


async def test_records_after_an_aborted_append_are_read_and_those_in_it_never(each_log: EachLog) -> None:
    topic = await each_log.topic(partitions=1)
    await each_log.append_and_abort(outgoing(topic, ["a"] * 5, start=100))
    await each_log.append(outgoing(topic, ["a"] * 3))
    await each_log.append_and_abort(outgoing(topic, ["a"] * 5, start=200))
    await each_log.append(outgoing(topic, ["a"] * 2, start=3))
    member = await each_log.member(group_name(), topic)
    assert values(await read(member, 5)) == [0, 1, 2, 3, 4]
    await nothing_more(member)


async def test_a_position_is_after_what_was_read_and_follows_a_seek(each_log: EachLog) -> None:
    topic = await each_log.topic(partitions=1)
    await each_log.append(outgoing(topic, ["a", "b"]))
    member = await each_log.member(group_name(), topic)
    found = await read(member, 2)
    assert (member.position(found[0].at) or 0) >= found[-1].offset + 1
    member.seek(found[0].at, found[0].offset)
    assert member.position(found[0].at) == found[0].offset
    with pytest.raises(PartitionLost):
        member.position(TopicPartition(topic, 7))
