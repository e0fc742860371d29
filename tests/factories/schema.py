"""Compares a database's tables with those that the models declare."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, MetaData, make_url
from sqlalchemy.ext.asyncio import create_async_engine

OPTIONS = {"compare_type": True, "compare_server_default": True}


async def differences(owner_url: str, metadata: MetaData) -> list[tuple[object, ...]]:
    """What Alembic would change in the database to match the metadata, except in its own table."""

    def compare(connection: Connection) -> list[tuple[object, ...]]:
        found = compare_metadata(MigrationContext.configure(connection, opts=OPTIONS), metadata)
        return [each for each in found if "alembic_version" not in str(each)]

    engine = create_async_engine(make_url(owner_url).set(drivername="postgresql+asyncpg"))
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(compare)
    finally:
        await engine.dispose()
