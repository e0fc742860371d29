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
class Trouble:
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


class Troubles:
    """All partitions in trouble, by the clock of the caller (seconds)."""

    def __init__(self) -> None:
        self._known: dict[TopicPartition, Trouble] = {}

    def __contains__(self, at: TopicPartition) -> bool:
        """Whether the partition has had a failure, so that its batches are taken strand by strand."""
        return at in self._known

    def of(self, at: TopicPartition) -> Trouble:
        """The partition's trouble; a new one if it had none."""
        return self._known.setdefault(at, Trouble())

    def over(self, at: TopicPartition, next_offset: int) -> None:
        """The partition has finished everything before ``next_offset``: forget the state of those records, and the
        partition's trouble if nothing is left of it.
        """
        trouble = self._known.get(at)
        if trouble is None:
            return
        trouble.held = {offset: held for offset, held in trouble.held.items() if offset >= next_offset}
        trouble.done = {offset for offset in trouble.done if offset >= next_offset}
        if not trouble.held and not trouble.done and not trouble.unfinished:
            del self._known[at]

    def forget(self, partitions: frozenset[TopicPartition]) -> None:
        """Forget partitions that went to another member."""
        for at in partitions:
            self._known.pop(at, None)

    def waiting(self, now: float) -> frozenset[TopicPartition]:
        """The partitions that are not due yet."""
        return frozenset(at for at, trouble in self._known.items() if trouble.due() > now)

    def next_due(self, now: float) -> float | None:
        """Seconds until the first waiting partition is due; None if none waits."""
        left = [due - now for trouble in self._known.values() if (due := trouble.due()) > now]
        return min(left, default=None)
