"""Databases of one's own, copied from one that was made for the whole session.

To migrate a database takes longer than to copy one, and nearly every test asks for one. The template is made as a
service's database is made, by the bootstrap and the migrations; a copy has its tables, rights and owners. What stands
beside a database on the server is not in it: a copy shares the roles of its template, and gets its rights to connect
from here.
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
        """A database of one's own with these tables. It goes by ``drop``, its roles by ``close``."""
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
        await made.db.close()  # a database that somebody is connected to cannot be copied
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
    """A function ``make(tables=None, pool=5)`` that gives a database of one's own, with tables if any are named.

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
