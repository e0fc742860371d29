"""A copied database has the same rights as one made by the bootstrap and the migrations."""

import asyncpg
import pytest

from libs.shared.runtime.service import Service
from services.absence_ingest.wiring import SERVICE as ABSENCE_INGEST
from services.registration.wiring import SERVICE as REGISTRATION
from tests.realparts.databases import MakeDatabase, OwnDatabase, drop, own_database

_RIGHTS = """
SELECT 'database' AS what, '' AS name, pg_get_userbyid(datdba) AS owner, datacl::text AS rights, '' AS more
  FROM pg_database WHERE datname = current_database()
UNION ALL
SELECT 'schema', nspname, pg_get_userbyid(nspowner), nspacl::text, '' FROM pg_namespace WHERE nspname = 'public'
UNION ALL
SELECT relkind::text, relname, pg_get_userbyid(relowner), relacl::text,
       concat_ws(' ', relpersistence, relrowsecurity, relforcerowsecurity)
  FROM pg_class WHERE relnamespace = 'public'::regnamespace
UNION ALL
SELECT 'policy', tablename || '.' || policyname, '', cmd, concat_ws(' ', roles::text, qual, with_check) FROM pg_policies
UNION ALL
SELECT 'default', defaclobjtype::text, pg_get_userbyid(defaclrole), defaclacl::text, '' FROM pg_default_acl
 ORDER BY what, name, more
"""


async def _rights(own: OwnDatabase) -> list[tuple[str, ...]]:
    """The owners, rights and policies of all objects, with the database's role names replaced by ``own``."""
    connection = await asyncpg.connect(own.owner_url)
    try:
        user = str(await connection.fetchval("SELECT current_user")).removesuffix("_owner")
        return [tuple(str(value).replace(user, "own") for value in row) for row in await connection.fetch(_RIGHTS)]
    finally:
        await connection.close()


@pytest.mark.parametrize("service", [REGISTRATION, ABSENCE_INGEST], ids=lambda service: service.name)
async def test_a_copy_has_the_owners_rights_and_policies_of_a_database_that_was_migrated(
    service: Service, make_database: MakeDatabase, postgres_dsn: str
) -> None:
    migrated = await own_database(postgres_dsn, service.migrations)
    try:
        expected = await _rights(migrated)
        assert len(expected) > 50
        assert await _rights(await make_database(service.migrations)) == expected
    finally:
        await migrated.db.close()
        await drop(postgres_dsn, migrated.name)


async def test_what_is_written_in_one_copy_is_in_no_other(make_database: MakeDatabase) -> None:
    one, other = await make_database(REGISTRATION.migrations), await make_database(REGISTRATION.migrations)
    connection = await asyncpg.connect(one.admin_url)
    await connection.execute("CREATE TABLE mark (n int)")
    await connection.close()
    found = []
    for own in (one, other, await make_database(REGISTRATION.migrations)):
        connection = await asyncpg.connect(own.admin_url)
        found.append(await connection.fetchval("SELECT to_regclass('mark') IS NOT NULL"))
        await connection.close()
    assert found == [True, False, False]
