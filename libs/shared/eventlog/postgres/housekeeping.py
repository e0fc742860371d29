"""Compaction and retention.

The rule, for each partition with its *floor* (the smallest offset a group has committed there; without groups the
end):

- nothing at or beyond the floor is removed, so no group that has begun loses a record it has not read;
- a compacted topic keeps the last record of each key; a tombstone that is last goes a day after it was written;
- another topic loses what is older than its retention; without a retention it keeps everything.

A group that is no more in use holds its floor for ever: its rows in ``group_partition`` must be deleted by hand.
"""

from dataclasses import dataclass
from datetime import timedelta

from libs.shared.db.locks import Lock
from libs.shared.eventlog.postgres.connection import Connections
from libs.shared.eventlog.postgres.statements import statement

LOCK = Lock.EVENTLOG_TIDY
BATCH = 5_000
BATCHES_PER_PARTITION = 200
TOMBSTONES_KEPT = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Tidied:
    """How many records went from a partition."""

    topic: str
    partition: int
    removed: int


async def compact(connections: Connections, *, tombstones_kept: timedelta = TOMBSTONES_KEPT) -> list[Tidied]:
    """Remove what the rule lets go, in short transactions; returns the partitions that lost something.

    Returns an empty list at once when another process is at it. Raises ``LogUnavailable``.
    """
    done = []
    async with connections.connection() as connection:
        if not await connection.fetchval("SELECT pg_try_advisory_lock($1)", LOCK):
            return []
        try:
            for row in await connection.fetch(statement("partitions_to_tidy")):
                if row["compacted"]:
                    name, age = "compact", tombstones_kept
                elif row["retention_hours"] is not None:
                    name, age = "expire", timedelta(hours=row["retention_hours"])
                else:
                    continue
                removed = 0
                for _ in range(BATCHES_PER_PARTITION):
                    status = await connection.execute(
                        statement(name), row["topic"], row["partition"], row["floor"], BATCH, age
                    )
                    gone = int(status.rpartition(" ")[2])
                    removed += gone
                    if gone < BATCH:
                        break
                if removed:
                    done.append(Tidied(row["topic"], row["partition"], removed))
        finally:
            await connection.execute("SELECT pg_advisory_unlock($1)", LOCK)
    return done
