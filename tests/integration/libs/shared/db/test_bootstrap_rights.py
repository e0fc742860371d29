"""Bootstrap needs only CREATEROLE and CREATEDB, or prints its SQL for an administrator who has them."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import asyncpg
import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError

from deploy.embedded.binaries import wheel_bin
from libs.shared.db.bootstrap import DatabaseRoles, bootstrap
from libs.shared.db.database import Database
from libs.shared.db.migrate import migrate
from libs.shared.db.scope import NOBODY, Scope
from tests.integration.libs.shared.db.modest import REVISION, Modest, migrations_in, modest_administrator


async def reads_and_writes_its_own(app_url: str) -> None:
    """Check that the application role can read and write, and that row-level security holds for it."""
    db = Database(app_url)
    try:
        async with db.write(Scope.of("101")) as session:
            await session.execute(text("INSERT INTO child (id, municipality_code) VALUES (1, '101')"))
        async with db.read(Scope.of("101")) as session:
            assert (await session.execute(text("SELECT count(*) FROM child"))).scalar_one() >= 1
        async with db.read(NOBODY) as session:
            assert (await session.execute(text("SELECT count(*) FROM child"))).scalar_one() == 0
        with pytest.raises(DBAPIError, match="row-level security"):
            async with db.write(Scope.of("101")) as session:
                await session.execute(text("INSERT INTO child (id, municipality_code) VALUES (2, '102')"))
        with pytest.raises(DBAPIError, match="must be owner"):
            async with db.write() as session:
                await session.execute(text("ALTER TABLE child DISABLE ROW LEVEL SECURITY"))
    finally:
        await db.close()


def command(*words: str, modest: Modest | None, roles: DatabaseRoles) -> subprocess.CompletedProcess[str]:
    """Run ``python -m libs.shared.db …`` as an operator does."""
    told = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(Path(__file__).parents[5]),
        "REGISTRATION_DATABASE_URL": roles.app_url,
        "REGISTRATION_OWNER_DATABASE_URL": roles.owner_url,
    }
    if modest is not None:
        told["SKOLELOEFT_ADMIN_DATABASE_URL"] = modest.admin_url
    called = [sys.executable, "-m", "libs.shared.db", *words]
    return subprocess.run(called, env=told, capture_output=True, text=True, check=False, timeout=120)


def last_words(ended: subprocess.CompletedProcess[str]) -> str:
    """The reason in the only line of a command that failed."""
    assert ended.stderr == ""
    (line,) = ended.stdout.splitlines()
    told: dict[str, str] = json.loads(line)
    assert told["level"] == "critical"
    return told["reason"]


def psql(script: Path, url: str) -> subprocess.CompletedProcess[str]:
    """Run the script with psql, as a database administrator does."""
    called = [str(wheel_bin() / "psql"), "-X", "-q", "-f", str(script), url]
    return subprocess.run(called, capture_output=True, text=True, check=False, timeout=120)


async def test_an_administrator_without_superuser_makes_everything_twice_in_a_row(
    postgres_dsn: str, tmp_path: Path
) -> None:
    async with modest_administrator(postgres_dsn) as modest:
        assert "created" in (await bootstrap(modest.admin_url, [modest.roles]))[0]
        assert "present" in (await bootstrap(modest.admin_url, [modest.roles]))[0]
        await migrate(migrations_in(tmp_path, REVISION), modest.roles.owner_url)
        await reads_and_writes_its_own(modest.roles.app_url)
        superuser = await asyncpg.connect(modest.superuser_url)
        foreign = "SELECT has_database_privilege('public', $1, 'CONNECT')"
        assert not await superuser.fetchval(foreign, modest.roles.name)
        await superuser.close()


async def test_the_printed_sql_does_the_same_in_psql_and_holds_no_password(postgres_dsn: str, tmp_path: Path) -> None:
    async with modest_administrator(postgres_dsn) as modest:
        printing = command("bootstrap", "--print", modest=None, roles=modest.roles)
        assert printing.returncode == 0, printing.stderr
        for url in (modest.roles.owner_url, modest.roles.app_url):
            assert str(make_url(url).password) not in printing.stdout
        script = tmp_path / "bootstrap.sql"
        script.write_text(printing.stdout)
        for _ in range(2):
            ran = await asyncio.to_thread(psql, script, modest.admin_url)
            assert ran.returncode == 0, ran.stderr
        await migrate(migrations_in(tmp_path, REVISION), modest.roles.owner_url)
        await reads_and_writes_its_own(modest.roles.app_url)


async def test_a_database_that_somebody_else_made_gets_its_owner(postgres_dsn: str, tmp_path: Path) -> None:
    async with modest_administrator(postgres_dsn) as modest:
        admin = await asyncpg.connect(modest.admin_url)
        await admin.execute(f'CREATE DATABASE "{modest.roles.name}" TEMPLATE template0')
        await admin.close()
        assert "present" in (await bootstrap(modest.admin_url, [modest.roles]))[0]
        await migrate(migrations_in(tmp_path, REVISION), modest.roles.owner_url)
        await reads_and_writes_its_own(modest.roles.app_url)


async def test_a_role_that_passes_row_level_security_is_refused_until_a_superuser_has_changed_it(
    postgres_dsn: str,
) -> None:
    async with modest_administrator(postgres_dsn) as modest:
        await bootstrap(modest.admin_url, [modest.roles])
        superuser = await asyncpg.connect(modest.superuser_url)
        app = modest.roles.app.name
        await superuser.execute(f'ALTER ROLE "{app}" BYPASSRLS')
        refused = await asyncio.to_thread(command, "bootstrap", modest=modest, roles=modest.roles)
        assert refused.returncode == 2
        assert f"role {app} has powers that no service may have" in last_words(refused)
        await bootstrap(modest.superuser_url, [modest.roles])
        assert not await superuser.fetchval("SELECT rolbypassrls FROM pg_roles WHERE rolname = $1", app)
        await superuser.close()


async def test_any_password_works_everywhere_when_it_is_percent_encoded(postgres_dsn: str, tmp_path: Path) -> None:
    """The password contains characters that SASLprep changes before passwords are compared."""
    async with modest_administrator(postgres_dsn) as modest:
        encoded = quote("p@ss:/?#[]%&=+'\"\\ \u00e6\u00a0\u00aa\u00ad", safe="")
        owner, app = (
            f"postgresql://{url.username}:{encoded}@{url.host}:{url.port}/{url.database}"
            for url in (make_url(modest.roles.owner_url), make_url(modest.roles.app_url))
        )
        await bootstrap(modest.admin_url, [DatabaseRoles(owner, app)])
        await migrate(migrations_in(tmp_path, REVISION), owner)
        await reads_and_writes_its_own(app)
        async with Database(app).dedicated() as connection:
            assert await connection.fetchval("SELECT 1") == 1


@pytest.mark.parametrize("rights", ["", "CREATEROLE"])
async def test_missing_rights_are_told_in_one_sentence_without_a_password(postgres_dsn: str, rights: str) -> None:
    async with modest_administrator(postgres_dsn, rights=rights) as modest:
        refused = await asyncio.to_thread(command, "bootstrap", modest=modest, roles=modest.roles)
        assert refused.returncode == 2
        assert "permission denied" in last_words(refused)
        assert str(make_url(modest.roles.app_url).password) not in last_words(refused)


def test_a_server_that_is_not_there_and_an_address_that_is_none_are_told_in_one_sentence() -> None:
    roles = DatabaseRoles(
        "postgresql://x_owner:secret@127.0.0.1:1/registration", "postgresql://x_app:secret@127.0.0.1:1/registration"
    )
    away = Modest("postgresql://admin:secret@127.0.0.1:1/postgres", roles, "")
    found = command("bootstrap", modest=away, roles=roles)
    assert found.returncode == 2
    wrong = DatabaseRoles(roles.owner_url, "postgresql://x_app:secret@127.0.0.1:1/registration?ssl=require")
    refused = command("bootstrap", modest=away, roles=wrong)
    assert refused.returncode == 2
    assert "REGISTRATION_DATABASE_URL: unknown option" in last_words(refused)
    for told in (found, refused):
        assert "secret" not in last_words(told)
