"""Following the events: waiting until they are through, and counting them where they live."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial

from journey.account import Account
from journey.platform import Platform
from libs.shared.contracts.topics import SERVICES, TOPICS
from libs.shared.eventlog.port import EventLog

SETTLE_SECONDS = 120.0
PAUSE_SECONDS = 0.15


@dataclass(frozen=True, slots=True)
class Counts:
    """Events by topic: written and published by the producer; taken in by each subscribed group."""

    written: Mapping[str, int]
    published: Mapping[str, int]
    taken: Mapping[tuple[str, str], int]
    tables: Mapping[str, Mapping[str, int]]

    @property
    def waiting(self) -> int:
        """Events not yet published, or not yet taken in by a group that subscribes to them.

        The services are asked one after the other, so a group may have taken in more of a topic than its producer
        counted a moment before. Each difference counts as positive, so that none cancels another.
        """
        unpublished = sum(abs(self.written[topic] - self.published[topic]) for topic in self.written)
        behind = sum(
            abs(self.written[topic.name] - self.taken[group, topic.name])
            for topic in TOPICS.values()
            for group in topic.consumers
        )
        return unpublished + behind


Counting = Callable[[], Awaitable[Counts]]
"""Counts the events once, as ``count`` does."""


async def count(platform: Platform) -> Counts:
    """Ask each service for what stands in its own tables."""
    ops = await platform.caller("ops")
    written: Counter[str] = Counter()
    published: Counter[str] = Counter()
    taken: Counter[tuple[str, str]] = Counter()
    tables: dict[str, Mapping[str, int]] = {}
    for service in SERVICES:
        flow = await ops.get(service, "/v1/operations/flow")
        for topic, numbers in flow["outbox"].items():
            if topic in TOPICS:
                written[topic] += numbers["written"]
                published[topic] += numbers["published"]
        for topic, number in flow["inbox"].items():
            taken[service, topic] = number
        tables[service] = flow["tables"]
    return Counts(written, published, taken, tables)


async def settle(platform: Platform) -> Counts:
    """Wait until every event is published and taken in by all that subscribe. Raises ``TimeoutError``."""
    return await settled(partial(count, platform))


async def settled(counting: Counting) -> Counts:
    """The same, with what counts the events as a parameter."""
    counts = await counting()
    try:
        async with asyncio.timeout(SETTLE_SECONDS):
            while counts.waiting:
                await asyncio.sleep(PAUSE_SECONDS)
                counts = await counting()
    except TimeoutError:
        raise TimeoutError(f"{counts.waiting} events are still on their way after {SETTLE_SECONDS:.0f} s") from None
    return counts


@dataclass(frozen=True, slots=True)
class OnTheLog:
    """What lies on the log: records by topic, and distinct event ids among them."""

    records: Mapping[str, int]
    ids: Mapping[str, int]


async def read_log(log: EventLog, group: str) -> OnTheLog:
    """Read every topic from its start with a group of one's own and count distinct event ids.

    More records than ids are repetitions by a relay that was stopped between sending and marking.
    """
    ends = await log.end_offsets(list(TOPICS))
    left = {at for at, end in ends.items() if end > 0}
    records: Counter[str] = Counter()
    ids: dict[str, set[bytes]] = {topic: set() for topic in TOPICS}
    reader = log.consumer(group, list(TOPICS))
    await reader.start()
    try:
        async with asyncio.timeout(SETTLE_SECONDS):
            while left:
                for record in await reader.poll(max_records=2000, wait_seconds=0.5):
                    records[record.topic] += 1
                    ids[record.topic].add(dict(record.headers)["ce_id"])
                # By position and not by the last record: what lies at the end need not be one.
                left = {at for at in left if at not in reader.assignment() or (reader.position(at) or 0) < ends[at]}
    finally:
        await reader.close()
    return OnTheLog(records, {topic: len(found) for topic, found in ids.items()})


async def read_at_rest(platform: Platform, log: EventLog, group: str) -> tuple[Counts, OnTheLog]:
    """What the services have counted and what lies on the log, of one moment. Raises ``TimeoutError``."""
    return await at_rest(partial(count, platform), partial(read_log, log, group))


async def at_rest(
    counting: Counting, reading: Callable[[], Awaitable[OnTheLog]], *, seconds: float = SETTLE_SECONDS
) -> tuple[Counts, OnTheLog]:
    """The same, with what counts the events and what reads the log as parameters.

    The counts may settle while a service still owes events: absence_ingest counts the pupil-months of a reported month
    again some time after it has taken in what changes their number. Then this order is possible: every event is
    published and taken in (the counts settle); the service writes an event, which is published; the log is read, with
    one event more than was counted. So the events are counted again after the log was read, and if any were written in
    between, all is repeated.
    """
    moved: list[str] = []
    try:
        async with asyncio.timeout(seconds):
            while True:
                counts = await settled(counting)
                found = await reading()
                written = (await counting()).written
                moved = [topic for topic in TOPICS if written[topic] != counts.written[topic]]
                if not moved:
                    return counts, found
                await asyncio.sleep(PAUSE_SECONDS)
    except TimeoutError:
        if not moved:
            raise
        raise TimeoutError(f"after {seconds:.0f} s events are still being written: {', '.join(moved)}") from None


def reconcile(account: Account, counts: Counts, log: OnTheLog) -> None:
    """Events written = distinct ids on the log = distinct ids in the inbox of every group that subscribes."""
    rows = []
    for topic in TOPICS.values():
        groups = {group: counts.taken[group, topic.name] for group in sorted(topic.consumers)}
        written, ids = counts.written[topic.name], log.ids[topic.name]
        account.check(f"{topic.name}: ids on the log", ids, written)
        for group, number in groups.items():
            account.check(f"{topic.name}: taken in by {group}", number, written)
        inboxes = ", ".join(f"{group} {number}" for group, number in groups.items())
        rows.append((topic.name, written, ids, log.records[topic.name] - ids, inboxes))
    account.table(("topic", "written", "on the log", "repeated", "in inboxes"), rows)
