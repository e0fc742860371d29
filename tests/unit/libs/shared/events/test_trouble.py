"""The state that is kept for a partition with failures."""

from libs.shared.eventlog.port import TopicPartition
from libs.shared.events.backoff import Backoff
from libs.shared.events.trouble import Troubles

HERE, THERE = TopicPartition("t", 0), TopicPartition("t", 1)


def test_what_was_done_after_a_held_record_is_remembered_until_the_partition_is_past_it() -> None:
    troubles = Troubles()
    assert HERE not in troubles
    trouble = troubles.of(HERE)
    trouble.hold(3).tries = 2
    trouble.finish([2, 4, 5])
    troubles.over(HERE, 3)
    assert (troubles.of(HERE).done, list(troubles.of(HERE).held)) == ({4, 5}, [3])
    troubles.of(HERE).finish([3])
    troubles.over(HERE, 4)
    assert troubles.of(HERE).done == {4, 5}
    troubles.over(HERE, 6)
    assert HERE not in troubles


def test_a_batch_of_which_some_were_not_tried_goes_on_at_once_and_stays_apart() -> None:
    troubles = Troubles()
    troubles.of(HERE).hold(3).due = 10.0
    troubles.of(HERE).unfinished = True
    assert troubles.waiting(5.0) == frozenset()
    troubles.of(HERE).finish([3])
    troubles.over(HERE, 4)
    assert HERE in troubles


def test_only_the_partition_in_trouble_waits_and_a_lost_one_is_forgotten() -> None:
    troubles = Troubles()
    troubles.of(HERE).hold(1).due = 10.0
    troubles.of(HERE).hold(2).due = 12.0
    troubles.of(THERE).hold(1).due = 3.0
    assert troubles.waiting(5.0) == {HERE}
    assert troubles.next_due(1.0) == 2.0
    assert troubles.next_due(5.0) == 5.0, "the first of those held"
    troubles.forget(frozenset({HERE}))
    assert troubles.waiting(5.0) == frozenset()
    assert troubles.next_due(5.0) is None


def test_waits_double_up_to_the_limit_and_never_fall_under_the_half() -> None:
    most = Backoff(first=1.0, most=8.0, jitter=lambda: 1.0)
    least = Backoff(first=1.0, most=8.0, jitter=lambda: 0.0)
    assert [most.seconds(n) for n in (1, 2, 3, 4, 5, 1000)] == [1, 2, 4, 8, 8, 8]
    assert [least.seconds(n) for n in (1, 4, 1000)] == [0.5, 4, 4]
