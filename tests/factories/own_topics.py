"""Event logs on which each test has topics of its own, used under the names in the contracts."""

import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

from libs.shared.contracts.absence import PupilMonthChanged
from libs.shared.contracts.topics import dead_letter_topic
from libs.shared.eventlog.memory import MemoryEventLog
from libs.shared.eventlog.port import (
    EventLog,
    LogConsumer,
    LogWriter,
    Outgoing,
    Placed,
    Record,
    RevokedCallback,
    TopicPartition,
    TopicSpec,
)
from tests.realparts.eventlogs import append

TOPIC = PupilMonthChanged.TOPIC


class OwnTopics:
    """An ``EventLog`` that adds a prefix to the topics of another, so that tests share a server but no records."""

    def __init__(self, log: EventLog) -> None:
        self.inner = log
        self.prefix = f"t{secrets.token_hex(5)}."
        self._written: dict[TopicPartition, int] = {}

    def _in(self, at: TopicPartition) -> TopicPartition:
        return TopicPartition(self.prefix + at.topic, at.partition)

    def _out(self, at: TopicPartition) -> TopicPartition:
        return TopicPartition(at.topic.removeprefix(self.prefix), at.partition)

    async def start(self) -> None: ...

    @asynccontextmanager
    async def writer(self, name: str) -> AsyncIterator["_OwnWriter"]:
        async with self.inner.writer(self.prefix + name) as writer:
            yield _OwnWriter(self, writer)

    async def write(self, writer: LogWriter, records: Sequence[Outgoing]) -> Sequence[Placed]:
        """The ``append`` of every writer; a subclass that simulates a fault overrides it."""
        return await writer.append([Outgoing(self.prefix + r.topic, r.key, r.value, r.headers) for r in records])

    async def ends(self, topics: Sequence[str]) -> dict[TopicPartition, int]:
        """The ends of what can be read and of what was appended here. Kafka confirms an append a moment before its
        records can be read, so ``end_offsets`` alone may still be without them.
        """
        found = await self.end_offsets(topics)
        return {at: max(end, self._written.get(at, 0)) for at, end in found.items()}

    def note(self, records: Sequence[Outgoing], placed: Sequence[Placed]) -> None:
        """Remember how far the partitions were written."""
        for record, each in zip(records, placed, strict=True):
            at = TopicPartition(record.topic, each.partition)
            self._written[at] = max(each.offset + 1, self._written.get(at, 0))

    async def append(self, records: Sequence[Outgoing]) -> None:
        """Write records through a writer of its own, which is closed afterwards."""
        await append(self, records)

    def consumer(self, group: str, topics: Sequence[str], *, on_revoked: RevokedCallback | None = None) -> LogConsumer:
        async def told(partitions: frozenset[TopicPartition]) -> None:
            if on_revoked is not None:
                await on_revoked(frozenset(map(self._out, partitions)))

        inner = self.inner.consumer(self.prefix + group, [self.prefix + topic for topic in topics], on_revoked=told)
        return _OwnConsumer(self, inner)

    async def apply_topics(self, specs: Sequence[TopicSpec]) -> list[str]:
        return await self.inner.apply_topics([replace(spec, name=self.prefix + spec.name) for spec in specs])

    async def end_offsets(self, topics: Sequence[str]) -> dict[TopicPartition, int]:
        found = await self.inner.end_offsets([self.prefix + topic for topic in topics])
        return {self._out(at): offset for at, offset in found.items()}

    async def committed(self, group: str, topics: Sequence[str]) -> dict[TopicPartition, int]:
        found = await self.inner.committed(self.prefix + group, [self.prefix + topic for topic in topics])
        return {self._out(at): offset for at, offset in found.items()}

    async def forget_group(self, group: str) -> None:
        await self.inner.forget_group(self.prefix + group)

    async def check(self) -> None:
        await self.inner.check()

    async def close(self) -> None: ...


class _OwnWriter:
    def __init__(self, own: OwnTopics, inner: LogWriter) -> None:
        self._own = own
        self._inner = inner

    async def append(self, records: Sequence[Outgoing]) -> Sequence[Placed]:
        placed = await self._own.write(self._inner, records)
        self._own.note(records, placed)
        return placed


class _OwnConsumer:
    def __init__(self, own: OwnTopics, inner: LogConsumer) -> None:
        self._own = own
        self._inner = inner

    async def start(self) -> None:
        await self._inner.start()

    async def poll(self, *, max_records: int, wait_seconds: float) -> list[Record]:
        found = await self._inner.poll(max_records=max_records, wait_seconds=wait_seconds)
        return [
            Record(
                r.topic.removeprefix(self._own.prefix), r.partition, r.offset, r.key, r.value, r.headers, r.timestamp
            )
            for r in found
        ]

    async def commit(self, offsets: Mapping[TopicPartition, int]) -> None:
        await self._inner.commit({self._own._in(at): offset for at, offset in offsets.items()})

    def assignment(self) -> frozenset[TopicPartition]:
        return frozenset(map(self._own._out, self._inner.assignment()))

    def position(self, at: TopicPartition) -> int | None:
        return self._inner.position(self._own._in(at))

    def seek(self, at: TopicPartition, offset: int) -> None:
        self._inner.seek(self._own._in(at), offset)

    def pause(self, partitions: frozenset[TopicPartition]) -> None:
        self._inner.pause(frozenset(map(self._own._in, partitions)))

    def resume(self, partitions: frozenset[TopicPartition]) -> None:
        self._inner.resume(frozenset(map(self._own._in, partitions)))

    async def lag(self) -> dict[TopicPartition, int]:
        return {self._own._out(at): lag for at, lag in (await self._inner.lag()).items()}

    async def close(self) -> None:
        await self._inner.close()


async def with_topics(log: EventLog, group: str, *, partitions: int = 3) -> EventLog:
    """Apply the test's topic and the group's dead-letter topic."""
    await log.apply_topics(
        [TopicSpec(TOPIC, partitions, compacted=True), TopicSpec(dead_letter_topic(group), 1, False, 24)]
    )
    return log


async def memory_log(group: str = "evaluation_export", *, partitions: int = 3) -> MemoryEventLog:
    """A log in memory with the test's topics."""
    log = MemoryEventLog()
    await with_topics(log, group, partitions=partitions)
    return log
