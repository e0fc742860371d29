"""Migrates the log's database to the newest step.

It does not use Alembic, because the tables belong to the library and not to a service. The services' roles, which
``libs.shared.db bootstrap`` creates, get their rights here and when topics are applied (see ``rights``).
"""

from libs.shared.db.address import Address
from libs.shared.db.connecting import Connection, connect
from libs.shared.db.locks import Lock, hold
from libs.shared.db.migrate import LOCK_WAIT_SECONDS, MIGRATING
from libs.shared.db.steps import Steps
from libs.shared.eventlog.postgres.rights import grant_common


async def migrate(owner_url: str) -> list[str]:
    """Run the missing steps, each in a transaction of its own, and grant the common rights; returns a line per step.

    If several run at once, the others wait for the lock and then find nothing to do. Raises ``AddressRefused``,
    ``asyncpg.PostgresError``, and ``TimeoutError`` if another process holds the lock for two minutes.
    """
    connection = await connect(Address.parse(owner_url), application_name="eventlog-migrate", work=MIGRATING)
    try:
        await hold(connection, Lock.EVENTLOG_MIGRATE, wait_seconds=LOCK_WAIT_SECONDS)
        lines = await _take(connection, Steps("libs.shared.eventlog"))
        async with connection.transaction():
            await grant_common(connection)
        return lines
    finally:
        await connection.close()


async def _take(connection: Connection, steps: Steps) -> list[str]:
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
