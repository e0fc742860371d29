"""The offsets a consumer has done and the log has not yet been told of."""

from libs.shared.eventlog.port import LogConsumer, PartitionLost, TopicPartition


class Commits:
    """Next offsets by partition, kept until the log has taken them."""

    def __init__(self) -> None:
        self._next: dict[TopicPartition, int] = {}

    def done(self, at: TopicPartition, next_offset: int) -> None:
        """All before ``next_offset`` is done."""
        self._next[at] = next_offset

    def forget(self, at: TopicPartition) -> None:
        """The partition went to another member."""
        self._next.pop(at, None)

    async def tell(self, consumer: LogConsumer) -> frozenset[TopicPartition]:
        """Commit what was done; returns the partitions that turn out to be lost.

        What the log does not confirm (``LogUnavailable``) stays for the next call.
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
