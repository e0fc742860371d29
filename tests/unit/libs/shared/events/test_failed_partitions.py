"""The state that is kept for a partition with failures."""

from libs.shared.eventlog.port import TopicPartition
from libs.shared.events.backoff import Backoff
from libs.shared.events.failed_partitions import FailedPartitions

HERE, THERE = TopicPartition("t", 0), TopicPartition("t", 1)


def test_what_was_done_after_a_held_record_is_remembered_until_the_partition_is_past_it() -> None:
    failed = FailedPartitions()
    assert HERE not in failed
    partition = failed.of(HERE)
    partition.hold(3).tries = 2
    partition.finish([2, 4, 5])
    failed.forget_before(HERE, 3)
    assert (failed.of(HERE).done, list(failed.of(HERE).held)) == ({4, 5}, [3])
    failed.of(HERE).finish([3])
    failed.forget_before(HERE, 4)
    assert failed.of(HERE).done == {4, 5}
    failed.forget_before(HERE, 6)
    assert HERE not in failed


def test_a_batch_of_which_some_were_not_tried_goes_on_at_once_and_stays_apart() -> None:
    failed = FailedPartitions()
    failed.of(HERE).hold(3).due = 10.0
    failed.of(HERE).unfinished = True
    assert failed.waiting(5.0) == frozenset()
    failed.of(HERE).finish([3])
    failed.forget_before(HERE, 4)
    assert HERE in failed


def test_only_the_partition_in_trouble_waits_and_a_lost_one_is_forgotten() -> None:
    failed = FailedPartitions()
    failed.of(HERE).hold(1).due = 10.0
    failed.of(HERE).hold(2).due = 12.0
    failed.of(THERE).hold(1).due = 3.0
    assert failed.waiting(5.0) == {HERE}
    assert failed.next_due(1.0) == 2.0
    assert failed.next_due(5.0) == 5.0, "the first of those held"
    failed.forget(frozenset({HERE}))
    assert failed.waiting(5.0) == frozenset()
    assert failed.next_due(5.0) is None


def test_waits_double_up_to_the_limit_and_never_fall_under_the_half() -> None:
    most = Backoff(first=1.0, most=8.0, jitter=lambda: 1.0)
    least = Backoff(first=1.0, most=8.0, jitter=lambda: 0.0)
    assert [most.seconds(n) for n in (1, 2, 3, 4, 5, 1000)] == [1, 2, 4, 8, 8, 8]
    assert [least.seconds(n) for n in (1, 4, 1000)] == [0.5, 4, 4]
