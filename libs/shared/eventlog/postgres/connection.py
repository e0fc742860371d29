"""Connections to the log's database, with failures translated into the port's errors."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, TypeAlias

import asyncpg

from libs.shared.db import connecting
from libs.shared.db.address import Address
from libs.shared.db.limits import ConnectionLimits, WorkLimits
from libs.shared.db.passing import passing_cause
from libs.shared.eventlog.port import LogUnavailable

Connection: TypeAlias = "asyncpg.Connection[Any] | asyncpg.pool.PoolConnectionProxy[Any]"

APPENDING = WorkLimits(statement_seconds=25.0, lock_seconds=15.0, idle_seconds=60.0)
"""Members and the relay wait thirty seconds for the log. The locks are those of partitions, held for one append."""


@contextmanager
def told_as_unavailable() -> Iterator[None]:
    """Turn failures that pass by themselves into ``LogUnavailable``; a wrong statement or a missing right is raised as
    it is.
    """
    try:
        yield
    except Exception as error:
        if passing_cause(error) is None:
            raise
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
        self._making = asyncio.Lock()
        self._closed = False

    async def _made(self) -> "asyncpg.Pool[Any]":
        """The pool, made at its first use; it holds no connection until one is needed."""
        async with self._making:
            if self._closed:
                raise LogUnavailable("the log is closed")
            if self._pool is None:
                self._pool = await asyncpg.create_pool(
                    min_size=0, max_size=self._size, connect=self._connect, connection_class=connecting.Connection
                )
            return self._pool

    async def _connect(self, *_: object, **__: object) -> connecting.Connection:
        """The connect function of the driver's pool; the address and the limits replace its arguments."""
        return await connecting.connect(
            self._address, application_name=self._client_id, limits=self._limits, work=self._work
        )

    async def open(self) -> None:
        """Check that the database answers. Raises ``LogUnavailable`` within a few seconds."""
        try:
            async with asyncio.timeout(self._limits.connect_seconds), self.connection() as connection:
                await connection.execute("SELECT 1 FROM topic LIMIT 1")
        except asyncpg.UndefinedTableError as error:
            raise LogUnavailable("the eventlog database is not migrated") from error
        except TimeoutError as error:
            raise LogUnavailable("PostgreSQL does not answer") from error

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """A connection of the pool, for a short time. Raises ``LogUnavailable``."""
        with told_as_unavailable():
            pool = await self._made()
            try:
                async with pool.acquire(timeout=self._work.command_seconds) as connection:
                    yield connection
            except TimeoutError:
                # If the server was silent on one connection, the idle ones are replaced too.
                await pool.expire_connections()
                raise

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """A connection of the pool in a transaction, which is committed unless the block raises."""
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
        """Close the pool; statements that still run get five seconds."""
        self._closed = True
        pool, self._pool = self._pool, None
        if pool is not None:
            try:
                async with asyncio.timeout(5):
                    await pool.close()
            except TimeoutError:
                pool.terminate()
