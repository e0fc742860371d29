"""Connections to the log's database, with its failures told in the port's words."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, TypeAlias

import asyncpg

from libs.shared.db import connecting
from libs.shared.db.address import Address
from libs.shared.db.limits import ConnectionLimits, WorkLimits
from libs.shared.eventlog.port import LogUnavailable

Connection: TypeAlias = "asyncpg.Connection[Any] | asyncpg.pool.PoolConnectionProxy[Any]"

APPENDING = WorkLimits(statement_seconds=25.0, lock_seconds=15.0, idle_seconds=60.0)
"""Members and the relay wait thirty seconds for the log; a lock is a partition's, held for one append."""

PASSING = ("08", "28", "3D", "40", "53", "55", "57", "58")
"""SQLSTATE classes after which trying again is right: connection, password (it may be rotating), database not made
yet, rollback (deadlock), resources, lock, operator, system."""


@contextmanager
def told_as_unavailable() -> Iterator[None]:
    """Turn what passes by itself into ``LogUnavailable``; a wrong statement or right stays what it is."""
    try:
        yield
    except asyncpg.PostgresError as error:
        if (error.sqlstate or "08")[:2] in PASSING:
            raise LogUnavailable(f"PostgreSQL: {type(error).__name__}") from error
        raise
    except (OSError, TimeoutError, asyncpg.InterfaceError, asyncpg.InternalClientError) as error:
        # The last is what the driver may say of a connection that the server ended between two of its answers.
        raise LogUnavailable(f"PostgreSQL: {type(error).__name__}") from error


class Connections:
    """A small pool, and a connection of its own for listening."""

    def __init__(
        self,
        url: str,
        *,
        client_id: str,
        size: int,
        limits: ConnectionLimits | None = None,
        work: WorkLimits = APPENDING,
    ) -> None:
        self._address = Address.parse(url)
        self._size = size
        self._client_id = client_id
        self._limits = limits or ConnectionLimits()
        self._work = work
        self._pool: asyncpg.Pool[Any] | None = None

    async def _connect(self, *_: object, **__: object) -> connecting.Connection:
        """What the driver's pool calls, with arguments that the address and the limits replace."""
        return await connecting.connect(
            self._address, application_name=self._client_id, limits=self._limits, work=self._work
        )

    async def open(self) -> None:
        """Make the pool and see that the database answers. Raises ``LogUnavailable`` within a few seconds."""
        if self._pool is None:
            self._pool = await asyncpg.create_pool(
                min_size=0, max_size=self._size, connect=self._connect, connection_class=connecting.Connection
            )
        try:
            async with asyncio.timeout(self._limits.connect_seconds), self.connection() as connection:
                await connection.execute("SELECT 1 FROM topic LIMIT 1")
        except asyncpg.UndefinedTableError as error:
            raise LogUnavailable("the eventlog database is not migrated") from error
        except TimeoutError as error:
            raise LogUnavailable("PostgreSQL does not answer") from error

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """One of the pool, for a short while."""
        if self._pool is None:
            raise LogUnavailable("the log is not started")
        with told_as_unavailable():
            try:
                async with self._pool.acquire(timeout=self._work.command_seconds) as connection:
                    yield connection
            except TimeoutError:
                # A server that was silent on one connection is so on those that wait, too: they are opened anew.
                if self._pool is not None:
                    await self._pool.expire_connections()
                raise

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """One of the pool, in a transaction that commits when the block ends well."""
        async with self.connection() as connection, connection.transaction():
            yield connection

    @asynccontextmanager
    async def dedicated(self) -> AsyncIterator[connecting.Connection]:
        """A connection outside the pool, for LISTEN; the server ends it when it is silent."""
        with told_as_unavailable():
            connection = await connecting.connect(
                self._address,
                application_name=self._client_id,
                limits=self._limits,
                silent_seconds=self._limits.idle_session_seconds,
            )
        try:
            yield connection
        finally:
            connection.terminate()

    async def close(self) -> None:
        """Close the pool; what still runs gets five seconds."""
        pool, self._pool = self._pool, None
        if pool is not None:
            try:
                async with asyncio.timeout(5):
                    await pool.close()
            except TimeoutError:
                pool.terminate()
