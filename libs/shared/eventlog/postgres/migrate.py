"""Bring the log's database to the newest step.

Needs no Alembic: the tables belong to the library, not to a service. Rights of ``eventlog_app`` come from the
default privileges that ``libs.shared.db bootstrap`` sets for what the owner makes.
"""

from typing import Any

import asyncpg

from libs.shared.db.steps import Steps

LOCK = 7_305_012
LOCK_WAIT_SECONDS = 120.0


async def migrate(owner_url: str) -> list[str]:
    """Take the steps not yet taken, each in a transaction of its own; returns a line for each.

    Several at once make one run: the others wait for the lock and find nothing to do. Raises
    ``asyncpg.PostgresError``, among them ``LockNotAvailableError`` when somebody holds the lock for two minutes.
    """
    connection: asyncpg.Connection[Any] = await asyncpg.connect(owner_url, timeout=10, command_timeout=900)
    try:
        await connection.execute(f"SET lock_timeout = '{int(LOCK_WAIT_SECONDS)}s'")
        await connection.execute("SELECT pg_advisory_lock($1)", LOCK)
        await connection.execute("SET lock_timeout = '5s'")
        await connection.execute("SET statement_timeout = '15min'")
        return await _take(connection, Steps("libs.shared.eventlog"))
    finally:
        await connection.close()


async def _take(connection: "asyncpg.Connection[Any]", steps: Steps) -> list[str]:
    lines = []
    known = await connection.fetchval("SELECT to_regclass('step') IS NOT NULL")
    taken = {row["number"] for row in await connection.fetch("SELECT number FROM step")} if known else set()
    for number in steps.numbers():
        if number in taken:
            continue
        async with connection.transaction():
            for statement in steps.statements(number, "up"):
                await connection.execute(statement)
            await connection.execute("INSERT INTO step (number) VALUES ($1)", number)
        lines.append(f"eventlog: step {number} taken")
    return lines
