"""The migrations make what the models say, and what is published stays."""

import asyncpg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, make_url
from sqlalchemy.ext.asyncio import create_async_engine

from libs.shared.db.migrate import migrate
from libs.shared.delivery.outbox import Outbox
from services.intervention_catalog.content.use_cases import load_content
from services.intervention_catalog.metadata import METADATA
from services.intervention_catalog.wiring import SERVICE
from tests.realparts.databases import OwnDatabase


async def test_the_database_is_what_the_models_say(own: OwnDatabase) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        found = compare_metadata(context, METADATA)
        return [each for each in found if "alembic_version" not in str(each)]

    engine = create_async_engine(make_url(own.owner_url).set(drivername="postgresql+asyncpg"))
    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []
    await engine.dispose()


async def test_the_migrations_go_down_and_up_again(own: OwnDatabase) -> None:
    assert await migrate(SERVICE.migrations, own.owner_url, revision="base", down=True) == "base"
    assert await migrate(SERVICE.migrations, own.owner_url) == "0001"


async def test_a_published_row_can_be_changed_by_nobody(own: OwnDatabase, outbox: Outbox) -> None:
    async with own.db.write() as session:
        await load_content(session, outbox)
    for url in (own.owner_url, own.app_url):
        connection = await asyncpg.connect(url)
        for table in ("intervention_type_version", "rule_set_version"):
            for change in (f"UPDATE {table} SET valid_to = '2030-01-01'", f"DELETE FROM {table}"):
                with pytest.raises(asyncpg.RestrictViolationError, match="never changed"):
                    await connection.execute(change)
        await connection.close()


async def test_published_rows_are_not_emptied_by_their_owner_either(own: OwnDatabase) -> None:
    owner = await asyncpg.connect(own.owner_url)
    with pytest.raises(asyncpg.RestrictViolationError, match="never changed"):
        await owner.execute("TRUNCATE intervention_type_version, rule_set_version")
    await owner.close()
