"""Compaction and retention.

The rule, for each partition with its *floor* (the smallest offset a group has committed there; without groups the
end):

- nothing at or beyond the floor is removed, so no group that has begun loses a record it has not read. The exception is
  a topic with ``max_compaction_lag_ms``: of the records older than that only the last of each key stays, even if a
  group has not read the others. Each record holds the whole state, so a group that returns later loses no state;
- a compacted topic keeps the last record of each key; if that is a tombstone, it is removed a day after it was written;
- another topic loses records older than its retention; without a retention it keeps everything.

The cost of a run depends on the number of new records since the last run, not on the size of the log: compaction
stores a cursor and continues there, in slices. Each slice is a short transaction that moves the cursor, so an
interrupted run has made progress. The size of a slice depends on the time that the one before took.

The floor of a group that is no longer used prevents removal, permanently on topics without such a limit: its rows in
``group_partition`` must be deleted by hand.
"""

import time
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from libs.shared.db.locks import Lock, held_if_free
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
    """Remove records by the module's rule, in short transactions; returns the partitions that lost records.

    Returns an empty list at once if another process is compacting. Raises ``LogUnavailable``.
    """
    removed: Counter[tuple[str, int]] = Counter()
    async with connections.connection() as connection, held_if_free(connection, LOCK) as held:
        if not held:
            return []
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
    return [Tidied(topic, partition, number) for (topic, partition), number in removed.items() if number]


async def _replace(connection: Connection, row: Any) -> int:
    """Remove records that newer records of their keys, written since the last run, have replaced.

    The record at the floor counts as a newer record too, because it removes only records before it. Every record before
    ``next_offset`` is visible by now, as appends to a partition commit one after the other.
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
