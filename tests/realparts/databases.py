"""Databases of one's own on the session's PostgreSQL, with the two roles every service has."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import make_url

from libs.shared.contracts.topics import SERVICES
from libs.shared.db.bootstrap import DatabaseRoles, bootstrap
from libs.shared.db.database import Database
from libs.shared.db.migrate import migrate
from libs.shared.db.roles import SharedRoles

_USERS = ("owner", "app", *SERVICES)


@dataclass(frozen=True)
class OwnDatabase:
    """A fresh database: its addresses, and a ``Database`` as the application role."""

    name: str
    owner_url: str
    app_url: str
    admin_url: str
    db: Database


MakeDatabase = Callable[..., Awaitable[OwnDatabase]]


def roles_of(admin_url: str, name: str) -> DatabaseRoles:
    """Addresses for a database and its two roles on the server of ``admin_url``."""
    base = make_url(admin_url).set(database=name)

    def address(role: str) -> str:
        made = base.set(username=f"{name}_{role}", password=secrets.token_urlsafe(12))
        return made.render_as_string(hide_password=False)

    return DatabaseRoles(owner_url=address("owner"), app_url=address("app"))


def log_roles_of(admin_url: str, name: str) -> SharedRoles:
    """The same for an event log, with a role for each service."""
    base = make_url(admin_url).set(database=name)

    def address(role: str) -> str:
        made = base.set(username=f"{name}_{role}", password=secrets.token_urlsafe(12))
        return made.render_as_string(hide_password=False)

    return SharedRoles(owner_url=address("owner"), app_urls=tuple(map(address, SERVICES)))


async def drop(admin_url: str, name: str) -> None:
    """Remove the database and its roles."""
    connection = await asyncpg.connect(admin_url)
    try:
        await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        for role in (*(f"{user}_b" for user in _USERS), *_USERS):
            await connection.execute(f'DROP ROLE IF EXISTS "{name}_{role}"')
    finally:
        await connection.close()


async def own_database(admin_dsn: str, migrations: Path | None = None, *, pool: int = 5) -> OwnDatabase:
    """A database of one's own on this server, migrated if there are migrations."""
    name = f"t_{secrets.token_hex(6)}"
    roles = roles_of(admin_dsn, name)
    await bootstrap(admin_dsn, [roles])
    if migrations is not None:
        await migrate(migrations, roles.owner_url)
    admin = make_url(admin_dsn).set(database=name).render_as_string(hide_password=False)
    return OwnDatabase(name, roles.owner_url, roles.app_url, admin, Database(roles.app_url, pool=pool))


@pytest.fixture
async def make_database(postgres_dsn: str) -> AsyncIterator[MakeDatabase]:
    """A function ``make(migrations=None, pool=5)`` that gives a migrated database of one's own."""
    made: list[OwnDatabase] = []

    async def make(migrations: Path | None = None, *, pool: int = 5) -> OwnDatabase:
        own = await own_database(postgres_dsn, migrations, pool=pool)
        made.append(own)
        return own

    yield make
    for own in made:
        await own.db.close()
        async with asyncio.timeout(30):
            await drop(postgres_dsn, own.name)
