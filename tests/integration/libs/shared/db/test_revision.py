"""The check that the database has the migrations that the program needs, on real databases."""

from pathlib import Path

import pytest
from sqlalchemy import make_url

from libs.shared.db.database import Database
from libs.shared.db.migrate import migrate
from libs.shared.db.revision import Revision, SchemaBehind
from tests.factories.events import rows
from tests.realparts.databases import MakeDatabase

MIGRATIONS = Path("services/registration/migrations")


async def test_a_database_counts_as_migrated_at_the_programs_revision_and_not_before(
    make_database: MakeDatabase,
) -> None:
    own = await make_database()
    revision = Revision(own.db, MIGRATIONS)
    with pytest.raises(SchemaBehind, match=r"the database is not migrated; this program needs revision \w+: run"):
        await revision.check()
    await migrate(MIGRATIONS, own.owner_url, revision="0001")
    with pytest.raises(SchemaBehind, match="stands at revision 0001"):
        await revision.check()
    assert not revision.holds
    await migrate(MIGRATIONS, own.owner_url)
    await revision.check()
    assert revision.holds


async def test_a_revision_of_a_newer_program_passes_and_an_empty_version_table_does_not(
    make_database: MakeDatabase,
) -> None:
    own = await make_database(MIGRATIONS)
    await rows(own, "UPDATE alembic_version SET version_num = '9999'")
    await Revision(own.db, MIGRATIONS).check()
    await rows(own, "DELETE FROM alembic_version")
    with pytest.raises(SchemaBehind, match="not migrated"):
        await Revision(own.db, MIGRATIONS).check()


async def test_what_was_seen_once_is_not_asked_again(make_database: MakeDatabase) -> None:
    own = await make_database(MIGRATIONS)
    revision = Revision(own.db, MIGRATIONS)
    await revision.check()
    await rows(own, "DROP TABLE alembic_version")
    await revision.check()
    with pytest.raises(SchemaBehind):
        await Revision(own.db, MIGRATIONS).check()


async def test_a_database_that_is_away_is_no_database_that_is_behind(postgres_dsn: str) -> None:
    away = Database("postgresql://nobody:x@127.0.0.1:1/nothing")
    with pytest.raises(OSError, match="Connect"):
        await Revision(away, MIGRATIONS).check()
    await away.close()
    never_made = make_url(postgres_dsn).set(database="t_never_made")
    missing = Database(never_made.render_as_string(hide_password=False))
    with pytest.raises(SchemaBehind, match="not made yet"):
        await Revision(missing, MIGRATIONS).check()
    await missing.close()
