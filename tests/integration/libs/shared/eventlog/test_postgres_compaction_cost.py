"""The cost of compaction, counted in rows that the server reads, depends on new records only; and a run continues where
the last one stopped.
"""

import secrets
from collections.abc import AsyncIterator
from datetime import timedelta

import asyncpg
import pytest

from libs.shared.db.bootstrap import bootstrap
from libs.shared.db.roles import SharedRoles
from libs.shared.eventlog.port import LogUnavailable, Outgoing, TopicPartition, TopicSpec
from libs.shared.eventlog.postgres import PostgresEventLog, housekeeping
from libs.shared.eventlog.postgres.connection import Connections
from libs.shared.eventlog.postgres.housekeeping import compact
from libs.shared.eventlog.postgres.migrate import migrate
from tests.contract.eventlog.support import group_name, outgoing, read
from tests.realparts.databases import drop, log_roles_of
from tests.realparts.eventlogs import QUICK, append

MANY = 20_000
FILL = """
INSERT INTO record (topic, partition, "offset", key, names, contents, value, created)
SELECT $1, 0, g, md5(g::text), '{}', '{}', CASE WHEN $4 THEN NULL ELSE 'v'::bytea END, clock_timestamp()
FROM generate_series($2::bigint, $3::bigint - 1) AS g
"""


@pytest.fixture
async def roles(postgres_dsn: str) -> AsyncIterator[SharedRoles]:
    """A database for this test alone, because housekeeping treats all topics of a database."""
    name = f"t_{secrets.token_hex(6)}"
    made = log_roles_of(postgres_dsn, name)
    await bootstrap(postgres_dsn, [made])
    await migrate(made.owner_url)
    yield made
    await drop(postgres_dsn, name)


@pytest.fixture
async def log(roles: SharedRoles) -> AsyncIterator[PostgresEventLog]:
    made = PostgresEventLog(roles.owner_url, client_id="test", times=QUICK)
    await made.start()
    yield made
    await made.close()


@pytest.fixture
async def owner(roles: SharedRoles) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    connection = await asyncpg.connect(roles.owner_url)
    yield connection
    await connection.close()


async def fill(
    owner: "asyncpg.Connection[asyncpg.Record]", topic: str, count: int, *, tombstones: bool = False
) -> None:
    first = await owner.fetchval("SELECT next_offset FROM topic_partition WHERE topic = $1", topic)
    await owner.execute(FILL, topic, first, first + count, tombstones)
    await owner.execute("UPDATE topic_partition SET next_offset = $2 WHERE topic = $1", topic, first + count)
    await owner.execute("ANALYZE record")


async def tidy(roles: SharedRoles, *, kept: timedelta = housekeeping.TOMBSTONES_KEPT) -> int:
    """One run on a connection of its own; returns the number of removed records."""
    connections = Connections(roles.owner_url, client_id="test", size=1)
    await connections.open()
    done = await compact(connections, tombstones_kept=kept)
    await connections.close()  # a server process reports its statistics when it ends
    return sum(tidied.removed for tidied in done)


async def rows_read(owner: "asyncpg.Connection[asyncpg.Record]") -> int:
    """The rows of the log that the server has read so far, by scans and indexes. Waits until no other connection is
    left.
    """
    others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'test'"
    while await owner.fetchval(others) > 1:  # the fixture's own log stays connected
        await owner.execute("SELECT pg_sleep(0.01)")
    await owner.execute("SELECT pg_stat_clear_snapshot()")
    return int(
        await owner.fetchval(
            "SELECT coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)"
            " FROM pg_stat_user_tables WHERE relname = 'record'"
        )
    )


async def test_a_run_reads_what_is_new_and_not_the_whole_log(
    log: PostgresEventLog, roles: SharedRoles, owner: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    await log.apply_topics([TopicSpec("t", 1, compacted=True)])
    await fill(owner, "t", MANY)
    assert await tidy(roles) == 0
    before = await rows_read(owner)
    assert await tidy(roles) == 0
    assert await rows_read(owner) - before < 10, "a run after nothing new reads nothing"
    await owner.execute(
        'UPDATE record SET key = (SELECT key FROM record AS r WHERE r."offset" = record."offset" - 19000)'
        ' WHERE "offset" >= 19900'
    )
    await owner.execute("UPDATE compaction SET compacted_to = 19900")  # as if the last hundred records were new
    before = await rows_read(owner)
    assert await tidy(roles) == 100
    assert await rows_read(owner) - before < 1000, f"a hundred new records on {MANY}"


async def test_retention_and_old_tombstones_read_what_they_remove_and_not_the_whole_log(
    log: PostgresEventLog, roles: SharedRoles, owner: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    await log.apply_topics(
        [TopicSpec("short", 1, compacted=False, retention_hours=1), TopicSpec("t", 1, compacted=True)]
    )
    await fill(owner, "short", MANY)
    await fill(owner, "t", MANY)
    await fill(owner, "t", 50, tombstones=True)
    await owner.execute(
        "UPDATE record SET created = created - interval '2 hours' WHERE topic = 'short' AND \"offset\" < 50"
    )
    await tidy(roles)
    await owner.execute("UPDATE compaction SET compacted_to = (SELECT max(next_offset) FROM topic_partition)")
    before = await rows_read(owner)
    assert await tidy(roles, kept=timedelta(0)) == 50
    assert await tidy(roles) == 0
    # Retention reads one batch of the oldest records in each run.
    assert await rows_read(owner) - before < 2 * housekeeping.BATCH + 1000


async def test_a_run_that_is_cut_off_has_made_progress(
    log: PostgresEventLog,
    roles: SharedRoles,
    owner: "asyncpg.Connection[asyncpg.Record]",
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await log.apply_topics([TopicSpec("t", 1, compacted=True)])
    await append(log, outgoing("t", ["a", "b"] * 100))
    slices = 0

    def fail_at_the_third(tag: str) -> int:
        nonlocal slices
        slices += 1
        if slices == 3:
            raise TimeoutError
        return int(tag.rpartition(" ")[2])

    monkeypatch.setattr(housekeeping, "FIRST_SLICE", 10)
    monkeypatch.setattr(housekeeping, "_gone", fail_at_the_third)
    with pytest.raises(LogUnavailable):
        await tidy(roles)
    monkeypatch.undo()
    assert await owner.fetchval("SELECT compacted_to FROM compaction") == 70, "slices of 10, 20 and 40 are done"
    await tidy(roles)
    kept = await owner.fetch('SELECT "offset" FROM record ORDER BY "offset"')
    assert [row["offset"] for row in kept] == [198, 199]


async def test_what_a_group_holds_back_is_compacted_once_it_has_read_it(
    log: PostgresEventLog, roles: SharedRoles, owner: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    await log.apply_topics([TopicSpec("t", 1, compacted=True)])
    await append(log, outgoing("t", ["a", "b"] * 5))
    at = TopicPartition("t", 0)
    member = log.consumer(group_name(), ["t"])
    await member.start()
    assert await tidy(roles) == 0, "a member that has committed nothing yet reads from the start"
    left = {}
    for place in (4, 7, 10):
        if place == 4:
            await read(member, 10)
        await member.commit({at: place})
        await tidy(roles)
        rows = await owner.fetch('SELECT "offset" FROM record ORDER BY "offset"')
        left[place] = [row["offset"] for row in rows]
    await member.close()
    # The record at the committed offset replaces older ones; b at 3 stays until its successor at 5 has been read.
    assert left == {4: [3, 4, 5, 6, 7, 8, 9], 7: [6, 7, 8, 9], 10: [8, 9]}


async def test_a_tombstone_stays_until_no_older_state_of_its_key_is_left(
    log: PostgresEventLog, roles: SharedRoles, owner: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    await log.apply_topics([TopicSpec("t", 1, compacted=True)])
    await append(log, [Outgoing("t", "a", b"1"), Outgoing("t", "b", b"1"), Outgoing("t", "a", None)])
    await owner.execute("INSERT INTO consumer_group (name) VALUES ('slow')")
    await owner.execute(
        "INSERT INTO group_partition (group_name, topic, partition, committed) VALUES ('slow', 't', 0, 1)"
    )
    await tidy(roles, kept=timedelta(0))
    rows = await owner.fetch('SELECT "offset" FROM record ORDER BY "offset"')
    assert [row["offset"] for row in rows] == [0, 1, 2], "a's tombstone is not read, so neither it nor its value goes"
    await owner.execute("UPDATE group_partition SET committed = 3")
    await tidy(roles, kept=timedelta(0))
    assert await owner.fetchval("SELECT array_agg(key) FROM record") == ["b"]


async def test_a_member_that_died_before_it_committed_anything_holds_nothing_back(
    log: PostgresEventLog, roles: SharedRoles, owner: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    await log.apply_topics([TopicSpec("t", 1, compacted=True)])
    await append(log, outgoing("t", ["a"] * 5))
    await owner.execute("INSERT INTO consumer_group (name) VALUES ('once')")
    await owner.execute(
        "INSERT INTO group_member (group_name, id, topics, expires)"
        " VALUES ('once', 'm', '{t}', now() + interval '1 hour')"
    )
    await owner.execute(
        "INSERT INTO group_partition (group_name, topic, partition, owner) VALUES ('once', 't', 0, 'm')"
    )
    assert await tidy(roles) == 0
    await owner.execute("UPDATE group_member SET expires = now() - interval '1 second'")
    assert await tidy(roles) == 4
