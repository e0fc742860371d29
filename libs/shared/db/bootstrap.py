"""Creates roles and databases, once per server and as an administrator; ``migrate`` never creates them.

The administrator needs only CREATEROLE and CREATEDB (PostgreSQL 16 and later). Names and passwords come from the
services' own addresses, so a password is stored in one place. Running it again changes only what differs; see
``roles`` for how a password is rotated.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

from libs.shared.db import script
from libs.shared.db.address import Address
from libs.shared.db.connecting import Connection, connect
from libs.shared.db.limits import WorkLimits
from libs.shared.db.locks import Lock, hold
from libs.shared.db.roles import DatabaseRoles, Roles

LOCK_WAIT_SECONDS = 120.0
ENDING_SECONDS = 60.0
"""Seconds for which a replaced pod may still finish its requests."""
MAKING = WorkLimits(statement_seconds=300.0, lock_seconds=30.0)
"""Longer than for requests, as PostgreSQL copies the template file by file to create a database."""

__all__ = ["DatabaseRoles", "bootstrap", "retire"]


async def bootstrap(admin_url: str, databases: Sequence[Roles]) -> list[str]:
    """Create roles and databases; returns one line per database.

    Raises ``AddressRefused``, ``asyncpg.PostgresError`` if the administrator lacks a right, and ``TimeoutError`` if
    another bootstrap holds the lock for two minutes.
    """
    parts = list(script.make(databases))
    async with _administrator(admin_url) as admin:
        there = {row["datname"] for row in await admin.fetch("SELECT datname FROM pg_database")}
        await _run(admin, Address.parse(admin_url), parts, there)
    return [_made(entry, there) for entry in databases]


def _made(entry: Roles, there: set[str]) -> str:
    state = "present" if entry.name in there else "created"
    apps = [app.name for app in entry.apps]
    return f"{entry.name}: {state}, roles {', '.join([entry.owner.name, *apps[:-1]])} and {apps[-1]}"


async def retire(admin_url: str, databases: Sequence[Roles], *, wait_seconds: float = ENDING_SECONDS) -> list[str]:
    """End the logins that no address names any more; returns a line for each.

    Raises the errors of ``bootstrap``. No login is ended if one of them is still in use after ``wait_seconds``.
    """
    logins = [login for entry in databases for login in (entry.owner, *entry.apps)]
    async with _administrator(admin_url) as admin:
        found = await admin.fetch(
            "SELECT rolname FROM pg_roles WHERE rolcanlogin AND rolname = ANY($1::text[])",
            [login.other for login in logins],
        )
        await _until_unused(admin, [login.other for login in logins], wait_seconds)
        await _run(admin, Address.parse(admin_url), script.retire(databases), set())
    return [f"{row['rolname']}: can no longer log in" for row in found] or ["no login was left to retire"]


async def _until_unused(admin: Connection, names: list[str], wait_seconds: float) -> None:
    """Wait for processes that are about to end; the script refuses if others still run afterwards."""
    deadline = time.monotonic() + wait_seconds
    used = "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE usename = ANY($1::text[]))"
    while time.monotonic() < deadline and await admin.fetchval(used, names):  # noqa: ASYNC110 - told by no event
        await asyncio.sleep(1)


@asynccontextmanager
async def _administrator(url: str) -> AsyncIterator[Connection]:
    connection = await connect(Address.parse(url), application_name="bootstrap", work=MAKING)
    try:
        await hold(connection, Lock.BOOTSTRAP, wait_seconds=LOCK_WAIT_SECONDS)
        yield connection
    finally:
        await connection.close()


async def _run(admin: Connection, address: Address, parts: Iterable[script.Part], there: set[str]) -> None:
    inside: Connection | None = None
    try:
        for part in parts:
            match part:
                case script.Statement(sql):
                    await (inside or admin).execute(sql)
                case script.MakeDatabase(name, _):
                    if name not in there:
                        await admin.execute(part.sql)
                case script.Connect(None):
                    if inside is not None:
                        await inside.close()
                    inside = None
                case script.Connect(str(database)):
                    inside = await connect(
                        replace(address, database=database), application_name="bootstrap", work=MAKING
                    )
    finally:
        if inside is not None:
            inside.terminate()
