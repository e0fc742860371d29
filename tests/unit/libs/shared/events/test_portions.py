"""Polled records are cut into portions and read ahead."""

import asyncio

import pytest

from libs.shared.contracts.codec import NewerVersion
from libs.shared.eventlog.port import Record, TopicPartition
from libs.shared.events import portions as portions_module
from libs.shared.events.arrivals import Arrival, read
from libs.shared.events.portions import Portions, cut
from tests.contract.events.support import outgoing, with_header
from tests.factories.events import month
from tests.factories.own_topics import TOPIC


def records(count: int, *, partitions: int = 1) -> list[Record]:
    made = [outgoing(month()) for _ in range(count)]
    return [Record(TOPIC, n % partitions, n, one.key, one.value, one.headers, 0) for n, one in enumerate(made)]


def sized(*sizes: int) -> list[Record]:
    return [Record(TOPIC, 0, n, "k", b"x" * size, (), 0) for n, size in enumerate(sizes)]


def test_portions_are_cut_by_records_and_by_bytes_and_a_larger_record_goes_alone() -> None:
    assert [len(each) for each in cut(sized(*[1] * 7), most=3, most_bytes=100)] == [3, 3, 1]
    assert [len(each) for each in cut(sized(40, 40, 40, 500, 40), most=9, most_bytes=100)] == [2, 1, 1, 1]
    assert list(cut([], most=3, most_bytes=100)) == []


def test_a_tombstone_weighs_nothing() -> None:
    gone = [Record(TOPIC, 0, n, "k", None, (), 0) for n in range(3)]
    assert [len(each) for each in cut(gone, most=9, most_bytes=1)] == [3]


async def test_the_next_portion_is_read_while_the_present_one_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    been_read: list[int] = []

    def noted(record: Record) -> Arrival:
        been_read.append(record.offset)
        return read(record)

    monkeypatch.setattr(portions_module, "read", noted)
    portions = Portions(list(cut(records(6), most=2, most_bytes=10**6)))
    assert [arrival.record.offset for arrival in (await portions.next())[TopicPartition(TOPIC, 0)]] == [0, 1]
    for _ in range(100):  # time for other tasks, as while a transaction waits
        await asyncio.sleep(0)
    assert been_read == [0, 1, 2, 3], "one portion ahead, and no more"
    portions.close()


async def test_what_is_left_begins_after_the_last_portion_handed_out() -> None:
    portions = Portions(list(cut(records(9, partitions=2), most=4, most_bytes=10**6)))
    batches = await portions.next()
    assert {at.partition: [each.record.offset for each in batch] for at, batch in batches.items()} == {
        0: [0, 2],
        1: [1, 3],
    }
    assert portions.left() == {TopicPartition(TOPIC, 0): 4, TopicPartition(TOPIC, 1): 5}
    await portions.next()
    assert portions.left() == {TopicPartition(TOPIC, 0): 8}
    await portions.next()
    assert portions.left() == {}
    assert await portions.next() == {}


async def test_a_newer_version_ahead_is_told_when_its_portion_is_asked_for() -> None:
    newer = with_header(outgoing(month()), "ce_schemaversion", b"9")
    ahead = Record(TOPIC, 0, 2, newer.key, newer.value, newer.headers, 0)
    portions = Portions(list(cut([*records(2), ahead], most=2, most_bytes=10**6)))
    assert await portions.next()
    await asyncio.sleep(0.01)
    with pytest.raises(NewerVersion):
        await portions.next()
