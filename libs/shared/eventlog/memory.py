"""The log in the memory of one process, for tests: the same guarantees, but not durable and for one process only."""

import asyncio
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from uuid import uuid4

from libs.shared.eventlog.balance import balance
from libs.shared.eventlog.ownership import Ownership
from libs.shared.eventlog.placing import partition_of, require_sizes
from libs.shared.eventlog.port import (
    MOST_POLLED_BYTES,
    GroupTimes,
    LogUnavailable,
    Outgoing,
    PartitionLost,
    Placed,
    Record,
    RevokedCallback,
    TopicDiffers,
    TopicPartition,
    TopicSpec,
    UnknownTopic,
    WriterFenced,
)


@dataclass
class _Group:
    topics: dict[str, frozenset[str]] = field(default_factory=dict)
    seen: dict[str, float] = field(default_factory=dict)
    owners: dict[TopicPartition, str] = field(default_factory=dict)
    committed: dict[TopicPartition, int] = field(default_factory=dict)

    def remove(self, member: str) -> None:
        self.topics.pop(member, None)
        self.seen.pop(member, None)
        self.owners = {at: owner for at, owner in self.owners.items() if owner != member}


class MemoryEventLog:
    """Holds topics, records and groups. One per test; consumers of it share its event loop."""

    def __init__(self, *, times: GroupTimes | None = None) -> None:
        self.times = times or GroupTimes()
        self.specs: dict[str, TopicSpec] = {}
        self.records: dict[TopicPartition, list[Record]] = {}
        self.groups: defaultdict[str, _Group] = defaultdict(_Group)
        self.epochs: Counter[str] = Counter()
        self._news = asyncio.Event()

    async def start(self) -> None:
        """Nothing to connect to."""

    @asynccontextmanager
    async def writer(self, name: str) -> AsyncIterator["MemoryWriter"]:
        """See the port."""
        self.epochs[name] += 1
        yield MemoryWriter(self, name, self.epochs[name])

    async def append(self, records: Sequence[Outgoing]) -> list[Placed]:
        """Write all or none, without a writer, like a foreign producer."""
        self.require([record.topic for record in records])
        require_sizes(records)
        now = time.time_ns() // 1_000_000
        placed = []
        for record in records:
            at = TopicPartition(record.topic, partition_of(record.key, self.specs[record.topic].partitions))
            kept = self.records[at]
            placed.append(Placed(at.partition, len(kept)))
            kept.append(Record(at.topic, at.partition, len(kept), record.key, record.value, tuple(record.headers), now))
        self.notify()
        return placed

    def consumer(
        self, group: str, topics: Sequence[str], *, on_revoked: RevokedCallback | None = None
    ) -> "MemoryConsumer":
        """A member, not started."""
        return MemoryConsumer(self, group, frozenset(topics), on_revoked)

    async def apply_topics(self, specs: Sequence[TopicSpec]) -> list[str]:
        """See the port."""
        changes, differing = [], []
        for spec in specs:
            known = self.specs.get(spec.name)
            if known is None:
                self.specs[spec.name] = spec
                self.records.update({TopicPartition(spec.name, p): [] for p in range(spec.partitions)})
                changes.append(f"{spec.name}: created with {spec.partitions} partitions")
            else:
                self.specs[spec.name] = replace(spec, partitions=known.partitions)
                if spec.partitions != known.partitions:
                    differing.append(f"{spec.name} has {known.partitions} partitions, {spec.partitions} wanted")
                if (known.compacted, known.retention_hours) != (spec.compacted, spec.retention_hours):
                    changes.append(f"{spec.name}: retention changed")
        self.notify()
        if differing:
            raise TopicDiffers("; ".join(differing))
        return changes

    async def end_offsets(self, topics: Sequence[str]) -> dict[TopicPartition, int]:
        """See the port. Raises ``UnknownTopic``."""
        self.require(topics)
        return {at: len(kept) for at, kept in self.records.items() if at.topic in topics}

    async def committed(self, group: str, topics: Sequence[str]) -> dict[TopicPartition, int]:
        """See the port."""
        return {at: offset for at, offset in self.groups[group].committed.items() if at.topic in topics}

    async def forget_group(self, group: str) -> None:
        """See the port."""
        self.groups.pop(group, None)

    async def check(self) -> None:
        """Always available."""

    async def close(self) -> None:
        """Does nothing: records are kept, as a test may continue to read."""

    def require(self, topics: Sequence[str] | frozenset[str]) -> None:
        """Raises ``UnknownTopic`` for the first topic that was never applied."""
        for topic in sorted(topics):
            if topic not in self.specs:
                raise UnknownTopic(topic)

    def notify(self) -> None:
        """Wake every waiting member."""
        self._news.set()
        self._news = asyncio.Event()

    async def news(self, seconds: float) -> None:
        """Wait until ``notify`` is called, at most ``seconds``."""
        try:
            async with asyncio.timeout(seconds):
                await self._news.wait()
        except TimeoutError:
            return


@dataclass(frozen=True, slots=True)
class MemoryWriter:
    """See the port."""

    log: MemoryEventLog
    name: str
    epoch: int

    async def append(self, records: Sequence[Outgoing]) -> list[Placed]:
        """See the port."""
        if self.log.epochs[self.name] != self.epoch:
            raise WriterFenced(f"another writer {self.name} has followed this one")
        return await self.log.append(records)


class MemoryConsumer:
    """A member. It is alive while it polls: no heartbeat keeps a stuck member alive."""

    def __init__(
        self, log: MemoryEventLog, group: str, topics: frozenset[str], on_revoked: RevokedCallback | None
    ) -> None:
        self._log = log
        self._group = log.groups[group]
        self._topics = topics
        self._on_revoked = on_revoked
        self._own = Ownership()
        self._id: str | None = None

    async def start(self) -> None:
        """Join. Raises ``UnknownTopic``."""
        self._log.require(self._topics)
        self._join()
        await self._sync()

    def _join(self) -> None:
        self._id = str(uuid4())
        self._group.topics[self._id] = self._topics
        self._group.seen[self._id] = time.monotonic()

    async def _sync(self) -> None:
        """Expel silent members, release partitions that others should have, and take free ones."""
        if self._id is None:
            raise LogUnavailable("the consumer is not started")
        now = time.monotonic()
        if self._id in self._group.seen:
            self._group.seen[self._id] = now
        for member, seen in list(self._group.seen.items()):
            if now - seen > self._log.times.max_poll:
                self._group.remove(member)
        if self._id not in self._group.seen:
            await self._revoke(self._own.held)
            self._join()
        partitions = {at for at in self._log.records if any(at.topic in t for t in self._group.topics.values())}
        wanted = balance(partitions, self._group.topics, self._group.owners)
        surplus = frozenset(at for at in self._own.held if wanted.get(at) != self._id)
        if surplus:
            await self._revoke(surplus)
            for at in surplus:
                if self._group.owners.get(at) == self._id:
                    del self._group.owners[at]
        taken = [at for at, member in wanted.items() if member == self._id and at not in self._group.owners]
        for at in taken:
            self._group.owners[at] = self._id
        self._own.take({at: self._group.committed.get(at, 0) for at in taken})
        if surplus or taken:
            self._log.notify()

    async def _revoke(self, partitions: frozenset[TopicPartition]) -> None:
        if partitions and self._on_revoked is not None:
            await self._on_revoked(partitions)
        self._own.drop(partitions)

    async def poll(self, *, max_records: int, wait_seconds: float) -> list[Record]:
        """See the port."""
        deadline = time.monotonic() + wait_seconds
        while True:
            await self._sync()
            batch: list[Record] = []
            able, left_bytes = self._own.readable(), MOST_POLLED_BYTES
            for share in (-(-max_records // max(1, len(able))), max_records):
                for at in able:
                    start, room = self._own.position(at) or 0, min(share, max_records - len(batch))
                    found = []
                    for record in self._log.records[at][start : start + max(0, room)]:
                        if left_bytes > 0:
                            found.append(record)
                            left_bytes -= len(record.value or b"")
                    self._own.advance(found)
                    batch += found
            left = deadline - time.monotonic()
            if batch or left <= 0:
                return batch
            await self._log.news(min(left, self._log.times.heartbeat))

    async def commit(self, offsets: Mapping[TopicPartition, int]) -> None:
        """See the port."""
        for at in offsets:
            if self._group.owners.get(at) != self._id:
                raise PartitionLost(f"{at.topic}/{at.partition} went to another member")
        self._own.check(offsets)
        self._group.committed.update(offsets)

    def assignment(self) -> frozenset[TopicPartition]:
        """See the port."""
        return frozenset(at for at in self._own.held if self._group.owners.get(at) == self._id)

    def position(self, at: TopicPartition) -> int | None:
        """See the port."""
        return self._own.position(at)

    def seek(self, at: TopicPartition, offset: int) -> None:
        """See the port."""
        self._own.seek(at, offset)

    def pause(self, partitions: frozenset[TopicPartition]) -> None:
        """See the port."""
        self._own.pause(partitions)

    def resume(self, partitions: frozenset[TopicPartition]) -> None:
        """See the port."""
        self._own.resume(partitions)

    async def lag(self) -> dict[TopicPartition, int]:
        """See the port."""
        return {at: len(self._log.records[at]) - self._group.committed.get(at, 0) for at in self._own.held}

    async def close(self) -> None:
        """Leave the group."""
        if self._id is not None:
            self._group.remove(self._id)
            self._own.drop(self._own.held)
            self._id = None
            self._log.notify()
