"""The peers of relay and consumer: the same work for one topic, written by hand with aiokafka and asyncpg.

The producer empties the same outbox in the same batches and marks the rows. The consumer reads the same records, writes
their ids to the same inbox, upserts the same rows with the same version guard in the same transaction, and commits its
offsets afterwards. Neither has a lock, a fence, tenants, contracts, metrics, traces, dead letters or other topics, and
neither recovers from a failure. The difference to the platform's figures is the cost of these.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import asyncpg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from libs.shared.events.headers import unpacked

Done = Callable[[int], None]
"""Called with the number of records that have just been done."""

_NEXT = """
SELECT seq, id, key, value, headers FROM outbox WHERE published_at IS NULL ORDER BY seq LIMIT $1
"""
_MARK = "UPDATE outbox SET published_at = clock_timestamp() WHERE seq = ANY($1::bigint[])"
_REMEMBER = """
INSERT INTO inbox (consumer_group, event_id, topic, partition, "offset")
SELECT $1, * FROM unnest($2::uuid[], $3::text[], $4::integer[], $5::bigint[]) ON CONFLICT DO NOTHING RETURNING event_id
"""
_WRITE = """
INSERT INTO pupil_month AS t
       (pupil_id, month, municipality_code, illness, authorised, unauthorised, aggregate_version)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::numeric[], $5::numeric[], $6::numeric[], $7::integer[])
ON CONFLICT (pupil_id, month) DO UPDATE
   SET illness = excluded.illness, authorised = excluded.authorised, unauthorised = excluded.unauthorised,
       aggregate_version = excluded.aggregate_version
 WHERE excluded.aggregate_version > t.aggregate_version
"""
_FIELDS = ("pupil_id", "month", "municipality_code", "illness", "authorised", "unauthorised", "aggregate_version")


async def relay(connection: "asyncpg.Connection", bootstrap: str, topic: str, most: int, done: Done) -> None:
    """Send all unpublished rows to ``topic``, ``most`` at a time."""
    producer = AIOKafkaProducer(
        bootstrap_servers=bootstrap, acks="all", enable_idempotence=True, max_batch_size=128 * 1024
    )
    await producer.start()
    try:
        while rows := await connection.fetch(_NEXT, most):
            sent = [
                await producer.send(
                    topic,
                    row["value"],
                    key=row["key"].encode(),
                    headers=list(unpacked(row["headers"], row["id"], row["key"])),
                )
                for row in rows
            ]
            await asyncio.gather(*sent)
            await connection.execute(_MARK, [row["seq"] for row in rows])
            done(len(rows))
    finally:
        await producer.stop()


@asynccontextmanager
async def consumer(bootstrap: str, topic: str, group: str) -> AsyncIterator[AIOKafkaConsumer]:
    """A started member of the consumer group ``group``."""
    member = AIOKafkaConsumer(
        topic,
        bootstrap_servers=bootstrap,
        group_id=group,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
    )
    await member.start()
    try:
        yield member
    finally:
        await member.stop()


async def take(member: AIOKafkaConsumer, connection: "asyncpg.Connection", group: str, most: int, done: Done) -> None:
    """Process one batch of at most ``most`` pupil-months, and commit its offsets."""
    polled = await member.getmany(timeout_ms=200, max_records=most)
    records = [record for batch in polled.values() for record in batch]
    if not records:
        return
    await write(connection, group, records)
    await member.commit()
    done(len(records))


async def write(connection: "asyncpg.Connection", group: str, records: Sequence[Any]) -> None:
    """Write records as aiokafka gives them, in one transaction."""
    ids = [UUID(dict(record.headers)["ce_id"].decode()) for record in records]
    async with connection.transaction():
        new = await connection.fetch(
            _REMEMBER,
            group,
            ids,
            [record.topic for record in records],
            [record.partition for record in records],
            [record.offset for record in records],
        )
        fresh = {row["event_id"] for row in new}
        await connection.execute(
            _WRITE, *_columns([record for record, one in zip(records, ids, strict=True) if one in fresh])
        )


def _columns(records: Sequence[Any]) -> list[list[Any]]:
    """The newest state of each key, column by column."""
    newest: dict[bytes, dict[str, Any]] = {}
    for record in records:
        state = json.loads(record.value)
        before = newest.get(record.key)
        if before is None or state["aggregate_version"] > before["aggregate_version"]:
            newest[record.key] = state
    return [[state[name] for state in newest.values()] for name in _FIELDS]
