"""Partitions with failures: each waits by itself while the others continue."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from libs.shared.eventlog.port import TopicPartition


@dataclass(slots=True)
class Held:
    """A record that must wait, and with it the rest of its strand. ``due`` is when to try again (seconds).

    ``tries`` counts its failures as a single event, ``failures`` its passing failures in a row.
    """

    tries: int = 0
    failures: int = 0
    due: float = 0.0


@dataclass(slots=True)
class FailedPartition:
    """The state of one partition after a failure, by offset.

    ``done`` are records after the first held one that are skipped when they are read again. ``unfinished`` says that
    some were not tried yet.
    """

    held: dict[int, Held] = field(default_factory=dict)
    done: set[int] = field(default_factory=set)
    unfinished: bool = False

    def hold(self, offset: int) -> Held:
        """The state of a record that must wait; created at its first failure."""
        return self.held.setdefault(offset, Held())

    def finish(self, offsets: Iterable[int]) -> None:
        """Mark offsets as done: taken or given up."""
        for offset in offsets:
            self.held.pop(offset, None)
            self.done.add(offset)

    def due(self) -> float:
        """When to continue: when the first held record may be tried again, or at once (0)."""
        if self.unfinished:
            return 0.0
        return min((held.due for held in self.held.values()), default=0.0)


class FailedPartitions:
    """The partitions with failures, by the clock of the caller (seconds)."""

    def __init__(self) -> None:
        self._known: dict[TopicPartition, FailedPartition] = {}

    def __contains__(self, at: TopicPartition) -> bool:
        """Whether the partition has had a failure, so that its batches are taken strand by strand."""
        return at in self._known

    def of(self, at: TopicPartition) -> FailedPartition:
        """The state of a partition; a new one if it had no failure."""
        return self._known.setdefault(at, FailedPartition())

    def forget_before(self, at: TopicPartition, next_offset: int) -> None:
        """The partition has finished everything before ``next_offset``: forget the state of those records, and the
        partition itself if nothing is left of it.
        """
        partition = self._known.get(at)
        if partition is None:
            return
        partition.held = {offset: held for offset, held in partition.held.items() if offset >= next_offset}
        partition.done = {offset for offset in partition.done if offset >= next_offset}
        if not partition.held and not partition.done and not partition.unfinished:
            del self._known[at]

    def forget(self, partitions: frozenset[TopicPartition]) -> None:
        """Forget partitions that went to another member."""
        for at in partitions:
            self._known.pop(at, None)

    def waiting(self, now: float) -> frozenset[TopicPartition]:
        """The partitions that are not due yet."""
        return frozenset(at for at, partition in self._known.items() if partition.due() > now)

    def next_due(self, now: float) -> float | None:
        """Seconds until the first waiting partition is due; None if none waits."""
        left = [due - now for partition in self._known.values() if (due := partition.due()) > now]
        return min(left, default=None)
