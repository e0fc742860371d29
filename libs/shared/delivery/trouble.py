"""Partitions in trouble: each waits on its own, while the others go on."""

from dataclasses import dataclass

from libs.shared.eventlog.port import TopicPartition


@dataclass(slots=True)
class Trouble:
    """What a consumer knows of one partition after a failure.

    Up to ``single_until`` records are taken one by one; ``offset`` is the record that failed last, ``tries`` how
    often. ``failures`` counts failures in a row that pass by themselves; ``due`` is when to go on.
    """

    single_until: int = -1
    offset: int = -1
    tries: int = 0
    failures: int = 0
    due: float = 0.0

    def tried(self, offset: int) -> int:
        """Count one more failed try of a record.

        The batch it came in counts as its first: so a record of a failed batch starts at one.
        """
        if offset != self.offset:
            self.offset, self.tries = offset, 1 if offset <= self.single_until else 0
        self.tries += 1
        return self.tries


class Troubles:
    """All partitions in trouble, by the clock of the caller (seconds)."""

    def __init__(self) -> None:
        self._known: dict[TopicPartition, Trouble] = {}

    def of(self, at: TopicPartition) -> Trouble:
        """The partition's trouble; a new one if it had none."""
        return self._known.setdefault(at, Trouble())

    def single(self, at: TopicPartition, offset: int) -> bool:
        """Whether the record at ``offset`` is to be taken alone."""
        return at in self._known and offset <= self._known[at].single_until

    def over(self, at: TopicPartition, next_offset: int) -> None:
        """The partition got as far as ``next_offset``: forget its trouble, but for what is still to go one by one."""
        trouble = self._known.get(at)
        if trouble is None:
            return
        trouble.failures = 0
        if next_offset > trouble.single_until:
            del self._known[at]

    def forget(self, partitions: frozenset[TopicPartition]) -> None:
        """The partitions went to another member."""
        for at in partitions:
            self._known.pop(at, None)

    def waiting(self, now: float) -> frozenset[TopicPartition]:
        """The partitions that are not due yet."""
        return frozenset(at for at, trouble in self._known.items() if trouble.due > now)

    def next_due(self, now: float) -> float | None:
        """Seconds until the first waiting partition is due; None if none waits."""
        left = [trouble.due - now for trouble in self._known.values() if trouble.due > now]
        return min(left, default=None)
