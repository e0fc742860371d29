"""One member of a group on the PostgreSQL log.

Partitions are assigned and revoked only inside ``poll``, so a batch being handled keeps its partitions as long as its
member is alive. A background task renews the lease; it stops when the member no longer polls, and then the lease
expires.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any
from uuid import uuid4

from libs.shared.eventlog.ownership import Ownership
from libs.shared.eventlog.port import (
    MOST_POLLED_BYTES,
    GroupTimes,
    LogUnavailable,
    PartitionLost,
    Record,
    RevokedCallback,
    TopicPartition,
)
from libs.shared.eventlog.postgres.connection import Connections
from libs.shared.eventlog.postgres.group import Membership
from libs.shared.eventlog.postgres.news import News
from libs.shared.eventlog.postgres.statements import statement

logger = logging.getLogger(__name__)

POLL_SECONDS = 0.5
"""How often a waiting member queries the log without a notification."""


class PostgresConsumer:
    """See the port."""

    def __init__(
        self,
        connections: Connections,
        news: News,
        group: str,
        topics: frozenset[str],
        *,
        times: GroupTimes,
        on_revoked: RevokedCallback | None,
        require: Callable[[frozenset[str]], Awaitable[None]],
    ) -> None:
        self._connections = connections
        self._news = news
        self._group = group
        self._topics = topics
        self._times = times
        self._on_revoked = on_revoked
        self._require = require
        self._own = Ownership()
        self._membership: Membership | None = None
        self._generation = -1
        self._wake: asyncio.Event | None = None
        self._beating: asyncio.Task[None] | None = None
        self._in_poll = False
        self._polled = time.monotonic()
        self._expelled = False
        self._unsettled = True

    async def start(self) -> None:
        """See the port. Raises ``UnknownTopic`` too."""
        await self._require(self._topics)
        if self._wake is None:  # else an earlier start failed after this point
            self._wake = self._news.subscribe(f"g:{self._group}", *(f"t:{topic}" for topic in self._topics))
        if self._membership is None:
            await self._join()
        await self._settle()
        self._polled = time.monotonic()
        self._beating = asyncio.create_task(self._beat(), name=f"eventlog-heartbeat-{self._group}")

    async def _join(self) -> None:
        membership = Membership(self._group, str(uuid4()), self._topics, self._times.session)
        async with self._connections.transaction() as connection:
            await membership.join(connection)
        self._membership, self._expelled, self._unsettled = membership, False, True

    @property
    def _member(self) -> Membership:
        if self._membership is None:
            raise LogUnavailable("the consumer is not started")
        return self._membership

    async def _settle(self) -> None:
        """Release partitions that others should have and take free ones, until the assignment is settled."""
        release: frozenset[TopicPartition] = frozenset()
        for _ in range(10):
            async with self._connections.transaction() as connection:
                standing = None if self._expelled else await self._member.settle(connection, release)
            if standing is None:
                await self._revoke(self._own.held)
                await self._join()
                release = frozenset()
                continue
            self._own.drop(self._own.held - standing.owned.keys())
            self._own.take({at: offset for at, offset in standing.owned.items() if at not in self._own.held})
            self._generation, self._unsettled = standing.generation, False
            release = standing.surplus
            if not release:
                return
            await self._revoke(release)

    async def _revoke(self, partitions: frozenset[TopicPartition]) -> None:
        held = partitions & self._own.held
        if held and self._on_revoked is not None:
            await self._on_revoked(held)
        self._own.drop(partitions)

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(self._times.heartbeat)
            if not self._in_poll and time.monotonic() - self._polled > self._times.max_poll:
                if not self._expelled:
                    logger.warning("eventlog member of %s has not polled for too long and leaves", self._group)
                    with suppress(LogUnavailable):
                        await self._leave()
                        self._expelled = True
                continue
            try:
                async with self._connections.connection() as connection:
                    answer = await self._member.heartbeat(connection)
            except LogUnavailable as error:
                logger.warning("eventlog heartbeat of %s failed: %s", self._group, error)
                continue
            if answer is None:
                self._expelled = True
            if (answer is None or answer[1] or answer[0] != self._generation) and self._wake is not None:
                self._unsettled = True
                self._wake.set()

    async def poll(self, *, max_records: int, wait_seconds: float) -> list[Record]:
        """See the port."""
        wake, deadline = self._wake, time.monotonic() + wait_seconds
        if wake is None:
            raise LogUnavailable("the consumer is not started")
        self._in_poll = True
        try:
            while True:
                wake.clear()
                await self._look()
                batch = await self._read(max_records)
                left = deadline - time.monotonic()
                if batch or left <= 0:
                    return batch
                with suppress(TimeoutError):
                    async with asyncio.timeout(min(left, POLL_SECONDS)):
                        await wake.wait()
        finally:
            self._polled, self._in_poll = time.monotonic(), False

    async def _look(self) -> None:
        """Settle if the group has changed."""
        if not (self._unsettled or self._expelled):
            async with self._connections.connection() as connection:
                generation = await connection.fetchval(
                    "SELECT generation FROM consumer_group WHERE name = $1", self._group
                )
            if generation == self._generation:
                return
        await self._settle()

    async def _read(self, max_records: int) -> list[Record]:
        able = self._own.readable()
        if not able:
            return []
        batch: list[Record] = []
        async with self._connections.connection() as connection:
            positions = [self._own.position(at) or 0 for at in able]
            news = await connection.fetch(
                statement("news"), [at.topic for at in able], [at.partition for at in able], positions
            )
            asked = [(TopicPartition(row["topic"], row["partition"]), row["next_offset"]) for row in news]
            # First an equal share of each, then more of those that have more: no record waits behind busier partitions.
            left = MOST_POLLED_BYTES
            parts = max(1, len(asked))
            for share, weight in ((-(-max_records // parts), -(-left // parts)), (max_records, left)):
                fuller = []
                for at, end in asked:
                    room, able_bytes = min(share, max_records - len(batch)), min(weight, left)
                    if room <= 0 or able_bytes <= 0:
                        break
                    start = self._own.position(at) or 0
                    rows = await connection.fetch(
                        statement("read", at.topic), at.topic, at.partition, start, room, able_bytes
                    )
                    if not rows:  # compaction removed the rest, so everything up to ``end`` is read
                        self._own.passed(at, end)
                    found = [_record(at, row) for row in rows]
                    self._own.advance(found)
                    batch += found
                    taken = sum(len(record.value or b"") for record in found)
                    left -= taken
                    if len(rows) == share or taken >= weight:
                        fuller.append((at, end))
                asked = fuller
        return batch

    async def commit(self, offsets: Mapping[TopicPartition, int]) -> None:
        """See the port."""
        if not offsets:
            return
        if self._expelled:
            raise PartitionLost("this member was expelled from its group")
        self._own.check(offsets)
        async with self._connections.transaction() as connection:
            await self._member.commit(connection, {at: self._own.settled(at, to) for at, to in offsets.items()})

    def assignment(self) -> frozenset[TopicPartition]:
        """See the port."""
        return frozenset() if self._expelled else self._own.held

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
        held, lag = self.assignment(), {}
        async with self._connections.connection() as connection:
            for topic in sorted({at.topic for at in held}):
                numbers = [at.partition for at in held if at.topic == topic]
                for row in await connection.fetch(statement("lag", topic), self._group, topic, numbers):
                    lag[TopicPartition(topic, row["partition"])] = row["lag"]
        return lag

    async def _leave(self) -> None:
        async with self._connections.transaction() as connection:
            await self._member.leave(connection)

    async def close(self) -> None:
        """See the port; if the log cannot be reached, the lease expires instead."""
        if self._beating is not None:
            self._beating.cancel()
            with suppress(asyncio.CancelledError):
                await self._beating
            self._beating = None
        if self._wake is not None:
            self._news.unsubscribe(self._wake)
            self._wake = None
        if self._membership is not None:
            with suppress(LogUnavailable):
                await self._leave()
            self._membership = None
        self._own.drop(self._own.held)


def _record(at: TopicPartition, row: Any) -> Record:
    headers = tuple(zip(row["names"], row["contents"], strict=True))
    return Record(at.topic, at.partition, row["offset"], row["key"], row["value"], headers, row["created"])
