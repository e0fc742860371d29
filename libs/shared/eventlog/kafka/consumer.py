"""One member of a group on Kafka.

Workarounds for aiokafka 0.14, each found by reading its source and tested by the contract suite:

- during a rebalance ``getmany`` waits without a limit, and a cancelled ``getmany`` falsifies the idle time that
  ``max_poll_interval_ms`` limits; so it runs in a task of its own that outlives one ``poll``;
- records fetched ahead are returned for paused partitions too; so only unpaused ones are requested (``fetching``);
- a pause is lost at every rebalance, also for partitions that stay; so it is set again;
- a position moves past markers and aborted records, but only when they are read; so it is stored after each fetch, and
  when every record returned is committed, that position is committed;
- ``commit`` sends the present generation, also for records read in an earlier one; so the member keeps the offsets that
  it has read since the last assignment, and commits nothing between losing partitions and getting new ones;
- after a broker's restart a member can wait forever to rejoin (aio-libs/aiokafka issue 1154); so a rebalance that takes
  too long ends with a new inner consumer.
"""

import asyncio
import logging
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener
from aiokafka.errors import CommitFailedError, IllegalStateError
from aiokafka.structs import TopicPartition as KafkaPartition

from libs.shared.eventlog.kafka.address import KafkaAddress
from libs.shared.eventlog.kafka.cluster import Cluster
from libs.shared.eventlog.kafka.failures import bounded
from libs.shared.eventlog.kafka.fetching import Fetched, fetch
from libs.shared.eventlog.kafka.inner import end, make, record_of
from libs.shared.eventlog.ownership import Ownership
from libs.shared.eventlog.port import (
    GroupTimes,
    LogUnavailable,
    PartitionLost,
    Record,
    RevokedCallback,
    TopicPartition,
)

logger = logging.getLogger(__name__)

START_SECONDS = 30.0
COMMIT_SECONDS = 15.0
NOTHING = KafkaPartition("", 0)
"""Requested when all are paused, as no argument would mean all partitions."""


class KafkaConsumer:
    """See the port."""

    def __init__(
        self,
        address: KafkaAddress,
        cluster: Cluster,
        group: str,
        topics: frozenset[str],
        *,
        client_id: str,
        times: GroupTimes,
        on_revoked: RevokedCallback | None,
    ) -> None:
        self._address = address
        self._cluster = cluster
        self._names = cluster.names
        self._group = group
        self._topics = topics
        self._client_id = client_id
        self._times = times
        self._on_revoked = on_revoked
        self._own = Ownership()
        self._inner: AIOKafkaConsumer | None = None
        self._fetching: asyncio.Task[Fetched] | None = None
        self._sought: set[TopicPartition] = set()
        self._assigned_times = 0
        self._unassigned_since: float | None = None
        self._paused_before: frozenset[TopicPartition] = frozenset()
        self._committing = asyncio.Lock()
        self._started = False

    async def start(self) -> None:
        """See the port. Raises ``UnknownTopic`` too. Partitions are assigned during the first polls."""
        await self._cluster.require(self._topics)
        await self._open()
        self._started = True

    async def _open(self) -> AIOKafkaConsumer:
        async with bounded(START_SECONDS):  # a certificate file may not exist yet
            group = self._names.on_cluster(self._group)
            inner = make(self._address, group, client_id=self._client_id, times=self._times)
        self._unassigned_since = time.monotonic()
        try:
            async with bounded(START_SECONDS):
                await inner.start()
        except BaseException:
            await end(inner)
            raise
        self._inner = inner
        inner.subscribe(topics=sorted(map(self._names.on_cluster, self._topics)), listener=_Listener(self, inner))
        return inner

    async def revoked(self, inner: AIOKafkaConsumer) -> None:
        """Kafka revokes all partitions before it assigns them again (the eager protocol)."""
        if inner is not self._inner:
            return
        held = self._own.held
        try:
            if held and self._on_revoked is not None:
                await self._on_revoked(held)
        except PartitionLost:
            logger.info("eventlog member of %s lost its partitions before it could commit", self._group)
        finally:
            async with self._committing:  # let a commit under way end: later it would be sent with the next generation
                self._paused_before = self._own.paused
                self._own.drop(held)
                self._assigned_times += 1
                self._unassigned_since = time.monotonic()

    def assigned(self, inner: AIOKafkaConsumer, assigned: Iterable[KafkaPartition]) -> None:
        """Add the assigned partitions, and pause again those that were paused before the rebalance."""
        if inner is not self._inner:
            return
        partitions = frozenset(map(self._names.outside, assigned))
        self._own.take(dict.fromkeys(partitions))
        self._unassigned_since = None
        self.pause(self._paused_before & partitions)
        self._paused_before = frozenset()

    async def poll(self, *, max_records: int, wait_seconds: float) -> list[Record]:
        """See the port. After ``LogUnavailable`` the next call starts a new inner consumer."""
        if not self._started:
            raise LogUnavailable("the consumer is not started")
        limit = self._times.rebalance + self._times.session + START_SECONDS
        if self._unassigned_since is not None and time.monotonic() - self._unassigned_since > limit:
            logger.warning("eventlog member of %s waited too long for its partitions; it joins again", self._group)
            await self._discard()
        inner = self._inner or await self._open()
        if self._fetching is None:
            able = [self._names.inside(at) for at in self._own.readable()]
            if not able and self._own.held:
                able = [NOTHING]
            self._sought.clear()
            self._fetching = asyncio.create_task(
                fetch(inner, able, wait_seconds, max_records, lambda: self._assigned_times)
            )
        await asyncio.wait({self._fetching}, timeout=wait_seconds + 0.1)
        if not self._fetching.done():
            return []
        task, self._fetching = self._fetching, None
        try:
            async with bounded(1):
                fetched = task.result()
        except LogUnavailable:
            await self._discard()
            raise
        # Records fetched before the last rebalance are dropped: reading starts again at the committed offsets.
        return self._accept(inner, fetched, max_records) if fetched.assigned_times == self._assigned_times else []

    def _accept(self, inner: AIOKafkaConsumer, fetched: Fetched, max_records: int) -> list[Record]:
        """The records that may be returned; the rest is read again later.

        Records of a new partition can arrive before the listener was called, and ``seek`` can be called after the fetch
        began.
        """
        batch: list[Record] = []
        for at in fetched.positions.keys() | fetched.records.keys():
            here, found, reached = self._names.outside(at), fetched.records.get(at, []), fetched.positions.get(at)
            able = here in self._own.held and here not in self._own.paused and here not in self._sought
            room = max_records - len(batch) if able else 0
            if len(found) > room:
                sought = self._own.position(here) if here in self._sought & self._own.held else None
                with suppress(IllegalStateError):  # revoked meanwhile: it is then read from the committed offset
                    inner.seek(at, found[room].offset if sought is None else sought)
            handed = [record_of(one, here) for one in found[:room]]
            self._own.advance(handed[-1:])  # all are of one partition
            batch += handed
            if able and len(found) <= room and reached is not None:
                self._own.passed(here, reached)
        return batch

    async def commit(self, offsets: Mapping[TopicPartition, int]) -> None:
        """See the port."""
        if not offsets:
            return
        async with self._committing:
            self._own.check(offsets)
            if self._inner is None:
                raise PartitionLost("this member left its group")
            async with bounded(COMMIT_SECONDS):
                try:
                    await self._inner.commit(
                        {self._names.inside(at): self._own.settled(at, offset) for at, offset in offsets.items()}
                    )
                except (CommitFailedError, IllegalStateError) as error:
                    raise PartitionLost("the group has moved on") from error

    def assignment(self) -> frozenset[TopicPartition]:
        """See the port."""
        return self._own.held

    def position(self, at: TopicPartition) -> int | None:
        """See the port."""
        return self._own.position(at)

    def seek(self, at: TopicPartition, offset: int) -> None:
        """See the port."""
        self._own.seek(at, offset)
        self._sought.add(at)
        if self._inner is not None:
            with suppress(IllegalStateError):  # revoked at this moment: the next poll notices
                self._inner.seek(self._names.inside(at), offset)

    def pause(self, partitions: frozenset[TopicPartition]) -> None:
        """See the port."""
        self._own.pause(partitions)
        for at in partitions & self._own.held:
            partition, reached = self._names.inside(at), self._own.position(at)
            if self._inner is not None:
                with suppress(IllegalStateError):
                    self._inner.pause(partition)
                    # drop what was fetched ahead, as it would hold up the fetches of the others
                    if reached is not None:
                        self._inner.seek(partition, reached)

    def resume(self, partitions: frozenset[TopicPartition]) -> None:
        """See the port."""
        self._own.resume(partitions)
        self._paused_before -= partitions
        for at in partitions & self._own.held:
            if self._inner is not None:
                with suppress(IllegalStateError):
                    self._inner.resume(self._names.inside(at))

    async def lag(self) -> dict[TopicPartition, int]:
        """See the port.

        What is left to read may consist only of markers and aborted records. The group's offset is then moved past
        them, so that tools that count them show no lag either.
        """
        held = self._own.held
        committed = await self._cluster.committed(self._group, {at.topic for at in held})
        spans = await self._cluster.offsets(list(held))
        begins = {at: max(first, committed.get(at, 0)) for at, (first, _) in spans.items() if at in self._own.held}
        settled = {at: self._own.settled(at, begin) for at, begin in begins.items()}
        if past := {at: offset for at, offset in settled.items() if offset > begins[at]}:
            with suppress(LogUnavailable, PartitionLost):
                await self.commit(past)
        return {at: max(0, spans[at][1] - offset) for at, offset in settled.items()}

    async def _discard(self) -> None:
        inner, self._inner = self._inner, None
        fetching, self._fetching = self._fetching, None
        self._own.drop(self._own.held)
        self._assigned_times += 1
        if fetching is not None:
            fetching.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await fetching
        if inner is not None:
            await end(inner)

    async def close(self) -> None:
        """See the port. Takes only seconds, even when no broker answers."""
        self._started = False
        await self._discard()


class _Listener(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka has no types
    """Bound to one inner consumer; a replaced one is ignored."""

    def __init__(self, consumer: KafkaConsumer, inner: AIOKafkaConsumer) -> None:
        self._consumer = consumer
        self._inner = inner

    async def on_partitions_revoked(self, revoked: frozenset[KafkaPartition]) -> None:
        await self._consumer.revoked(self._inner)

    async def on_partitions_assigned(self, assigned: frozenset[KafkaPartition]) -> None:
        self._consumer.assigned(self._inner, assigned)
