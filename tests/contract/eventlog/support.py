"""What the tests of the log say things with."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from uuid import uuid4

from libs.shared.eventlog.factory import open_event_log
from libs.shared.eventlog.port import EventLog, GroupTimes, LogConsumer, Outgoing, Record, TopicPartition, TopicSpec

QUICK = GroupTimes(session=6.0, heartbeat=0.3, max_poll=60.0, rebalance=15.0)
"""Short enough for tests; brokers refuse sessions under six seconds unless told otherwise."""

DEADLINE = 25.0


@dataclass
class Harness:
    """A log under test, and what makes more of it."""

    name: str
    url: str
    log: EventLog
    opened: list[EventLog] = field(default_factory=list)
    members: list[LogConsumer] = field(default_factory=list)

    async def open(self, times: GroupTimes = QUICK) -> EventLog:
        """Another client of the same log, as another process has it."""
        if self.name == "memory":
            self.log.times = times  # type: ignore[attr-defined]  # the memory log is one for all
            return self.log
        other = open_event_log(self.url, client_id="test-other", times=times)
        self.opened.append(other)
        await other.start()
        return other

    async def topic(self, partitions: int = 3, *, compacted: bool = True) -> str:
        """A topic nobody else uses."""
        name = f"test.{uuid4().hex[:12]}"
        await self.log.apply_topics([TopicSpec(name, partitions, compacted)])
        return name

    async def member(self, group: str, *topics: str, log: EventLog | None = None, **kwargs: object) -> LogConsumer:
        """A started consumer, closed after the test."""
        member = (log or self.log).consumer(group, topics, **kwargs)  # type: ignore[arg-type]  # passed on
        self.members.append(member)
        await member.start()
        return member

    async def close(self) -> None:
        for member in self.members:
            await member.close()
        for other in self.opened:
            await other.close()


def group_name() -> str:
    return f"test-{uuid4().hex[:12]}"


def outgoing(topic: str, keys: Sequence[str], *, start: int = 0) -> list[Outgoing]:
    """One record per key, whose value is its place in the list."""
    return [Outgoing(topic, key, str(place).encode()) for place, key in enumerate(keys, start)]


async def poll_until(done: Callable[[], bool], *members: LogConsumer, into: list[Record]) -> None:
    """Poll all members until ``done``; what comes goes ``into`` the list."""
    deadline = time.monotonic() + DEADLINE
    while not done():
        assert time.monotonic() < deadline, f"not within {DEADLINE} s; {[m.assignment() for m in members]}"
        for batch in await asyncio.gather(*(m.poll(max_records=500, wait_seconds=0.1) for m in members)):
            into.extend(batch)


async def read(member: LogConsumer, count: int) -> list[Record]:
    """The next ``count`` records; no more may come with them."""
    found: list[Record] = []
    await poll_until(lambda: len(found) >= count, member, into=found)
    assert len(found) == count
    return found


async def nothing_more(member: LogConsumer, seconds: float = 0.7) -> None:
    """No record comes within ``seconds``."""
    assert await member.poll(max_records=500, wait_seconds=seconds) == []


def ends(records: Sequence[Record]) -> dict[TopicPartition, int]:
    """What to commit after ``records``."""
    return {record.at: record.offset + 1 for record in records}


def values(records: Sequence[Record]) -> list[int]:
    return [int(record.value or b"-1") for record in records]
