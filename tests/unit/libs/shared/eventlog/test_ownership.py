"""The fence in a member: it may commit only what it has read since it got the partition."""

import pytest

from libs.shared.eventlog.ownership import Ownership
from libs.shared.eventlog.port import PartitionLost, Record, TopicPartition

A, B = TopicPartition("t", 0), TopicPartition("t", 1)


def record(at: TopicPartition, offset: int) -> Record:
    return Record(at.topic, at.partition, offset, "k", b"", (), 0)


def test_what_was_read_may_be_committed_and_no_more() -> None:
    own = Ownership()
    own.take({A: 0})
    own.advance([record(A, 0), record(A, 1)])
    own.check({A: 2})
    with pytest.raises(PartitionLost):
        own.check({A: 3})
    with pytest.raises(PartitionLost):
        own.check({B: 1})


def test_what_was_read_before_a_partition_went_and_came_back_may_not_be_committed() -> None:
    own = Ownership()
    own.take({A: None})
    own.advance([record(A, 4)])
    own.drop([A])
    own.take({A: None})
    with pytest.raises(PartitionLost):
        own.check({A: 5})
    own.advance([record(A, 4)])
    own.check({A: 5})


def test_a_pause_goes_with_the_partition() -> None:
    own = Ownership()
    own.take({A: 0, B: 0})
    own.pause(frozenset({A, TopicPartition("t", 9)}))
    assert own.paused == {A}
    assert own.readable() == [B]
    own.drop([A])
    own.take({A: 0})
    assert set(own.readable()) == {A, B}


def test_turns_are_taken() -> None:
    own = Ownership()
    own.take({A: 0, B: 0})
    assert {own.readable()[0], own.readable()[0]} == {A, B}
