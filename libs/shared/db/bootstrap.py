"""Roles and databases, made once per server by a superuser; ``migrate`` never makes them.

For each database there are two roles: the owner, which migrates, and the application role, which owns nothing
and cannot pass row-level security. Both come from the services' own addresses, so a password stands in one place.
Running it again changes only what differs (it is how a password is rotated).
"""

from dataclasses import dataclass
from typing import Any

import asyncpg
from sqlalchemy import make_url

LOCK = 7_305_001


@dataclass(frozen=True, slots=True)
class DatabaseRoles:
    """A database with the addresses its owner and its application role use."""

    owner_url: str
    app_url: str

    @property
    def name(self) -> str:
        """The database's name. Raises ``ValueError`` if the two addresses differ in it."""
        owner, app = make_url(self.owner_url), make_url(self.app_url)
        if not owner.database or owner.database != app.database:
            raise ValueError("owner and application address must name the same database")
        return owner.database


async def _format(connection: "asyncpg.Connection[Any]", template: str, *values: str) -> str:
    placeholders = ", ".join(f"${i + 2}::text" for i in range(len(values)))
    return str(await connection.fetchval(f"SELECT format($1, {placeholders})", template, *values))


async def _role(connection: "asyncpg.Connection[Any]", url: str) -> str:
    parsed = make_url(url)
    name, password = parsed.username, parsed.password
    if not name or not password:
        raise ValueError("an address must carry user and password")
    known = await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", name)
    verb = "ALTER" if known else "CREATE"
    await connection.execute(
        await _format(
            connection,
            f"{verb} ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD %L",
            name,
            str(password),
        )
    )
    return name


async def bootstrap(admin_url: str, databases: list[DatabaseRoles]) -> list[str]:
    """Make roles and databases; returns one line per database. ``admin_url`` is a superuser's."""
    lines = []
    connection = await asyncpg.connect(admin_url, timeout=10)
    try:
        await connection.execute(f"SELECT pg_advisory_lock({LOCK})")
        for entry in databases:
            owner = await _role(connection, entry.owner_url)
            app = await _role(connection, entry.app_url)
            made = not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", entry.name)
            if made:
                # From template0 and in UTF-8, whatever the server's own locale is.
                create = "CREATE DATABASE %I OWNER %I TEMPLATE template0 ENCODING 'UTF8'"
                await connection.execute(await _format(connection, create, entry.name, owner))
            for template, *names in (
                ("REVOKE ALL ON DATABASE %I FROM PUBLIC", entry.name),
                ("GRANT CONNECT, TEMPORARY ON DATABASE %I TO %I", entry.name, app),
            ):
                await connection.execute(await _format(connection, template, *names))
            await _schema(admin_url, entry.name, owner, app)
            lines.append(f"{entry.name}: {'created' if made else 'present'}, roles {owner} and {app}")
    finally:
        await connection.close()
    return lines


async def _schema(admin_url: str, database: str, owner: str, app: str) -> None:
    url = make_url(admin_url).set(database=database).render_as_string(hide_password=False)
    connection = await asyncpg.connect(url, timeout=10)
    try:
        for template, *names in (
            ("REVOKE ALL ON SCHEMA public FROM PUBLIC",),
            ("ALTER SCHEMA public OWNER TO %I", owner),
            ("GRANT USAGE ON SCHEMA public TO %I", app),
            (
                "ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA public "
                "GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO %I",
                owner,
                app,
            ),
            (
                "ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO %I",
                owner,
                app,
            ),
        ):
            statement = await _format(connection, template, *names) if names else template
            await connection.execute(statement)
    finally:
        await connection.close()
