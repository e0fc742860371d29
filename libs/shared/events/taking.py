"""Takes the batches that a consumer polled, tries them again, or gives events up.

A batch that fails is split: the events of each municipality (a strand) continue independently, in order, and within a
strand the failing event is found by bisection. A strand that must wait holds back the offset of its partition, but not
the other strands.
"""

from collections.abc import Callable, Mapping, Sequence

import structlog

from libs.shared.eventlog.port import LogConsumer, PartitionLost, TopicPartition
from libs.shared.events.arrivals import Arrival
from libs.shared.events.commits import Commits
from libs.shared.events.dead_letters import GivenUp
from libs.shared.events.failed_partitions import FailedPartition, FailedPartitions
from libs.shared.events.failures import STOPPING, DeadLetterFailed, hopeless, narrow, passes, timed_out
from libs.shared.events.handling import Handling
from libs.shared.events.progress import ConsumerProgress
from libs.shared.events.settings import ConsumerSettings
from libs.shared.events.strands import strands
from libs.shared.observability.failures import describe_failure

_log = structlog.get_logger(__name__)


class Taking:
    """Takes the batches of one member. ``failed`` holds the partitions with failures, ``commits`` the offsets to
    commit.
    """

    def __init__(
        self, handling: Handling, settings: ConsumerSettings, *, progress: ConsumerProgress, clock: Callable[[], float]
    ) -> None:
        self._handling = handling
        self._settings = settings
        self._progress = progress
        self._clock = clock
        self.failed = FailedPartitions()
        self.commits = Commits()

    def forget(self, partitions: frozenset[TopicPartition]) -> None:
        """Drop the state of partitions that went to another member."""
        self.failed.forget(partitions)
        for at in partitions:
            self.commits.forget(at)

    async def commit(self, consumer: LogConsumer) -> None:
        """Commit the finished offsets. What the log does not confirm is committed in the next turn."""
        self.failed.forget(await self.commits.tell(consumer))

    def retried(self, failure: BaseException) -> None:
        """Count and log a failed attempt that will be repeated."""
        self._count(failure)
        _log.warning("consumer.retry", group=self._handling.group, failure=describe_failure(failure))

    async def together(self, consumer: LogConsumer, batches: Mapping[TopicPartition, Sequence[Arrival]]) -> bool:
        """Take the batches of several partitions in one transaction, as long as none of them fails.

        The commit is the most expensive part of a small batch. False means that nothing was done and that they must be
        taken one by one, so that a failure affects its own partition only. Raises what stops a reader.
        """
        if len(batches) < 2 or not batches.keys() <= consumer.assignment():
            return False
        if any(at in self.failed for at in batches):
            return False
        in_order = sorted(batches, key=lambda at: (at.topic, at.partition))
        arrivals = [arrival for at in in_order for arrival in batches[at]]
        if any(arrival.unreadable is not None for arrival in arrivals):
            return False
        failure = await self._attempt(arrivals)
        if failure is not None:
            _log.info("consumer.one_by_one", group=self._handling.group, failure=describe_failure(failure))
            # After waiting for a lock, do not try each partition as a whole, which may wait for the same lock again.
            if narrow(failure):
                for at in batches:
                    self.failed.of(at)
            return False
        for at, batch in batches.items():
            self._done(at, batch[-1].record.offset + 1)
        return True

    async def take(self, consumer: LogConsumer, at: TopicPartition, batch: Sequence[Arrival]) -> bool:
        """Take one partition's batch as far as possible; returns whether all of it is finished.

        Records that must wait are read again when they are due.
        """
        whole = at not in self.failed
        partition = self.failed.of(at)
        partition.unfinished = False
        try:
            await self._apart(partition, batch, whole)
        finally:
            ended = self._settle(consumer, at, partition, batch)
        return ended

    async def _apart(self, partition: FailedPartition, batch: Sequence[Arrival], whole: bool) -> None:
        arrivals = [arrival for arrival in batch if arrival.record.offset not in partition.done]
        readable = [arrival for arrival in arrivals if arrival.unreadable is None]
        apart = strands(readable)
        if whole and len(apart) > 1:
            failure = await self._attempt(readable)
            if failure is None:
                partition.finish(_offsets(readable))
                apart = []
            elif passes(failure) and not narrow(failure):
                self._hold(partition, readable[0], failure)
                return
        deadline = self._clock() + self._settings.apart_seconds
        for strand in apart:
            if not await self._strand(partition, strand, deadline):
                return
        for arrival in arrivals:
            if arrival.unreadable is not None:
                await self._give_up(partition, arrival, GivenUp.unreadable(arrival.unreadable))

    async def _strand(self, partition: FailedPartition, strand: Sequence[Arrival], deadline: float) -> bool:
        """Take a strand as far as possible; returns whether others of its partition may continue.

        It is tried as a whole, then in halves; after the failing event the parts grow again.
        """
        first = partition.held.get(strand[0].record.offset)
        if first is not None and first.due > self._clock():
            return True
        start, size = 0, 1 if first is not None and first.tries else len(strand)
        while start < len(strand):
            if self._clock() > deadline:
                partition.unfinished = True
                return True
            part = strand[start : start + size]
            failure = await self._attempt(part)
            if failure is None:
                partition.finish(_offsets(part))
                size *= 2
            elif passes(failure):
                self._hold(partition, part[0], failure)
                return narrow(failure)
            elif len(part) > 1:
                self._count(failure)  # not logged yet: the log names the failing event when it is found
                size = len(part) // 2
                continue
            elif not await self._failed_alone(partition, part[0], failure):
                return True
            start += len(part)
        return True

    async def _attempt(self, arrivals: Sequence[Arrival]) -> Exception | None:
        """Take the arrivals; returns the failure if there was one. Raises the failures in ``STOPPING``."""
        self._progress.turn()
        try:
            await self._handling.take(arrivals)
        except STOPPING:
            raise
        except Exception as failure:
            return failure
        finally:
            self._progress.advance()
        return None

    async def _failed_alone(self, partition: FailedPartition, arrival: Arrival, failure: Exception) -> bool:
        """Record the failure of a single event; returns whether it was given up, so that its strand may continue."""
        held = partition.hold(arrival.record.offset)
        held.tries += 1
        once = hopeless(failure) or arrival.municipality in self._handling.limited
        if held.tries < self._settings.tries and not once:
            self.retried(failure)
            held.due = self._clock() + self._settings.between_tries.seconds(held.tries)
            return False
        given_up = await self._give_up(partition, arrival, GivenUp.of(failure, held.tries))
        if given_up:
            described = describe_failure(failure)
            _log.warning("consumer.dead_letter", group=self._handling.group, id=str(arrival.id), failure=described)
        return given_up

    async def _give_up(self, partition: FailedPartition, arrival: Arrival, given_up: GivenUp) -> bool:
        """Write the dead letter; returns whether it is written.

        Raises ``DeadLetterFailed`` if waiting would not help.
        """
        try:
            await self._handling.give_up(arrival, given_up)
        except STOPPING:
            raise
        except Exception as failure:
            if passes(failure) or timed_out(failure):
                self._hold(partition, arrival, failure)
                return False
            at = f"{arrival.record.topic}/{arrival.record.partition}@{arrival.record.offset}"
            raise DeadLetterFailed(f"{self._handling.group}: no dead letter could be written of {at}") from failure
        self._progress.advance()
        partition.finish([arrival.record.offset])
        return True

    def _count(self, failure: BaseException) -> None:
        self._handling.metrics.retries.labels(self._handling.group, type(failure).__name__).inc()

    def _hold(self, partition: FailedPartition, arrival: Arrival, failure: Exception) -> None:
        self.retried(failure)
        held = partition.hold(arrival.record.offset)
        held.failures += 1
        held.due = self._clock() + self._settings.until_passed.seconds(held.failures)

    def _settle(
        self, consumer: LogConsumer, at: TopicPartition, partition: FailedPartition, batch: Sequence[Arrival]
    ) -> bool:
        """Record how far the partition got, and continue reading from the first unfinished record; returns whether all
        are done.
        """
        offsets = _offsets(batch)
        left = next((offset for offset in offsets if offset not in partition.done), None)
        if left is None:
            self._done(at, offsets[-1] + 1)
            return True
        if left > offsets[0]:
            self._done(at, left)
        self._progress.advance()
        try:
            consumer.seek(at, left)
        except PartitionLost:
            self.failed.forget(frozenset({at}))
        return False

    def _done(self, at: TopicPartition, next_offset: int) -> None:
        self.commits.done(at, next_offset)
        self.failed.forget_before(at, next_offset)
        self._progress.advance()


def _offsets(arrivals: Sequence[Arrival]) -> list[int]:
    return [arrival.record.offset for arrival in arrivals]
