"""The inbox and finished dead letters are deleted after 90 days, in bounded batches; open dead letters stay."""

import asyncio

import asyncpg

from libs.shared.events.pruning import Pruning
from tests.factories.events import rows, service_database
from tests.realparts.databases import MakeDatabase

FILL = """
INSERT INTO inbox (consumer_group, event_id, topic, partition, "offset", received_at)
SELECT 'g', gen_random_uuid(), 't', 0, n, now() - make_interval(days => CASE WHEN n <= 25 THEN 91 ELSE 89 END)
  FROM generate_series(1, 40) AS n;
INSERT INTO dead_letter (consumer_group, id, topic, partition, "offset", key, header_names, header_values, written_ms,
                         error_type, reason, tries, state, state_at, at)
SELECT 'g', gen_random_uuid(), 't', 0, n, 'k', '{}', '{}', 0, 'e', 'r', 1,
       (ARRAY['open', 'replayed', 'discarded'])[1 + n % 3],
       CASE WHEN n % 3 > 0 THEN now() - make_interval(days => CASE WHEN n <= 15 THEN 91 ELSE 89 END) END,
       now() - interval '200 days'
  FROM generate_series(1, 30) AS n;
INSERT INTO rebuild (id, consumer_group, topic, state) VALUES
    ('00000000-0000-0000-0000-000000000001', 'g', 't', 'running'),
    ('00000000-0000-0000-0000-000000000002', 'g', 't', 'done');
INSERT INTO rebuild_seen SELECT id, n::text FROM rebuild, generate_series(1, 12) AS n;
"""


async def test_what_is_old_goes_and_what_is_open_or_young_stays(make_database: MakeDatabase) -> None:
    own = await service_database(make_database)
    connection = await asyncpg.connect(own.admin_url)
    await connection.execute(FILL)
    await connection.close()
    removed = await Pruning(own.db, batch=10).prune(asyncio.Event())
    assert removed == {"inbox": 25, "dead_letter": 10, "rebuild_seen": 12, "rebuild": 0}
    assert [row["n"] for row in await rows(own, "SELECT count(*) AS n FROM inbox")] == [15]
    states = await rows(own, "SELECT state, count(*) AS n FROM dead_letter GROUP BY state ORDER BY state")
    assert [tuple(row) for row in states] == [("discarded", 5), ("open", 10), ("replayed", 5)]
    assert await Pruning(own.db, batch=10).prune(asyncio.Event()) == dict.fromkeys(removed, 0)


async def test_two_workers_that_prune_at_once_remove_each_row_once(make_database: MakeDatabase) -> None:
    own = await service_database(make_database)
    connection = await asyncpg.connect(own.admin_url)
    await connection.execute(FILL)
    await connection.close()
    both = await asyncio.gather(*(Pruning(own.db, batch=3).prune(asyncio.Event()) for _ in range(2)))
    assert sum(each["inbox"] for each in both) <= 25
    left = await Pruning(own.db).prune(asyncio.Event())
    assert sum(each["inbox"] for each in both) + left["inbox"] == 25
