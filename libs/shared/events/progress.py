"""Whether a consumer makes progress; its liveness depends on that."""

from collections.abc import Callable, Mapping

from libs.shared.eventlog.port import TopicPartition


class ConsumerProgress:
    """Decides whether a consumer is stuck; times are seconds of ``clock``.

    A finished attempt is progress, whatever its result, and so is the finding that the log is unavailable: a restart
    would not help, and metrics show both. The consumer is stuck if no attempt ends although there is lag.
    """

    def __init__(self, clock: Callable[[], float], *, stuck_seconds: float) -> None:
        self._clock = clock
        self._stuck_seconds = stuck_seconds
        self._turned = self._progressed = self._measured = clock()
        self.lag: dict[TopicPartition, int] = {}
        self.running = False

    def turn(self) -> None:
        """The loop has begun another turn."""
        self._turned = self._clock()

    def advance(self) -> None:
        """An attempt has ended, with or without success."""
        self._progressed = self._clock()

    def measure(self, lag: Mapping[TopicPartition, int]) -> None:
        """Store the present lag; without lag this counts as progress."""
        self.lag, self._measured = dict(lag), self._clock()
        if not any(lag.values()):
            self._progressed = self._measured

    def outdated(self, assigned: frozenset[TopicPartition], seconds: float) -> bool:
        """Whether lag should be measured again."""
        return self._clock() - self._measured >= seconds or self.lag.keys() != assigned

    def stuck(self) -> bool:
        """Whether the loop hangs, or there is lag and no progress for ``stuck_seconds``."""
        if not self.running:
            return False
        now = self._clock()
        if now - self._turned > self._stuck_seconds:
            return True
        return any(self.lag.values()) and now - self._progressed > self._stuck_seconds
