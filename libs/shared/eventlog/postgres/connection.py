"""Connections to the log's database, with its failures told in the port's words."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, TypeAlias

import asyncpg

from libs.shared.db.passing import passing_cause
from libs.shared.eventlog.port import LogUnavailable

Connection: TypeAlias = "asyncpg.Connection[Any] | asyncpg.pool.PoolConnectionProxy[Any]"

CONNECT_SECONDS = 5.0
COMMAND_SECONDS = 30.0


@contextmanager
def told_as_unavailable() -> Iterator[None]:
    """Turn what passes by itself into ``LogUnavailable``; a wrong statement or right stays what it is."""
    try:
        yield
    except Exception as error:
        if passing_cause(error) is None:
            raise
        raise LogUnavailable(f"PostgreSQL: {type(error).__name__}") from error


class Connections:
    """A small pool, and a connection of its own for listening."""

    def __init__(self, url: str, *, client_id: str, size: int) -> None:
        self._url = url
        self._size = size
        self._settings = {
            "application_name": client_id,
            "statement_timeout": "30s",
            "lock_timeout": "15s",
            "idle_in_transaction_session_timeout": "60s",
        }
        self._pool: asyncpg.Pool[Any] | None = None

    async def open(self) -> None:
        """Make the pool and see that the database answers. Raises ``LogUnavailable`` within a few seconds."""
        if self._pool is None:
            self._pool = await asyncpg.create_pool(
                self._url,
                min_size=0,
                max_size=self._size,
                timeout=CONNECT_SECONDS,
                command_timeout=COMMAND_SECONDS,
                server_settings=self._settings,
            )
        try:
            async with asyncio.timeout(CONNECT_SECONDS), self.connection() as connection:
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
            async with self._pool.acquire(timeout=CONNECT_SECONDS + COMMAND_SECONDS) as connection:
                yield connection

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """One of the pool, in a transaction that commits when the block ends well."""
        async with self.connection() as connection, connection.transaction():
            yield connection

    async def dedicated(self) -> "asyncpg.Connection[Any]":
        """A connection outside the pool, for LISTEN; the caller closes it."""
        with told_as_unavailable():
            return await asyncpg.connect(self._url, timeout=CONNECT_SECONDS, server_settings=self._settings)

    async def close(self) -> None:
        """Close the pool; what still runs gets five seconds."""
        pool, self._pool = self._pool, None
        if pool is not None:
            try:
                async with asyncio.timeout(5):
                    await pool.close()
            except TimeoutError:
                pool.terminate()
