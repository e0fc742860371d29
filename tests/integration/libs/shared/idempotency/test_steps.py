"""The steps make exactly the table that services put into their metadata, closed to other tenants, and take it away."""

import asyncpg
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, make_url
from sqlalchemy.ext.asyncio import create_async_engine

from libs.shared.db.metadata import new_metadata
from libs.shared.idempotency import steps, tables
from tests.factories.import_bench import Collect
from tests.realparts.databases import MakeDatabase


def _differences(connection: Connection) -> list[object]:
    metadata = new_metadata()
    tables.define(metadata)
    context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
    return list(compare_metadata(context, metadata))


async def test_steps_and_metadata_do_not_drift(make_database: MakeDatabase) -> None:
    own = await make_database()
    owner = await asyncpg.connect(own.owner_url)
    up, down = Collect(), Collect()
    for number in steps.numbers():
        steps.up(up, number)
    for number in reversed(steps.numbers()):
        steps.down(down, number)
    engine = create_async_engine(make_url(own.owner_url).set(drivername="postgresql+asyncpg"))
    try:
        for statement in [*up.statements, *down.statements, *up.statements]:
            await owner.execute(statement)
        async with engine.connect() as connection:
            assert await connection.run_sync(_differences) == []
        closed = await owner.fetchval(
            "SELECT relrowsecurity AND relforcerowsecurity FROM pg_class WHERE relname = 'idempotency_key'"
        )
        assert closed
    finally:
        await engine.dispose()
        await owner.close()
