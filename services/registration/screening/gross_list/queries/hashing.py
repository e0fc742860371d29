"""Runs a statement of many steps with joins and groups by hash."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import TextClause, text

from libs.shared.db.database import ReadSession

# The planner does not know the sizes of the intermediate results. It joins two large ones by a nested loop, which takes
# minutes, and sorts them to group them. Every step of these statements can be done by a hash, which is faster. Parallel
# workers would take processor time from other requests for a small gain. Memory, compilation and workers are for this
# transaction.
_PREPARE = text("""
SELECT set_config('enable_nestloop', 'off', true), set_config('enable_mergejoin', 'off', true),
       set_config('enable_sort', 'off', true), set_config('work_mem', '48MB', true), set_config('jit', 'off', true),
       set_config('max_parallel_workers_per_gather', '0', true)
""")
_RESTORE = text("""
SELECT set_config('enable_nestloop', 'on', true), set_config('enable_mergejoin', 'on', true),
       set_config('enable_sort', 'on', true)
""")


async def by_hash(session: ReadSession, statement: TextClause, given: Mapping[str, object]) -> Sequence[Sequence[Any]]:
    """The rows of the statement."""
    await session.execute(_PREPARE)
    found = [tuple(row) for row in await session.execute(statement, given)]
    await session.execute(_RESTORE)
    return found
