"""What is remembered of a partition in trouble."""

from libs.shared.delivery.backoff import Backoff
from libs.shared.delivery.trouble import Troubles
from libs.shared.eventlog.port import TopicPartition

HERE, THERE = TopicPartition("t", 0), TopicPartition("t", 1)


def test_the_batch_a_record_came_in_counts_as_its_first_try() -> None:
    troubles = Troubles()
    troubles.of(HERE).single_until = 9
    assert [troubles.of(HERE).tried(4) for _ in range(4)] == [2, 3, 4, 5]
    assert troubles.of(HERE).tried(7) == 2
    assert troubles.of(HERE).tried(12) == 1


def test_records_go_one_by_one_until_the_end_of_the_failed_batch_and_no_longer() -> None:
    troubles = Troubles()
    assert not troubles.single(HERE, 4)
    troubles.of(HERE).single_until = 5
    troubles.over(HERE, 5)
    assert troubles.single(HERE, 5)
    troubles.over(HERE, 6)
    assert not troubles.single(HERE, 6)


def test_only_the_partition_in_trouble_waits_and_a_lost_one_is_forgotten() -> None:
    troubles = Troubles()
    troubles.of(HERE).due = 10.0
    troubles.of(THERE).due = 3.0
    assert troubles.waiting(5.0) == {HERE}
    assert troubles.next_due(1.0) == 2.0
    troubles.forget(frozenset({HERE}))
    assert troubles.waiting(5.0) == frozenset()
    assert troubles.next_due(5.0) is None


def test_waits_double_up_to_the_limit_and_never_fall_under_the_half() -> None:
    most = Backoff(first=1.0, most=8.0, jitter=lambda: 1.0)
    least = Backoff(first=1.0, most=8.0, jitter=lambda: 0.0)
    assert [most.seconds(n) for n in (1, 2, 3, 4, 5, 1000)] == [1, 2, 4, 8, 8, 8]
    assert [least.seconds(n) for n in (1, 4, 1000)] == [0.5, 4, 4]
