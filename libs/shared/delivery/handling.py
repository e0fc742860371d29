"""The transactions of a consumer: a batch taken, an event given up, a dead letter replayed."""

from collections import Counter
from collections.abc import Sequence
from typing import cast
from uuid import UUID

import structlog

from libs.shared.contracts.envelope import Event
from libs.shared.contracts.state import State
from libs.shared.db.database import Database, WriteSession
from libs.shared.db.limits import WorkLimits
from libs.shared.db.scope import Access, Scope
from libs.shared.delivery import dead_letters, limits
from libs.shared.delivery.arrivals import Arrival, read, runs
from libs.shared.delivery.dead_letters import Fate
from libs.shared.delivery.inbox import remember
from libs.shared.delivery.limits import Limit
from libs.shared.delivery.metrics import DeliveryMetrics, uncounted
from libs.shared.delivery.subscriptions import Subscriptions
from libs.shared.observability.tracing import Tracing, continue_trace

_log = structlog.get_logger(__name__)


TAKING = WorkLimits(statement_seconds=90.0, lock_seconds=3.0)
"""A batch may replay many parked rows in one statement, within the consumer's ``stuck_seconds``. A lock that somebody
holds is not waited for long: the partition comes again later, and the others go on."""


class NotReplayable(Exception):
    """The dead letter cannot be replayed; the text says why and what to do."""


class Handling:
    """What a group does with events, each call a transaction that this class commits.

    The tenant scope is the set of municipalities of the events, with ``access`` beside it if the service's read
    models name one.
    """

    def __init__(
        self,
        db: Database,
        group: str,
        subscriptions: Subscriptions,
        *,
        access: Access | None = None,
        limit: Limit | None = None,
        metrics: DeliveryMetrics | None = None,
        tracing: Tracing | None = None,
    ) -> None:
        self.group = group
        self.subscriptions = subscriptions
        self.metrics = metrics or uncounted()
        self._db = db.within(TAKING)
        self._access = access
        self._limit = limit or Limit()
        self.limited: frozenset[str] = frozenset()
        """Municipalities of which so many events were given up that their failing ones get one try only."""
        self._tracing = tracing

    async def take(self, arrivals: Sequence[Arrival]) -> None:
        """Remember and handle readable arrivals, those of a partition in order, all or none."""
        async with self._db.write(self._scope(arrivals)) as session:
            fresh = await remember(session, self.group, arrivals)
            for run in runs(fresh):
                await self._hand_over(session, run)
        self._count(arrivals, fresh)

    async def give_up(self, arrival: Arrival, fate: Fate) -> None:
        """Make a dead letter of it, once. Raises ``DeadLetterLimit`` instead of writing one too many."""
        async with self._db.write() as session:
            if not await remember(session, self.group, [arrival]):
                return
            standing = await limits.standing(session, self.group, self._limit)
            await limits.require_below(session, self.group, self._limit, standing)
            await dead_letters.bury(session, self.group, arrival, fate)
        self.metrics.dead_letters.labels(self.group, arrival.record.topic).inc()
        self.metrics.municipality_dead_letters.labels(self.group, arrival.municipality or "none").inc()
        self._limit_to(standing.limited)

    async def look_at_limits(self) -> None:
        """Bring ``limited`` up to date: the window passes, and other members of the group write dead letters too."""
        async with self._db.read() as session:
            standing = await limits.standing(session, self.group, self._limit)
        self._limit_to(standing.limited)

    def _limit_to(self, municipalities: frozenset[str]) -> None:
        for municipality in municipalities | self.limited:
            limited = self.metrics.municipality_limited.labels(self.group, municipality)
            limited.set(1 if municipality in municipalities else 0)
        for municipality in sorted(municipalities - self.limited):
            _log.error("consumer.municipality_limited", group=self.group, municipality=municipality)
        self.limited = municipalities

    async def replay(self, letter_id: UUID) -> None:
        """Handle a dead letter now, as if it came from the log. Raises ``NotReplayable`` and whatever the handler does.

        It is in the inbox already, so the log's own redelivery cannot come in between.
        """
        async with self._db.write() as session:
            letter = await dead_letters.locked(session, self.group, letter_id)
        arrival = None if letter is None else read(letter.record)
        if arrival is None:
            raise NotReplayable(f"{self.group} has no dead letter {letter_id}; `list` shows those there are")
        if arrival.unreadable:
            raise NotReplayable(f"{letter_id} still cannot be read: {arrival.unreadable}; discard it, or deploy first")
        async with self._db.write(self._scope([arrival])) as session:
            letter = await dead_letters.locked(session, self.group, letter_id)
            if letter is None or letter.state != "open":
                raise NotReplayable(f"{letter_id} is no longer open")
            await self._hand_over(session, [arrival])
            await dead_letters.settle(session, letter, "replayed")

    async def discard(self, letter_id: UUID) -> None:
        """Write down that nothing will be done about it. Raises ``NotReplayable`` if it is not open."""
        async with self._db.write() as session:
            letter = await dead_letters.locked(session, self.group, letter_id)
            if letter is None or letter.state != "open":
                raise NotReplayable(f"{self.group} has no open dead letter {letter_id}")
            await dead_letters.settle(session, letter, "discarded")

    def _scope(self, arrivals: Sequence[Arrival]) -> Scope:
        codes = frozenset(arrival.municipality for arrival in arrivals if arrival.municipality is not None)
        return Scope(codes, self._access)

    async def _hand_over(self, session: WriteSession, run: Sequence[Arrival]) -> None:
        first = run[0]
        with continue_trace(first.traceparent, name=f"consume {first.record.topic}", tracing=self._tracing):
            if first.event is None:
                tombstone_handler = self.subscriptions.tombstone_handler(first.record.topic)
                if tombstone_handler is not None:
                    await tombstone_handler(session, [arrival.record.key for arrival in run])
            else:
                handler = self.subscriptions.handler(type(first.event.data))
                if handler is not None:
                    await handler(session, [cast("Event[State]", arrival.event) for arrival in run])
            await session.flush()

    def _handled(self, arrival: Arrival) -> bool:
        if arrival.event is None:
            return self.subscriptions.tombstone_handler(arrival.record.topic) is not None
        return self.subscriptions.handler(type(arrival.event.data)) is not None

    def _count(self, arrivals: Sequence[Arrival], fresh: Sequence[Arrival]) -> None:
        handled = Counter(arrival.record.topic for arrival in fresh if self._handled(arrival))
        new = Counter(arrival.record.topic for arrival in fresh)
        for topic, number in Counter(arrival.record.topic for arrival in arrivals).items():
            self.metrics.handled.labels(self.group, topic).inc(handled[topic])
            self.metrics.skipped.labels(self.group, topic).inc(new[topic] - handled[topic])
            self.metrics.redelivered.labels(self.group, topic).inc(number - new[topic])
