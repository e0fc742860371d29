"""Liveness of a consumer, measured by progress."""

from collections.abc import Callable, Mapping

from libs.shared.eventlog.port import TopicPartition


class Pulse:
    """What liveness is judged by; times are seconds of ``clock``.

    A finished attempt is progress, whatever its result, and so is a log known to be unavailable: a restart would help
    with neither, and metrics show both. The consumer is stuck if no attempt ends although there is lag.
    """

    def __init__(self, clock: Callable[[], float], *, stuck_seconds: float) -> None:
        self._clock = clock
        self._stuck_seconds = stuck_seconds
        self._turned = self._progressed = self._measured = clock()
        self.lag: dict[TopicPartition, int] = {}
        self.running = False

    def turn(self) -> None:
        """The loop goes round."""
        self._turned = self._clock()

    def progress(self) -> None:
        """Something was done or tried to the end."""
        self._progressed = self._clock()

    def measure(self, lag: Mapping[TopicPartition, int]) -> None:
        """Take in the lag as it is now."""
        self.lag, self._measured = dict(lag), self._clock()
        if not any(lag.values()):
            self._progressed = self._measured

    def outdated(self, assigned: frozenset[TopicPartition], seconds: float) -> bool:
        """Whether lag should be measured again."""
        return self._clock() - self._measured >= seconds or self.lag.keys() != assigned

    def stuck(self) -> bool:
        """Whether the loop hangs, or there is lag and nothing came of it for too long."""
        if not self.running:
            return False
        now = self._clock()
        if now - self._turned > self._stuck_seconds:
            return True
        return any(self.lag.values()) and now - self._progressed > self._stuck_seconds
