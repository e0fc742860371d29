"""Topics, writers and appending on the PostgreSQL log."""

from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from libs.shared.eventlog.placing import partition_of, require_sizes
from libs.shared.eventlog.port import (
    GroupTimes,
    NotItsTopic,
    Outgoing,
    Placed,
    RevokedCallback,
    TopicDiffers,
    TopicPartition,
    TopicSpec,
    UnknownTopic,
    WriterFenced,
)
from libs.shared.eventlog.postgres import rights
from libs.shared.eventlog.postgres.connection import Connection, Connections
from libs.shared.eventlog.postgres.consumer import PostgresConsumer
from libs.shared.eventlog.postgres.housekeeping import Tidied, compact
from libs.shared.eventlog.postgres.news import CHANNEL, News
from libs.shared.eventlog.postgres.statements import statement, table_of

_COLUMNS = ("topic", "partition", "offset", "key", "names", "contents", "value")

EMBEDDED_TIMES = GroupTimes(session=10.0, heartbeat=2.0)
"""Shorter than for Kafka: there is one machine, and the successor of a killed process should not wait for long."""


@dataclass(frozen=True, slots=True)
class PostgresWriter:
    """See the port."""

    log: "PostgresEventLog"
    connections: Connections
    name: str
    epoch: int

    async def append(self, records: Sequence[Outgoing]) -> list[Placed]:
        """See the port. All records are written in one transaction: after an error nothing was written, unless the
        connection was lost at the commit.

        The writer's row is locked until the commit. So the next writer either waits for the commit, or its higher epoch
        is seen here.
        """
        if not records:
            return []
        require_sizes(records)
        async with self.connections.transaction() as connection:
            epoch = await connection.fetchval("SELECT epoch FROM writer WHERE name = $1 FOR SHARE", self.name)
            if epoch != self.epoch:
                raise WriterFenced(f"another writer {self.name} has followed this one")
            return await self.log.append_in(connection, records)


class PostgresEventLog:
    """The log. ``url`` is the address of a service's role, which writes and reads only that service's topics (see
    ``rights``), or of the owner, which applies topics and compacts. Members of one log share a pool of ``pool``
    connections and a listening connection.
    """

    def __init__(self, url: str, *, client_id: str, times: GroupTimes = EMBEDDED_TIMES, pool: int = 4) -> None:
        self._connections = Connections(url, client_id=client_id, size=pool)
        self._news = News(self._connections)
        self._times = times
        self._partitions: dict[str, int] = {}

    async def start(self) -> None:
        """See the port."""
        await self._connections.open()

    @asynccontextmanager
    async def writer(self, name: str) -> AsyncIterator["PostgresWriter"]:
        """See the port."""
        async with self._connections.transaction() as connection:
            epoch = await connection.fetchval(
                "INSERT INTO writer (name) VALUES ($1) ON CONFLICT (name) DO UPDATE SET epoch = writer.epoch + 1"
                " RETURNING epoch",
                name,
            )
        yield PostgresWriter(self, self._connections, name, epoch)

    async def append_in(self, connection: Connection, records: Sequence[Outgoing]) -> list[Placed]:
        """Append inside the caller's transaction on the log's database. Raises ``UnknownTopic`` or ``NotItsTopic``."""
        partitions = await self._counts(connection, {record.topic for record in records})
        placed: defaultdict[tuple[str, int], list[int]] = defaultdict(list)
        for number, record in enumerate(records):
            placed[record.topic, partition_of(record.key, partitions[record.topic])].append(number)
        topics, numbers = [at[0] for at in placed], [at[1] for at in placed]
        await connection.execute(statement("lock_partitions"), topics, numbers)
        claimed = await connection.fetch(
            statement("claim_offsets"), topics, numbers, [len(batch) for batch in placed.values()]
        )
        if len(claimed) != len(placed):
            refused = {at[0] for at in placed} - {row["topic"] for row in claimed}
            raise NotItsTopic(f"this role does not write to {', '.join(sorted(refused))}")
        places: dict[int, Placed] = {}
        rows: defaultdict[str, list[tuple[object, ...]]] = defaultdict(list)
        for row in claimed:
            topic, partition = row["topic"], row["partition"]
            for offset, number in enumerate(placed[topic, partition], start=row["first"]):
                record = records[number]
                places[number] = Placed(partition, offset)
                names, contents = [name for name, _ in record.headers], [content for _, content in record.headers]
                rows[topic].append((topic, partition, offset, record.key, names, contents, record.value))
        for topic, of_topic in rows.items():
            await connection.copy_records_to_table(table_of(topic), records=of_topic, columns=_COLUMNS)
        await connection.execute(
            "SELECT pg_notify($1, 't:' || topic) FROM unnest($2::text[]) AS topic", CHANNEL, sorted(set(topics))
        )
        return [places[number] for number in range(len(records))]

    async def _counts(self, connection: Connection, topics: set[str]) -> dict[str, int]:
        if not topics <= self._partitions.keys():
            rows = await connection.fetch("SELECT name, partitions FROM topic")
            self._partitions = {row["name"]: row["partitions"] for row in rows}
        if missing := topics - self._partitions.keys():
            raise UnknownTopic(", ".join(sorted(missing)))
        return self._partitions

    async def require(self, topics: Sequence[str] | frozenset[str]) -> None:
        """Raise ``UnknownTopic`` unless all were applied."""
        async with self._connections.connection() as connection:
            await self._counts(connection, set(topics))

    def consumer(
        self, group: str, topics: Sequence[str], *, on_revoked: RevokedCallback | None = None
    ) -> PostgresConsumer:
        """See the port."""
        return PostgresConsumer(
            self._connections,
            self._news,
            group,
            frozenset(topics),
            times=self._times,
            on_revoked=on_revoked,
            require=self.require,
        )

    async def apply_topics(self, specs: Sequence[TopicSpec]) -> list[str]:
        """See the port. ``config`` is for Kafka and is ignored here. Only the owner's role has the rights for it."""
        changes, differing = [], []
        async with self._connections.transaction() as connection:
            await connection.execute("LOCK TABLE topic IN SHARE ROW EXCLUSIVE MODE")
            known = {row["name"]: row for row in await connection.fetch("SELECT * FROM topic")}
            for spec in specs:
                row = known.get(spec.name)
                if row is None:
                    await connection.execute(
                        "INSERT INTO topic (name, partitions, compacted, retention_hours, max_compaction_lag_ms)"
                        " VALUES ($1, $2, $3, $4, $5)",
                        *(spec.name, spec.partitions, *_cleanup_of(spec)),
                    )
                    await connection.execute(rights.table(spec.name))
                    await connection.execute(
                        "INSERT INTO topic_partition (topic, partition) SELECT $1, generate_series(0, $2::integer - 1)",
                        *(spec.name, spec.partitions),
                    )
                    changes.append(f"{spec.name}: created with {spec.partitions} partitions")
                    continue
                if row["partitions"] != spec.partitions:
                    differing.append(f"{spec.name} has {row['partitions']} partitions, {spec.partitions} wanted")
                if (row["compacted"], row["retention_hours"], row["max_compaction_lag_ms"]) != _cleanup_of(spec):
                    await connection.execute(
                        "UPDATE topic SET compacted = $2, retention_hours = $3, max_compaction_lag_ms = $4"
                        " WHERE name = $1",
                        *(spec.name, *_cleanup_of(spec)),
                    )
                    changes.append(f"{spec.name}: retention changed")
            await rights.grant_topics(connection, specs)
        if differing:
            raise TopicDiffers("; ".join(differing))
        return changes

    async def end_offsets(self, topics: Sequence[str]) -> dict[TopicPartition, int]:
        """See the port."""
        async with self._connections.connection() as connection:
            await self._counts(connection, set(topics))
            rows = await connection.fetch("SELECT * FROM topic_partition WHERE topic = ANY($1)", list(topics))
        return {TopicPartition(row["topic"], row["partition"]): row["next_offset"] for row in rows}

    async def committed(self, group: str, topics: Sequence[str]) -> dict[TopicPartition, int]:
        """See the port."""
        async with self._connections.connection() as connection:
            rows = await connection.fetch(
                "SELECT topic, partition, committed FROM group_partition"
                " WHERE group_name = $1 AND topic = ANY($2) AND committed IS NOT NULL",
                *(group, list(topics)),
            )
        return {TopicPartition(row["topic"], row["partition"]): row["committed"] for row in rows}

    async def forget_group(self, group: str) -> None:
        """See the port. The group's committed offsets would otherwise prevent compaction permanently."""
        async with self._connections.transaction() as connection:
            await connection.execute("DELETE FROM group_partition WHERE group_name = $1", group)
            await connection.execute("DELETE FROM group_member WHERE group_name = $1", group)
            await connection.execute("DELETE FROM consumer_group WHERE name = $1", group)

    async def compact(self) -> list[Tidied]:
        """Housekeeping, see ``housekeeping.compact``; safe to call from several processes at any time."""
        return await compact(self._connections)

    async def check(self) -> None:
        """See the port."""
        await self._connections.open()

    async def close(self) -> None:
        """See the port. Close the consumers first."""
        await self._news.close()
        await self._connections.close()


def _cleanup_of(spec: TopicSpec) -> tuple[bool, int | None, int | None]:
    """The retention and compaction of a topic, as in the table ``topic``."""
    return spec.compacted, spec.retention_hours, spec.max_compaction_lag_ms
