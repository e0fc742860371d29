"""Every advisory lock of the platform, by name, so that no number is used twice.

Advisory locks are per database, so two services never wait for each other. Session-level locks are taken on a
connection outside the pools. Transaction-level locks end with their transaction; only these are taken on a pooled
connection.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from enum import IntEnum, unique
from typing import Any, Protocol

import asyncpg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession


@unique
class Lock(IntEnum):
    """The register. A number is never used again for something else."""

    BOOTSTRAP = 7_305_001
    """Roles and databases are being made; on the administrator's database."""
    MIGRATE = 7_305_002
    """A service's database is being migrated."""
    RELAY = 7_305_003
    """Held by a service's active relay."""
    PARKING = 7_305_004
    """With a municipality: its parked rows are being replayed."""
    ROSTER = 7_305_005
    """With a municipality: its pupils or classes are being changed."""
    REBUILD = 7_305_006
    """Held by the worker that rebuilds a service's read models."""
    REPORTS = 7_305_007
    """With a municipality: held while its reported months are written, and while the months' absence is counted."""
    GRANT = 7_305_008
    """With a municipality: the budget of one of its projects is being approved against a grant."""
    INSTITUTION_NUMBERS = 7_305_009
    """The secretariat decides about an institution number."""
    MUNICIPALITY = 7_305_010
    """With a municipality: whether it takes part is being changed."""
    COURSE_CODES = 7_305_031
    """With a municipality: one of its courses gets its code."""
    RELEASES = 7_305_021
    """Held by the worker that builds deliveries, on a connection outside the pool, so that one worker builds at a time.
    """
    RELEASE = 7_305_022
    """Held to the end of the transaction that adds a release, which is refused if another one was added meanwhile."""
    EVENTLOG_TIDY = 7_305_011
    """The embedded event log is being compacted."""
    EVENTLOG_MIGRATE = 7_305_012
    """The embedded event log's database is being migrated."""


class _Driver(Protocol):
    """The method of the driver's connection that is used."""

    async def fetchval(self, query: str, *args: object) -> Any:
        """One value."""


async def try_hold(connection: _Driver, lock: Lock) -> bool:
    """Hold the lock until the connection ends or it is released; False if another connection holds it."""
    return bool(await connection.fetchval("SELECT pg_try_advisory_lock($1)", lock))


@asynccontextmanager
async def held_if_free(connection: _Driver, lock: Lock) -> AsyncIterator[bool]:
    """Hold the lock to the end of the block; False if another connection holds it."""
    held = await try_hold(connection, lock)
    try:
        yield held
    finally:
        if held:
            # If the connection was lost, PostgreSQL has released the lock already.
            with suppress(OSError, asyncpg.InterfaceError, asyncpg.PostgresError, TimeoutError):
                await connection.fetchval("SELECT pg_advisory_unlock($1)", lock)


async def hold(connection: _Driver, lock: Lock, *, wait_seconds: float, every: float = 0.2) -> None:
    """Hold the lock until the connection ends. Raises ``TimeoutError`` if it is not free in time."""
    async with asyncio.timeout(wait_seconds):
        # The lock is in PostgreSQL: no asyncio event can say when it is released.
        while not await try_hold(connection, lock):  # noqa: ASYNC110 - see above
            await asyncio.sleep(every)


async def hold_in_transaction(
    session: AsyncSession, lock: Lock, municipality_code: str | None = None, *, shared: bool = False
) -> None:
    """Wait for the lock, or for that of a municipality, and hold it until the transaction ends."""
    taken = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
    if municipality_code is None:
        await session.execute(text(f"SELECT {taken}(:lock)"), {"lock": int(lock)})
        return
    await session.execute(text(f"SELECT {taken}(:lock, :code)"), {"lock": int(lock), "code": int(municipality_code)})


async def try_hold_in_transaction(session: AsyncSession, lock: Lock, municipality_code: str | None = None) -> bool:
    """Hold the lock, or that of a municipality, until the transaction ends; False if another connection holds it."""
    if municipality_code is None:
        found = await session.execute(text("SELECT pg_try_advisory_xact_lock(:lock)"), {"lock": int(lock)})
    else:
        given = {"lock": int(lock), "code": int(municipality_code)}
        found = await session.execute(text("SELECT pg_try_advisory_xact_lock(:lock, :code)"), given)
    return bool(found.scalar_one())
