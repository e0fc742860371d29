"""Alembic, one environment per service, run by a command under an advisory lock.

Eight migrators at once make one run: the lock is held on the connection that migrates, and whoever comes later
finds nothing to do. Lock and statement timeouts keep a migration from standing in front of live traffic for long.
"""

import asyncio
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, make_url, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

LOCK = 7_305_002
LOCK_WAIT_SECONDS = 120


def config(script_location: Path) -> Config:
    """Alembic's configuration for a service's ``migrations`` folder; no ini file."""
    made = Config()
    made.set_main_option("script_location", str(script_location).replace("%", "%%"))
    made.set_main_option("path_separator", "os")
    return made


async def migrate(script_location: Path, owner_url: str, *, revision: str = "head", down: bool = False) -> str:
    """Bring the database to ``revision``; returns the revision it stands at.

    Raises ``TimeoutError`` if another migrator holds the lock for two minutes.
    """
    engine = create_async_engine(
        make_url(owner_url).set(drivername="postgresql+asyncpg"), poolclass=NullPool, hide_parameters=True
    )
    try:
        async with engine.connect() as connection:
            await _lock(connection)
            await connection.execute(text("SET lock_timeout = '5s'"))
            await connection.execute(text("SET statement_timeout = '15min'"))
            await connection.commit()
            return await connection.run_sync(_run, script_location, revision, down)
    finally:
        await engine.dispose()


async def _lock(connection: Any) -> None:
    async with asyncio.timeout(LOCK_WAIT_SECONDS):
        # The lock lives in PostgreSQL; no event of ours tells when it is free.
        while not (await connection.execute(text(f"SELECT pg_try_advisory_lock({LOCK})"))).scalar():  # noqa: ASYNC110 - see above
            await asyncio.sleep(0.2)


def _run(connection: Connection, script_location: Path, revision: str, down: bool) -> str:
    made = config(script_location)
    made.attributes["connection"] = connection
    if down:
        command.downgrade(made, revision)
    else:
        command.upgrade(made, revision)
    connection.commit()
    return MigrationContext.configure(connection).get_current_revision() or "base"
