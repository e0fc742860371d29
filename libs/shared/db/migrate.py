"""Runs Alembic, one environment per service, under an advisory lock.

If several migrators start at once, one migrates: it holds the lock on its connection, and the others then find nothing
to do. Limits for locks and statements keep a migration from blocking live traffic for long.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, event
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from libs.shared.db import connecting
from libs.shared.db.address import Address
from libs.shared.db.limits import WorkLimits
from libs.shared.db.locks import Lock, hold
from libs.shared.db.pool import discard_silent

LOCK_WAIT_SECONDS = 120.0
MIGRATING = WorkLimits(statement_seconds=900.0, lock_seconds=5.0, idle_seconds=900.0)
"""Building a large index may take long, but live traffic must not queue behind a migration that waits for a lock."""


def config(script_location: Path) -> Config:
    """Alembic's configuration for a service's ``migrations`` folder; no ini file."""
    made = Config()
    made.set_main_option("script_location", str(script_location).replace("%", "%%"))
    made.set_main_option("path_separator", "os")
    return made


async def migrate(script_location: Path, owner_url: str, *, revision: str = "head", down: bool = False) -> str:
    """Migrate the database to ``revision``; returns the revision that it has afterwards.

    Raises ``AddressRefused``, and ``TimeoutError`` if another migrator holds the lock for two minutes.
    """
    address = Address.parse(owner_url)

    async def opened() -> connecting.Connection:
        made = await connecting.connect(address, application_name="migrate", work=MIGRATING)
        try:
            await hold(made, Lock.MIGRATE, wait_seconds=LOCK_WAIT_SECONDS)
        except BaseException:
            made.terminate()
            raise
        return made

    engine = create_async_engine(
        "postgresql+asyncpg://", async_creator=opened, poolclass=NullPool, hide_parameters=True
    )
    event.listen(engine.sync_engine, "handle_error", discard_silent)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(_run, script_location, revision, down)
    finally:
        await engine.dispose()


def _run(connection: Connection, script_location: Path, revision: str, down: bool) -> str:
    made = config(script_location)
    made.attributes["connection"] = connection
    if down:
        command.downgrade(made, revision)
    else:
        command.upgrade(made, revision)
    connection.commit()
    return MigrationContext.configure(connection).get_current_revision() or "base"
