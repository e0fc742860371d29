"""Liveness means progress."""

from libs.shared.eventlog.port import TopicPartition
from libs.shared.events.liveness import Liveness

HERE = TopicPartition("t", 0)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def running() -> tuple[Clock, Liveness]:
    clock = Clock()
    liveness = Liveness(clock, stuck_seconds=60)
    liveness.running = True
    return clock, liveness


def pass_time(clock: Clock, liveness: Liveness, seconds: float) -> None:
    clock.now += seconds
    liveness.turn()


def test_lag_without_progress_is_stuck_after_the_limit() -> None:
    clock, liveness = running()
    liveness.measure({HERE: 5})
    pass_time(clock, liveness, 60)
    assert not liveness.stuck()
    pass_time(clock, liveness, 1)
    assert liveness.stuck()
    liveness.progress()
    assert not liveness.stuck()


def test_idle_without_lag_is_well_for_ever() -> None:
    clock, liveness = running()
    for _ in range(100):
        pass_time(clock, liveness, 30)
        liveness.measure({HERE: 0})
    assert not liveness.stuck()


def test_a_loop_that_hangs_is_stuck_even_without_known_lag() -> None:
    clock, liveness = running()
    clock.now = 61
    assert liveness.stuck()
    liveness.running = False
    assert not liveness.stuck()


def test_lag_is_measured_again_when_it_is_old_or_the_assignment_is_another() -> None:
    clock, liveness = running()
    liveness.measure({HERE: 0})
    assert not liveness.outdated(frozenset({HERE}), 5)
    assert liveness.outdated(frozenset(), 5)
    clock.now = 5
    assert liveness.outdated(frozenset({HERE}), 5)
