"""Follows the events: waits until all are processed, and counts them in the services and on the log."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial

from journey.account import Account
from journey.platform import Platform
from libs.shared.client.flow.operations import FLOW
from libs.shared.contracts.topics import SERVICES, TOPICS
from libs.shared.eventlog.port import EventLog

SETTLE_SECONDS = 120.0
PAUSE_SECONDS = 0.15


@dataclass(frozen=True, slots=True)
class Counts:
    """Events by topic: written and published by the producer, and processed by each subscribed group. ``tables`` are
    rows by service.
    """

    written: Mapping[str, int]
    published: Mapping[str, int]
    taken: Mapping[tuple[str, str], int]
    tables: Mapping[str, Mapping[str, int]]

    @property
    def waiting(self) -> int:
        """Events that are not published yet, or not processed yet by a group that subscribes to them.

        The services are asked one after the other, so a group may have processed more of a topic than its producer
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
    """Ask each service for the counts of its own tables."""
    ops = await platform.caller("ops")
    written: Counter[str] = Counter()
    published: Counter[str] = Counter()
    taken: Counter[tuple[str, str]] = Counter()
    tables: dict[str, Mapping[str, int]] = {}
    for service in SERVICES:
        flow = await ops.call(FLOW, service=service)
        for topic, numbers in flow.outbox.items():
            if topic in TOPICS:
                written[topic] += numbers.written
                published[topic] += numbers.published
        for topic, number in flow.inbox.items():
            taken[service, topic] = number
        tables[service] = flow.tables
    return Counts(written, published, taken, tables)


async def settle(platform: Platform) -> Counts:
    """Wait until every event is published and processed by all groups that subscribe. Raises ``TimeoutError``."""
    return await settled(partial(count, platform))


async def settled(counting: Counting) -> Counts:
    """The same, with the function that counts as a parameter."""
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
    """The log's records by topic, and the distinct event ids among them."""

    records: Mapping[str, int]
    ids: Mapping[str, int]


async def read_log(log: EventLog, group: str) -> OnTheLog:
    """Read every topic from its start with a separate consumer group and count the distinct event ids.

    There are more records than ids if a relay was stopped between sending records and marking them as published.
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
                # Compared by position, as the log may end with an offset that is no record.
                left = {at for at in left if at not in reader.assignment() or (reader.position(at) or 0) < ends[at]}
    finally:
        await reader.close()
    return OnTheLog(records, {topic: len(found) for topic, found in ids.items()})


async def read_at_rest(platform: Platform, log: EventLog, group: str) -> tuple[Counts, OnTheLog]:
    """The services' counts and the log's records of the same moment. Raises ``TimeoutError``."""
    return await at_rest(partial(count, platform), partial(read_log, log, group))


async def at_rest(
    counting: Counting, reading: Callable[[], Awaitable[OnTheLog]], *, seconds: float = SETTLE_SECONDS
) -> tuple[Counts, OnTheLog]:
    """The same, with the functions that count and that read the log as parameters.

    A service may write events some time after it processed others: absence_ingest counts the pupil-months of a reported
    month again. Then this order is possible: every event is published and processed, and the events are counted; the
    service writes another event, and it is published; the log is read and has one event more than was counted. So the
    events are counted again after the log was read, and if any were written in between, everything is repeated.
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
