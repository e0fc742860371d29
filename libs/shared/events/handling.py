"""A consumer's transactions: take a batch, give up an event, replay a dead letter."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import cast
from uuid import UUID

import structlog

from libs.shared.contracts.envelope import Event
from libs.shared.contracts.state import State
from libs.shared.db.database import Database, WriteSession, set_scope
from libs.shared.db.limits import WorkLimits
from libs.shared.db.scope import Access, Scope
from libs.shared.events import dead_letters, limits
from libs.shared.events.arrivals import Arrival, read, runs
from libs.shared.events.dead_letters import GivenUp
from libs.shared.events.failures import EventRefused
from libs.shared.events.inbox import remember
from libs.shared.events.limits import Limit
from libs.shared.events.metrics import EventMetrics, uncounted
from libs.shared.events.outbox import is_republished
from libs.shared.events.read_models import handles
from libs.shared.events.subscriptions import Subscriptions
from libs.shared.observability.tracing import Tracing, continue_trace

_log = structlog.get_logger(__name__)


TAKING = WorkLimits(statement_seconds=90.0, lock_seconds=3.0)
"""A batch may replay many parked rows in one statement, within the consumer's ``stuck_seconds``. The wait for a lock is
short: the partition is tried again later, and the others continue.
"""


class WrongTenant(EventRefused):
    """A tombstone does not name the municipality of the row that it must delete; the row is still there."""


class NotReplayable(Exception):
    """The dead letter cannot be replayed; the text says why and what to do."""


class Handling:
    """Handles the events of a group; each call is a transaction that this class commits.

    The tenant scope is the set of municipalities of the events, plus ``access`` if the read models of the service name
    one.
    """

    def __init__(
        self,
        db: Database,
        group: str,
        subscriptions: Subscriptions,
        *,
        access: Access | None = None,
        limit: Limit | None = None,
        metrics: EventMetrics | None = None,
        tracing: Tracing | None = None,
        work: WorkLimits = TAKING,
    ) -> None:
        self.group = group
        self.subscriptions = subscriptions
        self.metrics = metrics or uncounted()
        self._db = db.within(work)
        self._access = access
        self._limit = limit or Limit()
        self.limited: frozenset[str] = frozenset()
        """Municipalities with so many dead letters that their failing events get one try only."""
        self._tracing = tracing

    async def take(self, arrivals: Sequence[Arrival]) -> None:
        """Record and handle readable arrivals, those of a partition in order, all or none.

        Arrivals without a handler are skipped and not recorded, so that a later release with a handler can take them.
        """
        handled = [arrival for arrival in arrivals if self._handled(arrival)]
        fresh: list[Arrival] = []
        ignored: Counter[str] = Counter()
        if handled:
            scope = self._scope(handled)
            async with self._db.write(scope) as session:
                fresh = await remember(session, self.group, handled)
                for run in runs(fresh):
                    ignored[run[0].record.topic] += await self._hand_over(session, run, scope)
        self._count(arrivals, handled, fresh, ignored)

    async def take_again(self, arrivals: Sequence[Arrival]) -> None:
        """Handle arrivals of a topic that is rebuilt, even if the inbox has them, and write equal versions too."""
        scope = self._scope(arrivals)
        async with self._db.write(scope) as session:
            await remember(session, self.group, arrivals)
            for run in runs(arrivals):
                await self._hand_over(session, run, scope, again=True)

    async def give_up(self, arrival: Arrival, given_up: GivenUp) -> None:
        """Write a dead letter, once. Raises ``DeadLetterLimit`` instead of exceeding the limit."""
        async with self._db.write() as session:
            if not await remember(session, self.group, [arrival]):
                return
            standing = await limits.standing(session, self.group, self._limit)
            await limits.require_below(session, self.group, self._limit, standing)
            await dead_letters.store(session, self.group, arrival, given_up)
        self._count_given_up(arrival)
        self._limit_to(standing.limited)

    async def give_up_again(self, arrival: Arrival, given_up: GivenUp) -> None:
        """Make a dead letter of a record that a rebuild could not take. The rebuild has its own limit on them.

        ``remember`` records the key even if the inbox has the event already, so the rebuild keeps its row. A dead
        letter that is open or was discarded by a person stays so; one that was replayed before becomes open again.
        """
        async with self._db.write() as session:
            await remember(session, self.group, [arrival])
            letter = await dead_letters.locked(session, self.group, arrival.id)
            if letter is not None and letter.state != "replayed":
                return
            await dead_letters.store(session, self.group, arrival, given_up)
        self._count_given_up(arrival)

    def _count_given_up(self, arrival: Arrival) -> None:
        self.metrics.dead_letters.labels(self.group, arrival.record.topic).inc()
        self.metrics.municipality_dead_letters.labels(self.group, arrival.municipality or "none").inc()

    async def look_at_limits(self) -> None:
        """Refresh ``limited``: the window moves, and other members of the group write dead letters too."""
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

        The inbox has the event already, so a redelivery by the log cannot interfere.
        """
        async with self._db.write() as session:
            letter = await dead_letters.locked(session, self.group, letter_id)
        arrival = None if letter is None else read(letter.record)
        if arrival is None:
            raise NotReplayable(f"{self.group} has no dead letter {letter_id}; `list` shows those there are")
        if arrival.unreadable:
            raise NotReplayable(f"{letter_id} still cannot be read: {arrival.unreadable}; discard it, or deploy first")
        scope = self._scope([arrival])
        async with self._db.write(scope) as session:
            letter = await dead_letters.locked(session, self.group, letter_id)
            if letter is None or letter.state != "open":
                raise NotReplayable(f"{letter_id} is no longer open")
            await self._hand_over(session, [arrival], scope)
            await dead_letters.settle(session, letter, "replayed")

    async def discard(self, letter_id: UUID) -> None:
        """Record that nothing will be done about it. Raises ``NotReplayable`` if it is not open."""
        async with self._db.write() as session:
            letter = await dead_letters.locked(session, self.group, letter_id)
            if letter is None or letter.state != "open":
                raise NotReplayable(f"{self.group} has no open dead letter {letter_id}")
            await dead_letters.settle(session, letter, "discarded")

    def _scope(self, arrivals: Sequence[Arrival]) -> Scope:
        codes = frozenset(arrival.municipality for arrival in arrivals if arrival.municipality is not None)
        return Scope(codes, self._access)

    async def _hand_over(
        self, session: WriteSession, run: Sequence[Arrival], scope: Scope, *, again: bool = False
    ) -> int:
        """Hand over arrivals of one kind; returns how many states were ignored, except those that were republished."""
        first = run[0]
        ignored = 0
        with continue_trace(first.traceparent, name=f"consume {first.record.topic}", tracing=self._tracing):
            if first.event is None:
                await self._forget(session, run, scope)
            else:
                handler = self.subscriptions.handler(type(first.event.data))
                events = [cast("Event[State]", arrival.event) for arrival in run]
                if (read_model := handles(handler)) is not None:
                    passed_over = await read_model.take(session, events, again=again)
                    told_again = {arrival.id for arrival in run if passed_over and is_republished(arrival.record)}
                    for each in passed_over:
                        same = each.event.data.aggregate_version == each.held and each.event.id in told_again
                        ignored += not same
                elif handler is not None:
                    await handler(session, events)
            await session.flush()
        return ignored

    async def _forget(self, session: WriteSession, run: Sequence[Arrival], scope: Scope) -> None:
        topic, keys = run[0].record.topic, [arrival.record.key for arrival in run]
        read_model = self.subscriptions.read_model(topic)
        if read_model is not None:
            if read_model.has_tenants and any(arrival.municipality is None for arrival in run):
                raise WrongTenant(f"a tombstone on {topic} names no municipality")
            await read_model.forget(session, keys)
            if read_model.has_tenants:
                # Row-level security hides rows of other municipalities, so deleting in the wrong tenant would report no
                # error.
                await set_scope(session, replace(scope, access=Access.OPERATOR))
                left = await read_model.count(session, keys)
                await set_scope(session, scope)
                if left:
                    raise WrongTenant(f"{left} tombstones on {topic} name another municipality than their rows have")
        tombstone_handler = self.subscriptions.tombstone_handler(topic)
        if tombstone_handler is not None:
            await tombstone_handler(session, keys)

    def _handled(self, arrival: Arrival) -> bool:
        if arrival.event is None:
            return self.subscriptions.takes_tombstones(arrival.record.topic)
        return self.subscriptions.handler(type(arrival.event.data)) is not None

    def _count(
        self,
        arrivals: Sequence[Arrival],
        handled: Sequence[Arrival],
        fresh: Sequence[Arrival],
        ignored: Counter[str],
    ) -> None:
        # Nearly always all arrivals are handled and new; then they are counted by topic only once.
        numbers = _by_topic(arrivals)
        known = numbers if len(handled) == len(arrivals) else _by_topic(handled)
        new = known if len(fresh) == len(handled) else _by_topic(fresh)
        for topic, number in numbers.items():
            self.metrics.handled.labels(self.group, topic).inc(new[topic] - ignored[topic])
            self.metrics.skipped.labels(self.group, topic).inc(number - known[topic])
            self.metrics.redelivered.labels(self.group, topic).inc(known[topic] - new[topic])
            self.metrics.ignored_states.labels(self.group, topic).inc(ignored[topic])


def _by_topic(arrivals: Sequence[Arrival]) -> Counter[str]:
    return Counter([arrival.record.topic for arrival in arrivals])
