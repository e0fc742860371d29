"""What a consumer does with the batches it polled: take, try again, or give up."""

from collections.abc import Callable, Mapping, Sequence

import structlog

from libs.shared.delivery.arrivals import Arrival, read
from libs.shared.delivery.commits import Commits
from libs.shared.delivery.dead_letters import Fate
from libs.shared.delivery.failures import STOPPING, passes
from libs.shared.delivery.handling import Handling
from libs.shared.delivery.pulse import Pulse
from libs.shared.delivery.settings import ConsumerSettings
from libs.shared.delivery.trouble import Troubles
from libs.shared.eventlog.port import LogConsumer, PartitionLost, Record, TopicPartition
from libs.shared.observability.failures import describe_failure

_log = structlog.get_logger(__name__)


class Taking:
    """The batches of one member. ``troubles`` says which partitions wait, ``commits`` what was done."""

    def __init__(
        self, handling: Handling, settings: ConsumerSettings, *, pulse: Pulse, clock: Callable[[], float]
    ) -> None:
        self._handling = handling
        self._settings = settings
        self._pulse = pulse
        self._clock = clock
        self.troubles = Troubles()
        self.commits = Commits()

    def forget(self, partitions: frozenset[TopicPartition]) -> None:
        """The partitions went to another member."""
        self.troubles.forget(partitions)
        for at in partitions:
            self.commits.forget(at)

    async def commit(self, consumer: LogConsumer) -> None:
        """Tell the log what was done. What it does not confirm stays to be committed in the next turn."""
        self.troubles.forget(await self.commits.tell(consumer))

    def retried(self, failure: Exception) -> None:
        """Count and log a failed attempt that will be repeated."""
        self._handling.metrics.retries.labels(self._handling.group, type(failure).__name__).inc()
        _log.warning("consumer.retry", group=self._handling.group, failure=describe_failure(failure))

    async def together(self, consumer: LogConsumer, batches: Mapping[TopicPartition, list[Record]]) -> bool:
        """Take the batches of several partitions in one transaction; False if that was not to be done or failed."""
        if len(batches) < 2 or not batches.keys() <= consumer.assignment():
            return False
        in_trouble = any(self.troubles.single(at, batch[0].offset) for at, batch in batches.items())
        if in_trouble or not await self._handling.take_together(batches):
            return False
        for at, batch in batches.items():
            self._done(at, batch[-1].offset + 1)
        return True

    async def take(self, consumer: LogConsumer, at: TopicPartition, batch: Sequence[Record]) -> None:
        """Take one partition's batch as far as it goes."""
        arrivals = [read(record) for record in batch]
        if not self.troubles.single(at, batch[0].offset):
            try:
                await self._take_whole(arrivals)
            except STOPPING:
                raise
            except Exception as failure:
                if passes(failure):
                    self._wait_for_better(consumer, at, batch[0].offset, failure)
                    return
                self.retried(failure)
                trouble = self.troubles.of(at)
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
            tries = self.troubles.of(at).tried(offset)
            if tries < self._settings.tries:
                self.retried(failure)
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
        self.commits.done(at, next_offset)
        self.troubles.over(at, next_offset)
        self._pulse.progress()

    def _wait_for_better(self, consumer: LogConsumer, at: TopicPartition, offset: int, failure: Exception) -> None:
        self.retried(failure)
        trouble = self.troubles.of(at)
        trouble.failures += 1
        trouble.due = self._clock() + self._settings.until_passed.seconds(trouble.failures)
        self._back_to(consumer, at, offset)

    def _wait_between_tries(self, consumer: LogConsumer, at: TopicPartition, offset: int) -> None:
        trouble = self.troubles.of(at)
        trouble.due = self._clock() + self._settings.between_tries.seconds(trouble.tries)
        self._back_to(consumer, at, offset)

    def _back_to(self, consumer: LogConsumer, at: TopicPartition, offset: int) -> None:
        self._pulse.progress()
        try:
            consumer.seek(at, offset)
        except PartitionLost:
            self.troubles.forget(frozenset({at}))
