"""What the migrations make is what the models say, and they go both ways."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, make_url
from sqlalchemy.ext.asyncio import create_async_engine

from libs.shared.db.migrate import migrate
from services.registration import all_tables
from services.registration.metadata import METADATA
from tests.integration.services.registration.service import MIGRATIONS
from tests.realparts.databases import MakeDatabase


def _differences(connection: Connection) -> list[object]:
    return list(compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), METADATA))


async def test_the_database_is_what_the_models_say(make_database: MakeDatabase) -> None:
    assert all_tables.CAPABILITIES
    own = await make_database(MIGRATIONS)
    engine = create_async_engine(make_url(own.owner_url).set(drivername="postgresql+asyncpg"))
    async with engine.connect() as connection:
        assert await connection.run_sync(_differences) == []
    await engine.dispose()


async def test_the_migrations_go_up_down_and_up_again(make_database: MakeDatabase) -> None:
    own = await make_database(MIGRATIONS)
    assert await migrate(MIGRATIONS, own.owner_url, revision="base", down=True) == "base"
    assert await migrate(MIGRATIONS, own.owner_url) >= "0001"
