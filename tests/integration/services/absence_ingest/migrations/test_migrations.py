"""The migrations create the tables in the metadata, with row-level security for every tenant's rows."""

import asyncpg

from libs.shared.db.migrate import migrate
from libs.shared.files.kinds.declared import ABSENCE_KINDS
from libs.shared.imports.staging.tables import rows_of
from services.absence_ingest.all_tables import METADATA
from tests.factories.schema import differences
from tests.integration.services.absence_ingest.service import MIGRATIONS
from tests.realparts.databases import MakeDatabase

# Tables without a municipality: those of event delivery, by design, and Alembic's own. The application can only insert
# into the partitions of staged rows, and reads them through their parent tables.
OPEN = {"outbox", "inbox", "dead_letter", "rebuild", "rebuild_seen", "version_raise"} | {
    *("told_position", "retired_key", "alembic_version")
}


async def test_the_migrations_make_what_the_metadata_says_go_back_and_come_again(make_database: MakeDatabase) -> None:
    own = await make_database(MIGRATIONS)
    assert await differences(own.owner_url, METADATA) == []
    assert await migrate(MIGRATIONS, own.owner_url, revision="base", down=True) == "base"
    assert {kind for kind, *_ in await differences(own.owner_url, METADATA)} == {"add_table", "add_index"}
    assert await migrate(MIGRATIONS, own.owner_url) == "0004"
    assert await differences(own.owner_url, METADATA) == []


async def test_every_table_with_a_municipality_has_forced_row_level_security(make_database: MakeDatabase) -> None:
    own = await make_database(MIGRATIONS)
    connection = await asyncpg.connect(own.admin_url)
    try:
        found = await connection.fetch(
            "SELECT relname, relrowsecurity AND relforcerowsecurity AS shut FROM pg_class "
            "WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
        )
    finally:
        await connection.close()
    assert {row["relname"] for row in found if not row["shut"]} == OPEN | set(map(rows_of, ABSENCE_KINDS))
    assert {row["relname"] for row in found} == {*METADATA.tables, "alembic_version"}
