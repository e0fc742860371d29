"""The consumer loop of one group: log → inbox and handlers in one transaction → commit → offset.

After a crash work may be repeated, but never its effect: the offset is committed after the database transaction, and
the inbox drops events that were taken before. There are four kinds of failure:

- the record is unreadable, or has a value that its handler can never take: it becomes a dead letter at once;
- passing (connection, deadlock, ``RetryLater``, …): the partition waits, longer each time, and no event is given up;
- stopping (a newer schema version, too many dead letters, a dead letter that cannot be written): ``run`` raises,
  liveness fails, and a person must act;
- any other: the record is tried again with growing pauses, and becomes a dead letter after ``tries``.

The events of one municipality never delay those of the others for long: see ``taking`` and ``limits``.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress

import structlog

from libs.shared.eventlog.port import (
    EventLog,
    EventLogError,
    LogConsumer,
    LogUnavailable,
    PartitionLost,
    Record,
    TopicPartition,
)
from libs.shared.events.arrivals import Arrival
from libs.shared.events.backoff import pause
from libs.shared.events.failures import STOP_REASONS, STOPPING
from libs.shared.events.handling import Handling
from libs.shared.events.portions import Portions, cut
from libs.shared.events.progress import ConsumerProgress
from libs.shared.events.settings import ConsumerSettings
from libs.shared.events.taking import Taking
from libs.shared.observability.failures import describe_failure

_log = structlog.get_logger(__name__)


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
        self._paused: frozenset[TopicPartition] = frozenset()
        self._revoked: set[TopicPartition] = set()
        self._depth = 1
        self._progress = ConsumerProgress(clock, stuck_seconds=self._settings.stuck_seconds)
        self._taking = Taking(handling, self._settings, progress=self._progress, clock=clock)
        self.failure: BaseException | None = None
        """The exception that ended ``run``; None if it ended by ``stop``."""

    @property
    def lag(self) -> dict[TopicPartition, int]:
        """Offsets not committed per assigned partition; at most ``lag_seconds`` old in normal operation."""
        return dict(self._progress.lag)

    def stuck(self) -> bool:
        """For liveness: whether ``run`` failed, hangs, or has finished nothing for ``stuck_seconds`` despite lag."""
        return self.failure is not None or self._progress.stuck()

    async def run(self, stop: asyncio.Event) -> None:
        """Consume until ``stop`` is set, then finish the batch in hand and leave the group.

        Raises the failures in ``STOPPING``, and others that no retry can help (``UnknownTopic``).
        """
        consumer = self._log.consumer(
            self._handling.group, self._handling.subscriptions.topics, on_revoked=self._on_revoked
        )
        self._progress.running = True
        for reason in STOP_REASONS.values():
            self._handling.metrics.stopped.labels(self._handling.group, reason).set(0)
        try:
            await self._keep(stop, consumer.start)
            while not stop.is_set():
                await self._keep(stop, lambda: self._turn(consumer, stop))
        except Exception as failure:
            self.failure = failure
            if isinstance(failure, STOPPING):
                reason = next(reason for stopping, reason in STOP_REASONS.items() if isinstance(failure, stopping))
                self._handling.metrics.stopped.labels(self._handling.group, reason).set(1)
            _log.error("consumer.stopped", group=self._handling.group, failure=describe_failure(failure))
            raise
        finally:
            self._progress.running = False
            await consumer.close()

    async def _keep(self, stop: asyncio.Event, act: Callable[[], Awaitable[None]]) -> None:
        """Repeat the call while the log is unavailable."""
        failures = 0
        while not stop.is_set():
            self._progress.turn()
            try:
                await act()
            except LogUnavailable as failure:
                failures += 1
                self._progress.advance()
                self._taking.retried(failure)
                await pause(stop, self._settings.log_away.seconds(failures))
            else:
                return

    async def _turn(self, consumer: LogConsumer, stop: asyncio.Event) -> None:
        self._pause_and_resume(consumer)
        await self._measure(consumer)
        due = self._taking.failed.next_due(self._clock())
        wait = self._settings.wait_seconds if due is None else min(due, self._settings.wait_seconds)
        most = self._settings.max_records * self._depth
        records = await consumer.poll(max_records=most, wait_seconds=wait)
        self._forget_revoked()
        try:
            await self._take(consumer, records, stop)
        except BaseException:
            with suppress(EventLogError):  # without the commit, finished events are read again and the inbox drops them
                await self._taking.commit(consumer)
            raise
        await self._taking.commit(consumer)

    async def _take(self, consumer: LogConsumer, records: Sequence[Record], stop: asyncio.Event) -> None:
        """Take the polled records, portion by portion.

        After a failure, or after ``apart_seconds``, the remaining records are given back and polled again, so that the
        next try of the failed ones does not wait for the other portions.
        """
        limits = self._settings
        cut_up = list(cut(records, most=limits.max_records, most_bytes=limits.max_bytes))
        deeper = self._depth * 2 if len(cut_up) <= self._depth else 1
        portions, until = Portions(cut_up), self._clock() + limits.apart_seconds
        try:
            while batches := await portions.next():
                back = await self._take_portion(consumer, batches, stop)
                if stop.is_set():
                    break
                if back or self._clock() > until:
                    deeper = 1
                    self._give_back(consumer, portions.left(), back)
                    break
        finally:
            portions.close()
        self._depth = min(deeper, limits.portions)

    async def _take_portion(
        self, consumer: LogConsumer, batches: Mapping[TopicPartition, Sequence[Arrival]], stop: asyncio.Event
    ) -> frozenset[TopicPartition]:
        """Take one portion. Returns the partitions whose batch was not finished; their position is already set back."""
        back = set()
        self._progress.turn()
        if not await self._taking.together(consumer, batches):
            for at, batch in batches.items():
                self._progress.turn()
                if at in consumer.assignment() and not await self._taking.take(consumer, at, batch):
                    back.add(at)
                if stop.is_set():
                    break
        return frozenset(back)

    def _give_back(
        self, consumer: LogConsumer, left: Mapping[TopicPartition, int], sought: frozenset[TopicPartition]
    ) -> None:
        """Set partitions back to their first record that was not tried, so that it is polled again.

        A partition that was revoked is left out: its next member starts at the committed offset.
        """
        for at, offset in left.items():
            if at not in sought | self._revoked:
                with suppress(PartitionLost):
                    consumer.seek(at, offset)

    def _pause_and_resume(self, consumer: LogConsumer) -> None:
        assigned = consumer.assignment()
        wanted = self._taking.failed.waiting(self._clock()) & assigned
        if resumed := (self._paused - wanted) & assigned:
            consumer.resume(resumed)
        if wanted:
            consumer.pause(wanted)
        self._paused = wanted

    async def _measure(self, consumer: LogConsumer) -> None:
        if not self._progress.outdated(consumer.assignment(), self._settings.lag_seconds):
            return
        # After a failure the last answer stays in use. An unreachable database is noticed when events are taken.
        with suppress(Exception):
            await self._handling.look_at_limits()
        self._progress.measure(await consumer.lag())
        topics = dict.fromkeys(self._handling.subscriptions.topics, 0)
        for at, lag in self._progress.lag.items():
            topics[at.topic] = topics.get(at.topic, 0) + lag
        for topic, lag in topics.items():
            self._handling.metrics.lag.labels(self._handling.group, topic).set(lag)

    async def _on_revoked(self, partitions: frozenset[TopicPartition]) -> None:
        """Record revoked partitions. It does no more, because it may be called from a task other than the loop's."""
        self._revoked |= partitions

    def _forget_revoked(self) -> None:
        gone, self._revoked = frozenset(self._revoked), set()
        self._taking.forget(gone)
        self._paused -= gone
