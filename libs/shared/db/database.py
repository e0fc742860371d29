"""The one way to a session. Whoever opens a transaction here is the edge that commits it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import asyncpg
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from libs.shared.db.scope import NOBODY, Scope

_SET_SCOPE = text(
    "SELECT set_config('skoleloeft.municipalities', :codes, true), set_config('skoleloeft.access', :access, true)"
)


class ReadSession(AsyncSession):
    """A session in a read-only transaction; PostgreSQL refuses writes in it."""


class WriteSession(ReadSession):
    """A session in a transaction that the edge commits. Code that holds one never commits."""


class Database:
    """A pool of connections as the application role.

    ``url`` is ``postgresql://user:password@host:port/database``; ``pool`` the most connections held at once.
    Nothing connects before the first session.
    """

    def __init__(self, url: str, *, pool: int = 5, application_name: str = "skoleloeft") -> None:
        self.url = url
        self._application_name = application_name
        self.engine: AsyncEngine = create_async_engine(
            make_url(url).set(drivername="postgresql+asyncpg"),
            pool_size=pool,
            max_overflow=0,
            pool_timeout=30,
            pool_pre_ping=True,
            connect_args={"server_settings": {"application_name": application_name}, "timeout": 10},
            # Errors of the driver quote row values; they must not travel further than this process.
            hide_parameters=True,
        )

    @asynccontextmanager
    async def write(self, scope: Scope = NOBODY) -> AsyncIterator[WriteSession]:
        """A transaction as ``scope``: committed at the end of the block, rolled back on any exception."""
        async with WriteSession(self.engine, expire_on_commit=False) as session, session.begin():
            await set_scope(session, scope)
            yield session

    @asynccontextmanager
    async def read(self, scope: Scope = NOBODY) -> AsyncIterator[ReadSession]:
        """A read-only transaction as ``scope``."""
        async with ReadSession(self.engine, expire_on_commit=False) as session, session.begin():
            await session.execute(text("SET TRANSACTION READ ONLY"))
            await set_scope(session, scope)
            yield session

    @asynccontextmanager
    async def dedicated(self) -> AsyncIterator["asyncpg.Connection[Any]"]:
        """A connection of its own outside the pool, for LISTEN and session-level advisory locks."""
        connection = await asyncpg.connect(
            self.url, timeout=10, server_settings={"application_name": f"{self._application_name}-dedicated"}
        )
        try:
            yield connection
        finally:
            connection.terminate()

    async def check(self) -> None:
        """For readiness: raises if the database cannot be reached."""
        async with self.read() as session:
            await session.execute(text("SELECT 1"))

    async def close(self) -> None:
        """Close every pooled connection."""
        await self.engine.dispose()


async def set_scope(session: ReadSession, scope: Scope) -> None:
    """Change the transaction's tenant context; it ends with the transaction."""
    codes = ",".join(sorted(scope.municipality_codes))
    await session.execute(_SET_SCOPE, {"codes": codes, "access": scope.access or ""})


async def raw(session: ReadSession) -> "asyncpg.Connection[Any]":
    """The driver's connection under a session, in the same transaction (for COPY)."""
    connection = await (await session.connection()).get_raw_connection()
    return cast("asyncpg.Connection[Any]", connection.driver_connection)
