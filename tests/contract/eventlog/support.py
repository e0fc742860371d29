"""Helpers for the tests of the event logs."""

import asyncio
import time
from collections.abc import Callable, Sequence
from uuid import uuid4

from libs.shared.eventlog.port import LogConsumer, Outgoing, Record, TopicPartition

DEADLINE = 25.0


def group_name() -> str:
    return f"test-{uuid4().hex[:12]}"


def outgoing(topic: str, keys: Sequence[str], *, start: int = 0) -> list[Outgoing]:
    """One record per key; its value is its position in the list, counted from ``start``."""
    return [Outgoing(topic, key, str(place).encode()) for place, key in enumerate(keys, start)]


async def poll_until(done: Callable[[], bool], *members: LogConsumer, into: list[Record]) -> None:
    """Poll all members until ``done`` returns true, and append the records to ``into``."""
    deadline = time.monotonic() + DEADLINE
    while not done():
        assert time.monotonic() < deadline, f"not within {DEADLINE} s; {[m.assignment() for m in members]}"
        for batch in await asyncio.gather(*(m.poll(max_records=500, wait_seconds=0.1) for m in members)):
            into.extend(batch)


async def read(member: LogConsumer, count: int) -> list[Record]:
    """The next ``count`` records; fails if more come with them."""
    found: list[Record] = []
    await poll_until(lambda: len(found) >= count, member, into=found)
    assert len(found) == count
    return found


async def nothing_more(member: LogConsumer, seconds: float = 0.7) -> None:
    """Fail if a record comes within ``seconds``."""
    assert await member.poll(max_records=500, wait_seconds=seconds) == []


async def at_rest(member: LogConsumer) -> None:
    """Poll until the member has no lag; fails if a record comes."""
    async with asyncio.timeout(DEADLINE):
        while not member.assignment() or any((await member.lag()).values()):
            assert await member.poll(max_records=100, wait_seconds=0.1) == []


def ends(records: Sequence[Record]) -> dict[TopicPartition, int]:
    """The offsets to commit after ``records``."""
    return {record.at: record.offset + 1 for record in records}


def values(records: Sequence[Record]) -> list[int]:
    return [int(record.value or b"-1") for record in records]
