"""Records: order, choice of partition, headers, tombstones, refusals."""

import asyncio

import pytest

from libs.shared.eventlog.placing import MAX_RECORD_BYTES
from libs.shared.eventlog.port import MOST_POLLED_BYTES, Outgoing, RecordTooLarge, UnknownTopic
from tests.contract.eventlog.support import group_name, outgoing, read, values
from tests.realparts.eventlogs import EachLog


async def test_records_of_one_key_keep_their_order(each_log: EachLog) -> None:
    topic = await each_log.topic(partitions=3)
    for start in range(0, 60, 20):
        await each_log.append(outgoing(topic, [f"key-{n % 5}" for n in range(20)], start=start))
    found = await read(await each_log.member(group_name(), topic), 60)
    for key in {record.key for record in found}:
        mine = values([record for record in found if record.key == key])
        assert mine == sorted(mine)
        assert len(mine) == 12


async def test_order_per_key_holds_when_several_append_at_once(each_log: EachLog) -> None:
    topic = await each_log.topic(partitions=3)

    async def writer(key: str) -> None:
        for start in range(0, 50, 10):
            await each_log.append(outgoing(topic, [key] * 10, start=start))

    await asyncio.gather(*(writer(f"key-{n}") for n in range(5)))
    found = await read(await each_log.member(group_name(), topic), 250)
    for key in {record.key for record in found}:
        assert values([record for record in found if record.key == key]) == list(range(50))


async def test_a_key_stays_on_one_partition_and_keys_spread_over_all(each_log: EachLog) -> None:
    topic = await each_log.topic(partitions=3)
    keys = [f"key-{n}" for n in range(60)]
    await each_log.append(outgoing(topic, keys + keys))
    found = await read(await each_log.member(group_name(), topic), 120)
    placed = {(record.key, record.partition) for record in found}
    assert len(placed) == 60
    assert {partition for _, partition in placed} == {0, 1, 2}


async def test_an_append_tells_where_each_record_stands(each_log: EachLog) -> None:
    topic = await each_log.topic(partitions=3)
    keys = [f"key-{n % 20}" for n in range(60)]
    told = [*await each_log.append(outgoing(topic, keys)), *await each_log.append(outgoing(topic, keys, start=60))]
    found = await read(await each_log.member(group_name(), topic), 120)
    assert {int(record.value or b""): (record.partition, record.offset) for record in found} == dict(enumerate(told))


async def test_offsets_of_a_partition_rise(each_log: EachLog) -> None:
    topic = await each_log.topic(partitions=1)
    await each_log.append(outgoing(topic, ["a", "b", "c"]))
    await each_log.append(outgoing(topic, ["d", "e"]))
    found = await read(await each_log.member(group_name(), topic), 5)
    offsets = [record.offset for record in found]
    assert offsets[0] == 0
    assert offsets == sorted(set(offsets))
    (end,) = (await each_log.log.end_offsets([topic])).values()
    assert end > offsets[-1]
    assert all(record.timestamp > 1_600_000_000_000 for record in found)


async def test_headers_come_back_in_order_and_a_name_may_repeat(each_log: EachLog) -> None:
    topic = await each_log.topic()
    headers = (("ce_id", b"1"), ("trace", b""), ("trace", "æøå".encode()), ("binary", bytes(range(256))))
    await each_log.append([Outgoing(topic, "nøgle/2022-09", b"{}", headers), Outgoing(topic, "bare", b"{}")])
    found = {record.key: record for record in await read(await each_log.member(group_name(), topic), 2)}
    assert found["nøgle/2022-09"].headers == headers
    assert found["bare"].headers == ()


async def test_a_tombstone_has_no_value_and_an_empty_value_is_none(each_log: EachLog) -> None:
    topic = await each_log.topic(partitions=1)
    await each_log.append([Outgoing(topic, "k", b"x"), Outgoing(topic, "k", b""), Outgoing(topic, "k", None)])
    found = await read(await each_log.member(group_name(), topic), 3)
    assert [record.value for record in found] == [b"x", b"", None]


async def test_an_unknown_topic_is_refused_and_nothing_of_the_batch_written(each_log: EachLog) -> None:
    topic = await each_log.topic(partitions=1)
    with pytest.raises(UnknownTopic):
        await each_log.append([Outgoing(topic, "k", b"x"), Outgoing("test.never-applied", "k", b"x")])
    assert set((await each_log.log.end_offsets([topic])).values()) == {0}
    with pytest.raises(UnknownTopic):
        await each_log.log.end_offsets(["test.never-applied"])
    with pytest.raises(UnknownTopic):
        await each_log.member(group_name(), "test.never-applied")


async def test_a_record_over_the_limit_is_refused_and_nothing_of_the_batch_written(each_log: EachLog) -> None:
    topic = await each_log.topic(partitions=1)
    largest = bytes(MAX_RECORD_BYTES - 1)
    with pytest.raises(RecordTooLarge):
        await each_log.append([Outgoing(topic, "k", b"x"), Outgoing(topic, "k", largest + b"xx")])
    assert set((await each_log.log.end_offsets([topic])).values()) == {0}
    await each_log.append([Outgoing(topic, "k", largest)])
    (found,) = await read(await each_log.member(group_name(), topic), 1)
    assert found.value == largest


async def test_appending_nothing_is_nothing(each_log: EachLog) -> None:
    await each_log.append([])


async def test_a_poll_holds_few_large_records_however_many_are_asked_for(each_log: EachLog) -> None:
    topic, size, count = await each_log.topic(partitions=3), 400_000, 60
    for start in range(0, count, 10):
        await each_log.append(
            [Outgoing(topic, f"key-{n}", f"{n:06}".encode() + b"x" * size) for n in range(start, start + 10)]
        )
    member = await each_log.member(group_name(), topic)
    found: list[int] = []
    async with asyncio.timeout(60):
        while len(found) < count:
            polled = await member.poll(max_records=4000, wait_seconds=0.2)
            assert sum(len(record.value or b"") for record in polled) <= MOST_POLLED_BYTES + 1024 * 1024
            found += [int((record.value or b"")[:6]) for record in polled]
    assert sorted(found) == list(range(count)), "each once"


async def test_a_heavy_partition_leaves_room_in_a_poll_for_the_others(each_log: EachLog) -> None:
    topic = await each_log.topic(partitions=3)
    placed = await each_log.append(outgoing(topic, [f"key-{n}" for n in range(30)]))
    of = {place.partition: f"key-{n}" for n, place in enumerate(placed)}
    assert len(of) == 3
    for _ in range(3):
        await each_log.append([Outgoing(topic, of[0], b"7" * 900_000) for _ in range(10)])
    await each_log.append(outgoing(topic, [of[1], of[2]], start=100))
    member = await each_log.member(group_name(), topic)
    found: list[int] = []
    async with asyncio.timeout(60):
        while not {100, 101} <= set(found):
            polled = await member.poll(max_records=4000, wait_seconds=0.2)
            found += [-1 if len(record.value or b"") > 100 else int(record.value or b"") for record in polled]
    assert found.count(-1) < 30, "they did not wait for all that is heavy"
