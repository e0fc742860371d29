"""Compaction and retention.

The rule, for each partition with its *floor* (the smallest offset a group has committed there; without groups the
end):

- nothing at or beyond the floor is removed, so no group that has begun loses a record it has not read, but for what
  the topic's ``max_compaction_lag_ms`` limits: of records older than that, the last of each key stays and no other,
  even if a group has not read them. Each holds the whole state, so a group that comes back later loses no state by it;
- a compacted topic keeps the last record of each key; a tombstone that is last goes a day after it was written;
- another topic loses what is older than its retention; without a retention it keeps everything.

What a run costs follows what is new since the last one, not the size of the log: compaction remembers how far it has
looked and works on in slices, each a short transaction that moves this cursor, so a run that is cut off has made
progress. A slice grows or shrinks with the time that the one before took.

A group that is no longer used keeps its floor, on topics without such a limit permanently: its rows in
``group_partition`` must be deleted by hand.
"""

import time
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from libs.shared.db.locks import Lock
from libs.shared.eventlog.postgres.connection import Connection, Connections
from libs.shared.eventlog.postgres.statements import statement

LOCK = Lock.EVENTLOG_TIDY
BATCH = 5_000
FIRST_SLICE, SMALLEST_SLICE, LARGEST_SLICE = 500, 50, 5_000
SLICE_SECONDS = 1.0
"""A slice that takes longer is followed by one of half its size. Statements are cancelled after 30 seconds."""
TOMBSTONES_KEPT = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Tidied:
    """The number of records removed from a partition."""

    topic: str
    partition: int
    removed: int


async def compact(connections: Connections, *, tombstones_kept: timedelta = TOMBSTONES_KEPT) -> list[Tidied]:
    """Remove what the rule allows, in short transactions; returns the partitions that lost something.

    Returns an empty list at once if another process does the same. Raises ``LogUnavailable``.
    """
    removed: Counter[tuple[str, int]] = Counter()
    async with connections.connection() as connection:
        if not await connection.fetchval("SELECT pg_try_advisory_lock($1)", LOCK):
            return []
        try:
            for row in await connection.fetch(statement("partitions_to_tidy")):
                if row["compacted"]:
                    removed[row["topic"], row["partition"]] += await _replace(connection, row)
            # Read again: a group that went back to the start meanwhile may have read a record that an old tombstone
            # deletes.
            for row in await connection.fetch(statement("partitions_to_tidy")):
                if row["compacted"]:
                    name, below, age = "forget_tombstones", min(row["floor"], row["compacted_to"]), tombstones_kept
                elif row["retention_hours"] is not None:
                    name, below, age = "expire", row["floor"], timedelta(hours=row["retention_hours"])
                else:
                    continue
                removed[row["topic"], row["partition"]] += await _outdate(connection, row, name, below, age)
        finally:
            await connection.execute("SELECT pg_advisory_unlock($1)", LOCK)
    return [Tidied(topic, partition, number) for (topic, partition), number in removed.items() if number]


async def _replace(connection: Connection, row: Any) -> int:
    """Remove records that newer records of their keys, written since the last run, have replaced.

    The record at the floor replaces too: what it removes lies before it. Every record before ``next_offset`` is visible
    by now, as appends to a partition commit one after the other.
    """
    at, end = row["compacted_to"], min(row["floor"] + 1, row["next_offset"])
    if row["max_compaction_lag_ms"] is not None and end < row["next_offset"]:
        lag = timedelta(milliseconds=row["max_compaction_lag_ms"])
        young = await connection.fetchval(
            statement("overdue", row["topic"]), row["topic"], row["partition"], max(at, end), lag
        )
        end = row["next_offset"] if young is None else max(end, young)
    size, removed = FIRST_SLICE, 0
    while at < end:
        upto, began = min(at + size, end), time.monotonic()
        done = await connection.execute(statement("compact", row["topic"]), row["topic"], row["partition"], at, upto)
        removed += _gone(done)
        at, slow = upto, time.monotonic() - began > SLICE_SECONDS
        size = max(SMALLEST_SLICE, size // 2) if slow else min(LARGEST_SLICE, size * 2)
    return removed


async def _outdate(connection: Connection, row: Any, name: str, below: int, age: timedelta) -> int:
    removed = 0
    while True:
        gone = _gone(
            await connection.execute(statement(name, row["topic"]), row["topic"], row["partition"], below, BATCH, age),
        )
        removed += gone
        if gone < BATCH:
            return removed


def _gone(tag: str) -> int:
    return int(tag.rpartition(" ")[2])
