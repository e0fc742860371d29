"""The consumer loop of one group: log → inbox and handlers in one transaction → commit → offset.

A crash at any point repeats work and never its effect: the offset follows the database's commit, and the inbox
drops what came before. Failures are of four kinds:

- unreadable: a dead letter at once;
- passing (connection, deadlock, ``RetryLater``, …): the partition waits, longer each time, and nothing is given up;
- stopping (a newer schema version, too many dead letters): ``run`` raises, liveness fails, somebody looks;
- all others: the batch is repeated one by one, and a record that fails ``tries`` times becomes a dead letter.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import structlog

from libs.shared.delivery.arrivals import Arrival, read
from libs.shared.delivery.backoff import Backoff, pause
from libs.shared.delivery.dead_letters import Fate
from libs.shared.delivery.failures import STOPPING, passes
from libs.shared.delivery.handling import Handling
from libs.shared.delivery.pulse import Pulse
from libs.shared.delivery.trouble import Troubles
from libs.shared.eventlog.port import (
    EventLog,
    EventLogError,
    LogConsumer,
    LogUnavailable,
    PartitionLost,
    Record,
    TopicPartition,
)
from libs.shared.observability.failures import describe_failure

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class ConsumerSettings:
    """``stuck_seconds`` must be above the longest handler, as must the log's rebalance time."""

    max_records: int = 500
    wait_seconds: float = 0.5
    tries: int = 5
    stuck_seconds: float = 120.0
    lag_seconds: float = 5.0
    between_tries: Backoff = field(default_factory=lambda: Backoff(first=0.1, most=2.0))
    until_passed: Backoff = field(default_factory=lambda: Backoff(first=0.2, most=10.0))
    log_away: Backoff = field(default_factory=lambda: Backoff(first=0.2, most=5.0))


class Consumer:
    """One member of ``handling.group``; several may run, in one process or many."""

    def __init__(
        self,
        log: EventLog,
        handling: Handling,
        *,
        settings: ConsumerSettings | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._log = log
        self._handling = handling
        self._settings = settings or ConsumerSettings()
        self._clock = clock
        self._troubles = Troubles()
        self._paused: frozenset[TopicPartition] = frozenset()
        self._revoked: set[TopicPartition] = set()
        self._uncommitted: dict[TopicPartition, int] = {}
        self._pulse = Pulse(clock, stuck_seconds=self._settings.stuck_seconds)
        self.failure: BaseException | None = None
        """What ended ``run``, if it did not end by ``stop``."""

    @property
    def lag(self) -> dict[TopicPartition, int]:
        """Offsets not committed per assigned partition, at most ``lag_seconds`` old while all is well."""
        return dict(self._pulse.lag)

    def stuck(self) -> bool:
        """For liveness: it failed, or hangs, or there is lag and nothing was done for ``stuck_seconds``."""
        return self.failure is not None or self._pulse.stuck()

    async def run(self, stop: asyncio.Event) -> None:
        """Consume until ``stop`` is set, then finish the batch in hand and leave the group.

        Raises ``NewerVersion`` and ``DeadLetterLimit``, and what no retry can help (``UnknownTopic``).
        """
        consumer = self._log.consumer(
            self._handling.group, self._handling.subscriptions.topics, on_revoked=self._on_revoked
        )
        self._pulse.running = True
        try:
            await self._keep(stop, consumer.start)
            while not stop.is_set():
                await self._keep(stop, lambda: self._turn(consumer, stop))
        except Exception as failure:
            self.failure = failure
            _log.error("consumer.stopped", group=self._handling.group, failure=describe_failure(failure))
            raise
        finally:
            self._pulse.running = False
            await consumer.close()

    async def _keep(self, stop: asyncio.Event, act: Callable[[], Awaitable[None]]) -> None:
        """Do it, again and again while the log is away."""
        failures = 0
        while not stop.is_set():
            self._pulse.turn()
            try:
                await act()
            except LogUnavailable as failure:
                failures += 1
                self._pulse.progress()
                self._retried(failure)
                await pause(stop, self._settings.log_away.seconds(failures))
            else:
                return

    async def _turn(self, consumer: LogConsumer, stop: asyncio.Event) -> None:
        self._pause_and_resume(consumer)
        await self._measure(consumer)
        due = self._troubles.next_due(self._clock())
        wait = self._settings.wait_seconds if due is None else min(due, self._settings.wait_seconds)
        records = await consumer.poll(max_records=self._settings.max_records, wait_seconds=wait)
        self._forget_revoked()
        batches: dict[TopicPartition, list[Record]] = {}
        for record in records:
            batches.setdefault(record.at, []).append(record)
        try:
            if not await self._take_together(consumer, batches):
                for at, batch in batches.items():
                    self._pulse.turn()
                    if at in consumer.assignment():
                        await self._take(consumer, at, batch)
                    if stop.is_set():
                        break
        except BaseException:
            with suppress(EventLogError):  # what was done comes again, and the inbox knows it
                await self._commit(consumer)
            raise
        await self._commit(consumer)

    async def _take_together(self, consumer: LogConsumer, batches: Mapping[TopicPartition, list[Record]]) -> bool:
        if len(batches) < 2 or not batches.keys() <= consumer.assignment():
            return False
        in_trouble = any(self._troubles.single(at, batch[0].offset) for at, batch in batches.items())
        if in_trouble or not await self._handling.take_together(batches):
            return False
        for at, batch in batches.items():
            self._done(at, batch[-1].offset + 1)
        return True

    async def _take(self, consumer: LogConsumer, at: TopicPartition, batch: Sequence[Record]) -> None:
        arrivals = [read(record) for record in batch]
        if not self._troubles.single(at, batch[0].offset):
            try:
                await self._take_whole(arrivals)
            except STOPPING:
                raise
            except Exception as failure:
                if passes(failure):
                    self._wait_for_better(consumer, at, batch[0].offset, failure)
                    return
                self._retried(failure)
                trouble = self._troubles.of(at)
                trouble.single_until = batch[-1].offset
                if len(batch) == 1:
                    trouble.offset, trouble.tries = batch[0].offset, 1
                    self._wait_between_tries(consumer, at, batch[0].offset)
                    return
            else:
                self._done(at, batch[-1].offset + 1)
                return
        for arrival in arrivals:
            if not await self._take_one(consumer, at, arrival):
                return

    async def _take_whole(self, arrivals: Sequence[Arrival]) -> None:
        readable = [arrival for arrival in arrivals if arrival.unreadable is None]
        if readable:
            await self._handling.take(readable)
        for arrival in arrivals:
            if arrival.unreadable is not None:
                await self._handling.give_up(arrival, Fate("InvalidEvent", arrival.unreadable, 1))

    async def _take_one(self, consumer: LogConsumer, at: TopicPartition, arrival: Arrival) -> bool:
        """Whether the partition may go on to the next record."""
        offset = arrival.record.offset
        try:
            await self._take_whole([arrival])
        except STOPPING:
            raise
        except Exception as failure:
            if passes(failure):
                self._wait_for_better(consumer, at, offset, failure)
                return False
            tries = self._troubles.of(at).tried(offset)
            if tries < self._settings.tries:
                self._retried(failure)
                self._wait_between_tries(consumer, at, offset)
                return False
            if not await self._bury(consumer, at, arrival, failure, tries):
                return False
        self._done(at, offset + 1)
        return True

    async def _bury(
        self, consumer: LogConsumer, at: TopicPartition, arrival: Arrival, why: Exception, tries: int
    ) -> bool:
        described = describe_failure(why)
        where = described["where"][-1] if described["where"] else "unknown"
        fate = Fate(type(why).__name__, f"{described['type']} at {where}", tries)
        try:
            await self._handling.give_up(arrival, fate)
        except STOPPING:
            raise
        except Exception as failure:
            self._wait_for_better(consumer, at, arrival.record.offset, failure)
            return False
        _log.warning("consumer.dead_letter", group=self._handling.group, id=str(arrival.id), failure=described)
        return True

    def _done(self, at: TopicPartition, next_offset: int) -> None:
        self._uncommitted[at] = next_offset
        self._troubles.over(at, next_offset)
        self._pulse.progress()

    def _wait_for_better(self, consumer: LogConsumer, at: TopicPartition, offset: int, failure: Exception) -> None:
        self._retried(failure)
        trouble = self._troubles.of(at)
        trouble.failures += 1
        trouble.due = self._clock() + self._settings.until_passed.seconds(trouble.failures)
        self._back_to(consumer, at, offset)

    def _wait_between_tries(self, consumer: LogConsumer, at: TopicPartition, offset: int) -> None:
        trouble = self._troubles.of(at)
        trouble.due = self._clock() + self._settings.between_tries.seconds(trouble.tries)
        self._back_to(consumer, at, offset)

    def _back_to(self, consumer: LogConsumer, at: TopicPartition, offset: int) -> None:
        self._pulse.progress()
        try:
            consumer.seek(at, offset)
        except PartitionLost:
            self._troubles.forget(frozenset({at}))

    def _retried(self, failure: Exception) -> None:
        self._handling.metrics.retries.labels(self._handling.group, type(failure).__name__).inc()
        _log.warning("consumer.retry", group=self._handling.group, failure=describe_failure(failure))

    def _pause_and_resume(self, consumer: LogConsumer) -> None:
        assigned = consumer.assignment()
        wanted = self._troubles.waiting(self._clock()) & assigned
        if resumed := (self._paused - wanted) & assigned:
            consumer.resume(resumed)
        if wanted:
            consumer.pause(wanted)
        self._paused = wanted

    async def _measure(self, consumer: LogConsumer) -> None:
        if not self._pulse.outdated(consumer.assignment(), self._settings.lag_seconds):
            return
        self._pulse.measure(await consumer.lag())
        topics = dict.fromkeys(self._handling.subscriptions.topics, 0)
        for at, lag in self._pulse.lag.items():
            topics[at.topic] = topics.get(at.topic, 0) + lag
        for topic, lag in topics.items():
            self._handling.metrics.lag.labels(self._handling.group, topic).set(lag)

    async def _commit(self, consumer: LogConsumer) -> None:
        """Commit what was done. What the log does not confirm stays to be committed in the next turn."""
        if not self._uncommitted:
            return
        try:
            await consumer.commit(self._uncommitted)
        except PartitionLost:
            for at, offset in self._uncommitted.items():
                await self._commit_one(consumer, at, offset)
        self._uncommitted.clear()

    async def _commit_one(self, consumer: LogConsumer, at: TopicPartition, offset: int) -> None:
        try:
            await consumer.commit({at: offset})
        except PartitionLost:
            self._troubles.forget(frozenset({at}))

    async def _on_revoked(self, partitions: frozenset[TopicPartition]) -> None:
        """May come from a task beside the loop, so it only notes."""
        self._revoked |= partitions

    def _forget_revoked(self) -> None:
        gone, self._revoked = frozenset(self._revoked), set()
        self._troubles.forget(gone)
        self._paused -= gone
        for at in gone:
            self._uncommitted.pop(at, None)
