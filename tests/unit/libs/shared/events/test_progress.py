"""ConsumerProgress means progress."""

from libs.shared.eventlog.port import TopicPartition
from libs.shared.events.progress import ConsumerProgress

HERE = TopicPartition("t", 0)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def running() -> tuple[Clock, ConsumerProgress]:
    clock = Clock()
    progress = ConsumerProgress(clock, stuck_seconds=60)
    progress.running = True
    return clock, progress


def pass_time(clock: Clock, progress: ConsumerProgress, seconds: float) -> None:
    clock.now += seconds
    progress.turn()


def test_lag_without_progress_is_stuck_after_the_limit() -> None:
    clock, progress = running()
    progress.measure({HERE: 5})
    pass_time(clock, progress, 60)
    assert not progress.stuck()
    pass_time(clock, progress, 1)
    assert progress.stuck()
    progress.advance()
    assert not progress.stuck()


def test_idle_without_lag_is_well_for_ever() -> None:
    clock, progress = running()
    for _ in range(100):
        pass_time(clock, progress, 30)
        progress.measure({HERE: 0})
    assert not progress.stuck()


def test_a_loop_that_hangs_is_stuck_even_without_known_lag() -> None:
    clock, progress = running()
    clock.now = 61
    assert progress.stuck()
    progress.running = False
    assert not progress.stuck()


def test_lag_is_measured_again_when_it_is_old_or_the_assignment_is_another() -> None:
    clock, progress = running()
    progress.measure({HERE: 0})
    assert not progress.outdated(frozenset({HERE}), 5)
    assert progress.outdated(frozenset(), 5)
    clock.now = 5
    assert progress.outdated(frozenset({HERE}), 5)
