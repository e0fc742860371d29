"""Finds the rows of a whole file that must be judged together. The database does this, so that memory does not grow
with the file.

Rows with the same three identifiers are a group from the start. Groups are merged when they share an identifier or a
known pupil, also through others. These are connected components, found by contraction towards the smallest neighbour,
as Bögeholz, Brand and Todor do it in SQL (https://arxiv.org/abs/1802.09478). Groups are numbered by a keyed digest, so
with any file about half of the remaining groups are merged in each step, and all steps together take about twice as
long as the first. In an ordinary file hardly any two groups share anything, and only those that do are processed.
"""

from sqlalchemy import text

from libs.shared.db.database import WriteSession
from libs.shared.imports.batch import Staged

_MEMORY = text("SET LOCAL work_mem = '64MB'")
"""Memory of the database server in this transaction: with sorting on disk a hostile file takes five times as long."""

# A token is a known pupil, or an identifier of an unknown one. If two tokens have the same number by chance, their rows
# are judged together, which does not change the results.
_SHARED = """
CREATE TEMP TABLE shared ON COMMIT DROP AS
WITH said AS (
    SELECT DISTINCT s.group_hash AS node,
           hashtextextended(coalesce(k.pupil_id::text, t.kind || '/' || t.value), 0) AS token
      FROM {table} AS s
     CROSS JOIN LATERAL (VALUES ('cpr_number', s.cpr_number_key), ('uni_login', s.uni_login_key),
                                ('local_id', s.local_id_key)) AS t (kind, value)
      -- Each key is looked up by itself, since the planner has no statistics of the staged rows.
      LEFT JOIN LATERAL (
         SELECT pupil_id FROM pupil_key
          WHERE (municipality_code, kind, key_id, value) = (s.municipality_code, t.kind, :key_id, t.value) LIMIT 1
      ) AS k ON true
     WHERE s.receipt_id = :receipt_id AND t.value IS NOT NULL
)
SELECT node, token FROM (SELECT node, token, count(*) OVER (PARTITION BY token) AS nodes FROM said) AS counted
 WHERE nodes > 1
"""

# Nodes that share a token are neighbours. Let m be the smallest neighbour of n, and p that of m: n becomes part of p.
# Then m still shares a token with both, whatever p itself becomes a part of, so a group stays connected.
_STEP = """
CREATE TEMP TABLE step_{number} ON COMMIT DROP AS
WITH low AS (
    SELECT token, min(node) AS node FROM shared GROUP BY token
), near AS MATERIALIZED (
    SELECT s.node, min(low.node) AS smallest FROM shared AS s JOIN low USING (token) GROUP BY s.node
)
SELECT n.node, next.smallest AS label FROM near AS n JOIN near AS next ON next.node = n.smallest
"""
_CONTRACT = """
CREATE TEMP TABLE contracted ON COMMIT DROP AS
WITH moved AS MATERIALIZED (
    SELECT c.label AS node, s.token FROM shared AS s JOIN step_{number} AS c USING (node)
)
SELECT DISTINCT node, token FROM moved
  JOIN (SELECT token FROM moved GROUP BY token HAVING min(node) < max(node)) AS still USING (token)
"""
_NEXT = ("DROP TABLE shared", "ALTER TABLE contracted RENAME TO shared", "ANALYZE shared")

_ANY = text("SELECT EXISTS (SELECT FROM shared)")

_BACK = """
UPDATE step_{number} AS s SET label = l.label FROM step_{later} AS l WHERE l.node = s.label AND l.label <> s.label
"""

_JOIN = """
UPDATE {table} AS s SET group_hash = c.label FROM step_1 AS c
 WHERE s.receipt_id = :receipt_id AND s.group_hash = c.node AND c.label <> c.node
"""

_MOST_STEPS = 200
"""Far more than any file needs. Without this limit a defect could keep the worker in an endless loop."""


async def join_groups(session: WriteSession, staged: Staged) -> None:
    """Put rows of the whole file that share an identifier or a known pupil into one group."""
    receipt = {"receipt_id": staged.receipt_id}
    await session.execute(_MEMORY)
    await session.execute(text(_SHARED.format(table=staged.table)), {**receipt, "key_id": staged.key_id})
    await session.execute(text("ANALYZE shared"))
    steps = 0
    while (await session.execute(_ANY)).scalar_one():
        steps += 1
        if steps > _MOST_STEPS:
            raise RuntimeError("groups of rows do not come to rest")
        for statement in (_STEP, f"ANALYZE step_{steps}", _CONTRACT, *_NEXT):
            await session.execute(text(statement.format(number=steps)))
    for number in range(steps - 1, 0, -1):
        await session.execute(text(_BACK.format(number=number, later=number + 1)))
    if steps:
        await session.execute(text(_JOIN.format(table=staged.table)), receipt)
    for name in ("shared", *(f"step_{number}" for number in range(1, steps + 1))):
        await session.execute(text(f"DROP TABLE {name}"))
