"""Following the events: waiting until they are through, and counting them where they live."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from journey.account import Account
from journey.platform import Platform
from libs.shared.contracts.topics import SERVICES, TOPICS
from libs.shared.eventlog.port import EventLog

SETTLE_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Counts:
    """Events by topic: written and published by the producer; taken in by each subscribed group."""

    written: Mapping[str, int]
    published: Mapping[str, int]
    taken: Mapping[tuple[str, str], int]
    tables: Mapping[str, Mapping[str, int]]

    @property
    def waiting(self) -> int:
        """Events not yet published, or not yet taken in by a group that subscribes to them."""
        unpublished = sum(self.written[topic] - self.published[topic] for topic in self.written)
        behind = sum(
            self.written[topic.name] - self.taken[group, topic.name]
            for topic in TOPICS.values()
            for group in topic.consumers
        )
        return unpublished + behind


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
    counts = await count(platform)
    try:
        async with asyncio.timeout(SETTLE_SECONDS):
            while counts.waiting:
                await asyncio.sleep(0.15)
                counts = await count(platform)
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
    """What the services have counted and what lies on the log, of one moment. Raises ``TimeoutError``.

    A service that counts what it has taken in writes events some time after. If it has written any while the log was
    read, both are read again.
    """
    async with asyncio.timeout(SETTLE_SECONDS):
        while True:
            counts = await settle(platform)
            found = await read_log(log, group)
            if (await count(platform)).written == counts.written:
                return counts, found


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
