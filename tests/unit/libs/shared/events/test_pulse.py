"""Liveness means progress."""

from libs.shared.eventlog.port import TopicPartition
from libs.shared.events.pulse import Pulse

HERE = TopicPartition("t", 0)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def running() -> tuple[Clock, Pulse]:
    clock = Clock()
    pulse = Pulse(clock, stuck_seconds=60)
    pulse.running = True
    return clock, pulse


def pass_time(clock: Clock, pulse: Pulse, seconds: float) -> None:
    clock.now += seconds
    pulse.turn()


def test_lag_without_progress_is_stuck_after_the_limit() -> None:
    clock, pulse = running()
    pulse.measure({HERE: 5})
    pass_time(clock, pulse, 60)
    assert not pulse.stuck()
    pass_time(clock, pulse, 1)
    assert pulse.stuck()
    pulse.progress()
    assert not pulse.stuck()


def test_idle_without_lag_is_well_for_ever() -> None:
    clock, pulse = running()
    for _ in range(100):
        pass_time(clock, pulse, 30)
        pulse.measure({HERE: 0})
    assert not pulse.stuck()


def test_a_loop_that_hangs_is_stuck_even_without_known_lag() -> None:
    clock, pulse = running()
    clock.now = 61
    assert pulse.stuck()
    pulse.running = False
    assert not pulse.stuck()


def test_lag_is_measured_again_when_it_is_old_or_the_assignment_is_another() -> None:
    clock, pulse = running()
    pulse.measure({HERE: 0})
    assert not pulse.outdated(frozenset({HERE}), 5)
    assert pulse.outdated(frozenset(), 5)
    clock.now = 5
    assert pulse.outdated(frozenset({HERE}), 5)
