"""Which rows of a whole file must be judged together, found in the database: memory does not grow with the file.

Rows that say the same three identifiers are a group from the start. Groups become one when they share an identifier or
a known pupil, also through others: connected components, by the algorithm FastSV (Zhang, Azad and Hu,
https://arxiv.org/abs/1910.05971), which takes about as many rounds as the logarithm of the longest chain. In an
ordinary file hardly any two groups share anything, and only those that do are looked at.
"""

from sqlalchemy import text

from libs.shared.db.database import WriteSession
from libs.shared.imports.batch import Staged

_MEMORY = text("SET LOCAL work_mem = '64MB'")
"""Of the database server, in this one transaction: sorting on disk takes a hostile file five times as long."""

_DROP = text("DROP TABLE IF EXISTS pg_temp.shared, pg_temp.component")

# A token is a known pupil, or an identifier of nobody known. Two that have one number by chance are judged together,
# which changes nothing.
_SHARED = """
CREATE TEMP TABLE shared ON COMMIT DROP AS
WITH said AS (
    SELECT DISTINCT s.group_hash AS node,
           hashtextextended(coalesce(k.pupil_id::text, t.kind || '/' || t.value), 0) AS token
      FROM {table} AS s
     CROSS JOIN LATERAL (VALUES ('cpr_number', s.cpr_number_key), ('uni_login', s.uni_login_key),
                                ('local_id', s.local_id_key)) AS t (kind, value)
      LEFT JOIN pupil_key AS k
        ON (k.municipality_code, k.kind, k.key_id, k.value) = (s.municipality_code, t.kind, :key_id, t.value)
     WHERE s.receipt_id = :receipt_id AND t.value IS NOT NULL
)
SELECT node, token FROM (SELECT node, token, count(*) OVER (PARTITION BY token) AS nodes FROM said) AS counted
 WHERE nodes > 1
"""

_COMPONENT = (
    text("CREATE TEMP TABLE component ON COMMIT DROP AS SELECT DISTINCT node, node AS label FROM shared"),
    text("CREATE UNIQUE INDEX ON component (node)"),
    text("ANALYZE shared, component"),
)

_ROUND = text("""
WITH above AS (
    SELECT c.node, c.label, parent.label AS top FROM component AS c JOIN component AS parent ON parent.node = c.label
), by_token AS (
    SELECT s.token, min(a.top) AS low FROM shared AS s JOIN above AS a USING (node) GROUP BY s.token
), near AS (
    SELECT s.node, min(t.low) AS low FROM shared AS s JOIN by_token AS t USING (token) GROUP BY s.node
), hooked AS (
    SELECT node, low FROM near
    UNION ALL SELECT a.label, n.low FROM near AS n JOIN above AS a USING (node)
    UNION ALL SELECT node, top FROM above
), lowest AS (
    SELECT node, min(low) AS low FROM hooked GROUP BY node
)
UPDATE component AS c SET label = l.low FROM lowest AS l WHERE l.node = c.node AND l.low < c.label
RETURNING 1
""")

_JOIN = """
UPDATE {table} AS s SET group_hash = c.label FROM component AS c
 WHERE s.receipt_id = :receipt_id AND s.group_hash = c.node AND c.label <> c.node
"""

_MOST_ROUNDS = 200
"""Far above what any file takes; a loop without an end would hold the worker."""


async def join_groups(session: WriteSession, staged: Staged) -> None:
    """Give rows that share an identifier or a known pupil one group, over the whole file."""
    receipt = {"receipt_id": staged.receipt_id}
    await session.execute(_MEMORY)
    await session.execute(_DROP)
    await session.execute(text(_SHARED.format(table=staged.table)), {**receipt, "key_id": staged.key_id})
    for statement in _COMPONENT:
        await session.execute(statement)
    for _ in range(_MOST_ROUNDS):
        if not (await session.execute(_ROUND)).all():
            break
    else:
        raise RuntimeError("groups of rows do not come to rest")
    await session.execute(text(_JOIN.format(table=staged.table)), receipt)
