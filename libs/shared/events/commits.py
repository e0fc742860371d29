"""Offsets that a consumer has finished and not yet committed to the log."""

from libs.shared.eventlog.port import LogConsumer, PartitionLost, TopicPartition


class Commits:
    """Next offsets by partition, kept until the log has confirmed them."""

    def __init__(self) -> None:
        self._next: dict[TopicPartition, int] = {}

    def done(self, at: TopicPartition, next_offset: int) -> None:
        """Record that everything before ``next_offset`` is finished."""
        self._next[at] = next_offset

    def forget(self, at: TopicPartition) -> None:
        """Drop the offset of a partition that was assigned to another member."""
        self._next.pop(at, None)

    async def tell(self, consumer: LogConsumer) -> frozenset[TopicPartition]:
        """Commit what is finished; returns the partitions that were lost.

        Offsets that the log does not confirm (``LogUnavailable``) are committed by the next call.
        """
        if not self._next:
            return frozenset()
        lost: set[TopicPartition] = set()
        try:
            await consumer.commit(self._next)
        except PartitionLost:
            for at, offset in self._next.items():
                try:
                    await consumer.commit({at: offset})
                except PartitionLost:
                    lost.add(at)
        self._next.clear()
        return frozenset(lost)
