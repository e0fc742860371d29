"""The cost of compacting the embedded log, on one million and on ten million records in one partition.

SQL statements fill the log with records of the size that events have. Measured are the first run over the whole log, a
run after an hour's new states of random earlier keys, and a run without new records.
"""

import asyncio
import secrets
import time
from collections.abc import Sequence

import asyncpg

from benchmarks.figures import Figure, Size, middle
from benchmarks.places import durable_postgres
from benchmarks.report import Report
from libs.shared.db.bootstrap import bootstrap
from libs.shared.eventlog.port import TopicSpec
from libs.shared.eventlog.postgres import PostgresEventLog
from libs.shared.eventlog.postgres.migrate import migrate
from tests.realparts.databases import log_roles_of

RECORDS = {Size.SMALL: 1_000_000, Size.LARGE: 10_000_000}
NEW, ROUNDS, VALUE_BYTES = 10_000, 3, 300
NEW_LIMIT_MICROSECONDS, IDLE_LIMIT_MS = 1000.0, 100.0
BOUND_SECONDS = 3600

_ADD = """
INSERT INTO record (topic, partition, "offset", key, names, contents, value)
SELECT 't', 0, $1::bigint + g,
       md5((CASE WHEN $3::bigint = 0 THEN $1::bigint + g ELSE floor(random() * $3)::bigint END)::text),
       ARRAY['ce_id'], ARRAY['0123456789abcdef'::bytea], repeat('v', $4)::bytea
FROM generate_series(0, $2::bigint - 1) AS g
"""
_STEP = 500_000


async def run(sizes: Sequence[Size], report: Report) -> None:
    """Report the cost of each new record, of a run without new records and of the first run, for each size."""
    with durable_postgres() as admin_url:
        async with asyncio.timeout(BOUND_SECONDS):
            for size in sizes:
                await _measure(admin_url, RECORDS[size], report)


async def _measure(admin_url: str, records: int, report: Report) -> None:
    roles = log_roles_of(admin_url, f"log_{secrets.token_hex(4)}")
    await bootstrap(admin_url, [roles])
    await migrate(roles.owner_url)
    owner = await asyncpg.connect(roles.owner_url, timeout=10)
    log = PostgresEventLog(roles.owner_url, client_id="benchmark")
    await log.start()
    try:
        await log.apply_topics([TopicSpec("t", 1, compacted=True)])
        for _ in range(0, records, _STEP):
            await _add(owner, min(_STEP, records), keys=0)
        report.say(f"{records:,} records are on the log")
        first, _ = await _run(log)
        runs, idle = [], []
        for _ in range(ROUNDS):
            await _add(owner, NEW, keys=records)
            taken, removed = await _run(log)
            report.say(f"{NEW:,} new on {records:,}: {removed:,} removed in {taken:.2f} s")
            runs.append(taken)
            idle.append((await _run(log))[0])
    finally:
        await log.close()
        await owner.close()
    named = f"{records:,} records"
    per_new, per_first = middle(runs) / NEW * 1e6, first / records * 1e6
    for name, value, unit, limit in (
        ("a new record", per_new, "µs", NEW_LIMIT_MICROSECONDS),
        ("a run after nothing new", middle(idle) * 1000, "ms", IDLE_LIMIT_MS),
        ("the first run, per record", per_first, "µs", NEW_LIMIT_MICROSECONDS),
    ):
        report.add(Figure(name, named, value, unit, "limit", limit, goal=1, scale=records))


async def _add(owner: "asyncpg.Connection[asyncpg.Record]", count: int, *, keys: int) -> None:
    """Append ``count`` records: each with a new key if ``keys`` is 0, else with a random one of the first ``keys``."""
    async with owner.transaction():
        first = await owner.fetchval("SELECT next_offset FROM topic_partition")
        await owner.execute(_ADD, first, count, keys, VALUE_BYTES)
        await owner.execute("UPDATE topic_partition SET next_offset = next_offset + $1", count)


async def _run(log: PostgresEventLog) -> tuple[float, int]:
    """The seconds that a run takes, and the number of records that it removes."""
    began = time.monotonic()
    done = await log.compact()
    return time.monotonic() - began, sum(tidied.removed for tidied in done)
