"""Databases for single tests, copied from a template that is made once per session.

Copying a database is faster than migrating one, and nearly every test needs one. The template is made as a service's
database is made, by the bootstrap and the migrations; a copy has its tables, rights and owners. PostgreSQL does not
copy roles and rights to connect with a database: a copy shares the roles of its template, and ``Templates.copy`` grants
the rights to connect.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator

import asyncpg
import pytest

from tests.realparts.databases import MakeDatabase, OwnDatabase, Tables, drop, new_name, own_database


class Templates:
    """The session's templates on one server, made when they are first asked for."""

    def __init__(self, admin_url: str) -> None:
        self._admin_url = admin_url
        self._made: dict[Tables, OwnDatabase] = {}

    async def copy(self, tables: Tables, *, pool: int) -> OwnDatabase:
        """A new database with these tables. ``drop`` removes it; ``close`` removes its roles."""
        template = self._made.get(tables) or await self._make(tables)
        copied = template.named(new_name(), pool=pool)
        app = f"{template.name}_app"
        connection = await asyncpg.connect(self._admin_url)
        try:
            await connection.execute(
                f'CREATE DATABASE "{copied.name}" OWNER "{template.name}_owner" TEMPLATE "{template.name}"'
            )
            await connection.execute(f'REVOKE ALL ON DATABASE "{copied.name}" FROM PUBLIC')
            await connection.execute(f'GRANT CONNECT, TEMPORARY ON DATABASE "{copied.name}" TO "{app}"')
        finally:
            await connection.close()
        return copied

    async def _make(self, tables: Tables) -> OwnDatabase:
        made = await own_database(self._admin_url, tables)
        await made.db.close()  # PostgreSQL cannot copy a database that has connections
        self._made[tables] = made
        return made

    async def close(self) -> None:
        """Remove the templates and their roles."""
        for template in self._made.values():
            await drop(self._admin_url, template.name)


@pytest.fixture(scope="session")
def templates(postgres_dsn: str) -> Iterator[Templates]:
    """The templates on the session's server."""
    made = Templates(postgres_dsn)
    yield made
    asyncio.run(made.close())


@pytest.fixture
async def make_database(postgres_dsn: str, templates: Templates) -> AsyncIterator[MakeDatabase]:
    """A function ``make(tables=None, pool=5)`` that returns a new database, with tables if any are named.

    Without tables it has roles of its own too, which a test may change.
    """
    made: list[OwnDatabase] = []

    async def make(tables: Tables | None = None, *, pool: int = 5) -> OwnDatabase:
        own = await (own_database(postgres_dsn, pool=pool) if tables is None else templates.copy(tables, pool=pool))
        made.append(own)
        return own

    yield make
    for own in made:
        await own.db.close()
        async with asyncio.timeout(30):
            await drop(postgres_dsn, own.name)
