"""Databases for single tests on the session's PostgreSQL, with the two roles every service has."""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import asyncpg
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

    def named(self, name: str, *, pool: int) -> "OwnDatabase":
        """Another database of the same roles."""
        owner, app, admin = (
            make_url(url).set(database=name).render_as_string(hide_password=False)
            for url in (self.owner_url, self.app_url, self.admin_url)
        )
        return OwnDatabase(name, owner, app, admin, Database(app, pool=pool))


MakeDatabase = Callable[..., Awaitable[OwnDatabase]]
Tables = Path | Callable[[str], Awaitable[None]]
"""What makes the tables of a database: a folder of migrations, or a function that gets the owner's address."""


def new_name() -> str:
    """A name that no other database has."""
    return f"t_{secrets.token_hex(6)}"


def roles_of(admin_url: str, name: str) -> DatabaseRoles:
    """Addresses for a database and its two roles on the server of ``admin_url``."""
    base = make_url(admin_url).set(database=name)

    def address(role: str) -> str:
        made = base.set(username=f"{name}_{role}", password=secrets.token_urlsafe(12))
        return made.render_as_string(hide_password=False)

    return DatabaseRoles(owner_url=address("owner"), app_url=address("app"))


def log_roles_of(admin_url: str, name: str) -> SharedRoles:
    """Addresses for an event log's database, with a role for each service."""
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


async def own_database(admin_dsn: str, tables: Tables | None = None, *, pool: int = 5) -> OwnDatabase:
    """A new database with its own roles on this server, with tables if any are named."""
    name = new_name()
    roles = roles_of(admin_dsn, name)
    await bootstrap(admin_dsn, [roles])
    if isinstance(tables, Path):
        await migrate(tables, roles.owner_url)
    elif tables is not None:
        await tables(roles.owner_url)
    admin = make_url(admin_dsn).set(database=name).render_as_string(hide_password=False)
    return OwnDatabase(name, roles.owner_url, roles.app_url, admin, Database(roles.app_url, pool=pool))
