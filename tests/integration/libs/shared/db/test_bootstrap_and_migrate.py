"""One command creates roles and databases, another creates tables; both may run again, and at the same time."""

import asyncio
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import make_url

from libs.shared.db.bootstrap import bootstrap
from libs.shared.db.migrate import migrate
from tests.realparts.databases import MakeDatabase, drop, roles_of

ENV = """
from libs.shared.db.environment import run
from libs.shared.db.metadata import new_metadata
run(new_metadata())
"""
REVISION = """
from alembic import op
revision, down_revision = "0001", None
def upgrade():
    op.execute("CREATE TABLE migrated (run int)")
    op.execute("INSERT INTO migrated SELECT 1 FROM pg_sleep(0.3)")
def downgrade():
    op.execute("DROP TABLE migrated")
"""


@pytest.fixture
def migrations(tmp_path: Path) -> Path:
    (tmp_path / "versions").mkdir()
    (tmp_path / "env.py").write_text(ENV)
    (tmp_path / "script.py.mako").write_text("")
    (tmp_path / "versions" / "0001_first.py").write_text(REVISION)
    return tmp_path


async def test_eight_migrators_at_once_make_one_run(make_database: MakeDatabase, migrations: Path) -> None:
    own = await make_database()
    revisions = await asyncio.gather(*(migrate(migrations, own.owner_url) for _ in range(8)))
    assert revisions == ["0001"] * 8
    connection = await asyncpg.connect(own.app_url)
    assert await connection.fetchval("SELECT count(*) FROM migrated") == 1
    await connection.close()


async def test_a_migration_goes_down_and_up_again(make_database: MakeDatabase, migrations: Path) -> None:
    own = await make_database()
    await migrate(migrations, own.owner_url)
    assert await migrate(migrations, own.owner_url, revision="base", down=True) == "base"
    assert await migrate(migrations, own.owner_url) == "0001"


async def test_bootstrap_again_changes_the_password_and_keeps_the_data(postgres_dsn: str) -> None:
    name = "t_bootstrap_twice"
    first, second = roles_of(postgres_dsn, name), roles_of(postgres_dsn, name)
    try:
        assert "created" in (await bootstrap(postgres_dsn, [first]))[0]
        owner = await asyncpg.connect(first.owner_url)
        await owner.execute("CREATE TABLE kept (n int)")
        await owner.close()
        assert "present" in (await bootstrap(postgres_dsn, [second]))[0]
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(first.app_url)
        app = await asyncpg.connect(second.app_url)
        assert await app.fetchval("SELECT count(*) FROM kept") == 0
        await app.close()
    finally:
        await drop(postgres_dsn, name)


async def test_one_service_cannot_connect_to_the_database_of_another(make_database: MakeDatabase) -> None:
    mine, other = await make_database(), await make_database()
    foreign = make_url(mine.app_url).set(database=other.name).render_as_string(hide_password=False)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await asyncpg.connect(foreign)
