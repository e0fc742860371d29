"""The partitions of one member, how far it has read each, and which are paused."""

from collections.abc import Iterable, Mapping

from libs.shared.eventlog.port import PartitionLost, Record, TopicPartition


class Ownership:
    """The member's partitions. A position of ``None`` means that nothing was read since the assignment.

    A position can be beyond the last record returned, if no record follows up to it (``passed``).
    """

    def __init__(self) -> None:
        self._next: dict[TopicPartition, int | None] = {}
        self._handed: dict[TopicPartition, int] = {}
        self._paused: set[TopicPartition] = set()
        self._turn = 0

    @property
    def held(self) -> frozenset[TopicPartition]:
        """The partitions held now."""
        return frozenset(self._next)

    def take(self, positions: Mapping[TopicPartition, int | None]) -> None:
        """Add newly assigned partitions, with the offset to read next if it is known."""
        self._next.update(positions)

    def drop(self, partitions: Iterable[TopicPartition]) -> None:
        """Remove revoked partitions; their pauses end too."""
        for partition in partitions:
            self._next.pop(partition, None)
            self._handed.pop(partition, None)
            self._paused.discard(partition)

    def position(self, at: TopicPartition) -> int | None:
        """The next offset to read; None if unknown. Raises ``PartitionLost`` if the partition is not held."""
        if at not in self._next:
            raise PartitionLost(f"{at.topic}/{at.partition} is not assigned to this member")
        return self._next[at]

    def seek(self, at: TopicPartition, offset: int) -> None:
        """Read ``at`` from ``offset`` next. Raises ``PartitionLost`` if not held."""
        self.position(at)
        self._next[at] = self._handed[at] = offset

    def advance(self, records: Iterable[Record]) -> None:
        """Move the positions past the records that a poll returns."""
        for record in records:
            self._next[record.at] = self._handed[record.at] = record.offset + 1

    def passed(self, at: TopicPartition, offset: int) -> None:
        """Move the position to ``offset``, as no record lies between the last one returned and ``offset``. Ignored if
        ``at`` is not held.
        """
        if at in self._next:
            self._next[at] = max(offset, self._next[at] or 0)

    def settled(self, at: TopicPartition, offset: int) -> int:
        """The offset to commit for ``offset``: the position if every record returned is below ``offset``, else
        ``offset`` itself.
        """
        position = self.position(at)
        return offset if position is None or offset < self._handed.get(at, 0) else max(offset, position)

    def pause(self, partitions: frozenset[TopicPartition]) -> None:
        """Leave these out of ``readable``."""
        self._paused |= partitions & self.held

    def resume(self, partitions: frozenset[TopicPartition]) -> None:
        """Undo ``pause``."""
        self._paused -= partitions

    @property
    def paused(self) -> frozenset[TopicPartition]:
        """The paused partitions."""
        return frozenset(self._paused)

    def readable(self) -> list[TopicPartition]:
        """The partitions that are held and not paused. The first one changes from call to call, so that no partition
        always waits behind a busy one.
        """
        able = sorted((p for p in self._next if p not in self._paused), key=lambda p: (p.topic, p.partition))
        if not able:
            return able
        self._turn = (self._turn + 1) % len(able)
        return able[self._turn :] + able[: self._turn]

    def check(self, offsets: Mapping[TopicPartition, int]) -> None:
        """Raises ``PartitionLost`` unless this member has read up to each offset since the partition was assigned."""
        for at, offset in offsets.items():
            reached = self.position(at)
            if reached is None or offset > reached:
                raise PartitionLost(f"{at.topic}/{at.partition} was assigned again and not yet read up to {offset}")
