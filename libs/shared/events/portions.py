"""Splits one poll into portions of one transaction each; the next is decoded while the present one is handled.

Decoding uses Python and a transaction uses PostgreSQL, so both together take only as long as the longer of the two.
"""

import asyncio
from collections import deque
from collections.abc import Iterator, Sequence

from libs.shared.eventlog.port import Record, TopicPartition
from libs.shared.events.arrivals import Arrival, read

_AT_ONCE = 50
"""Records decoded before the event loop gets its turn: about half a millisecond."""


def cut(records: Sequence[Record], *, most: int, most_bytes: int) -> Iterator[list[Record]]:
    """Portions of the records in their order, of at most ``most`` records and ``most_bytes`` of content each; a larger
    record is a portion of its own.
    """
    portion: list[Record] = []
    size = 0
    for record in records:
        length = len(record.value or b"")
        if portion and (len(portion) == most or size + length > most_bytes):
            yield portion
            portion, size = [], 0
        portion.append(record)
        size += length
    if portion:
        yield portion


class Portions:
    """Hands out one portion after another.

    A caller that stops early gets the remaining offsets from ``left``. Every caller calls ``close`` at the end.
    """

    def __init__(self, portions: Sequence[list[Record]]) -> None:
        self._waiting = deque(portions)
        self._reading: asyncio.Task[list[Arrival]] | None = None

    async def next(self) -> dict[TopicPartition, list[Arrival]]:
        """The next portion by partition, empty at the end. Raises ``NewerVersion`` if it has such an event."""
        if not self._waiting:
            return {}
        arrivals = await (self._reading or self._ahead())
        self._waiting.popleft()
        self._reading = self._ahead() if self._waiting else None
        batches: dict[TopicPartition, list[Arrival]] = {}
        at: TopicPartition | None = None
        for arrival in arrivals:
            record = arrival.record
            if at is None or record.partition != at.partition or record.topic != at.topic:
                at = record.at
                batch = batches.setdefault(at, [])
            batch.append(arrival)
        return batches

    def left(self) -> dict[TopicPartition, int]:
        """For each partition its first offset that was not handed out."""
        first: dict[TopicPartition, int] = {}
        for portion in self._waiting:
            for record in portion:
                first.setdefault(record.at, record.offset)
        return first

    def close(self) -> None:
        """Stop reading ahead. An error in a portion that was not handed out is dropped: the portion is read again."""
        if self._reading is not None and not self._reading.cancel() and not self._reading.cancelled():
            self._reading.exception()

    def _ahead(self) -> "asyncio.Task[list[Arrival]]":
        return asyncio.create_task(_read(self._waiting[0]))


async def _read(records: Sequence[Record]) -> list[Arrival]:
    arrivals: list[Arrival] = []
    for start in range(0, len(records), _AT_ONCE):
        arrivals += map(read, records[start : start + _AT_ONCE])
        await asyncio.sleep(0)
    return arrivals
