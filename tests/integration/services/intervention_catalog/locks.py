"""Waits until a transaction waits for a lock."""

import asyncio

import asyncpg

from tests.realparts.databases import OwnDatabase

_WAITING = """
SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND cardinality(pg_blocking_pids(pid)) > 0
"""


async def blocked(own: OwnDatabase) -> None:
    """Wait until a transaction of this database waits for a lock that another one holds."""
    watching = await asyncpg.connect(own.admin_url)
    try:
        async with asyncio.timeout(10):
            while not await watching.fetchval(_WAITING):  # noqa: ASYNC110 - PostgreSQL sends no event about it
                await asyncio.sleep(0.01)
    finally:
        await watching.close()
