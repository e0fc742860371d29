"""The only way to get a session. The code that opens a transaction here is the edge that commits it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from copy import copy
from typing import Self, TypeVar, cast

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from libs.shared.db.address import Address
from libs.shared.db.connecting import Connection, connect
from libs.shared.db.limits import ConnectionLimits, WorkLimits
from libs.shared.db.pool import end_at_once, make_engine
from libs.shared.db.scope import NOBODY, Scope

_SET_SCOPE = text(
    "SELECT set_config('skoleloeft.municipalities', :codes, true), set_config('skoleloeft.access', :access, true)"
)
_BEGIN = text(
    "SELECT set_config('skoleloeft.municipalities', :codes, true), set_config('skoleloeft.access', :access, true),"
    " set_config('statement_timeout', :statement_timeout, true), set_config('lock_timeout', :lock_timeout, true),"
    " set_config('idle_in_transaction_session_timeout', :idle_in_transaction_session_timeout, true)"
)


class ReadSession(AsyncSession):
    """A session in a read-only transaction; PostgreSQL refuses writes in it."""


class WriteSession(ReadSession):
    """A session in a transaction that the edge commits. Code that holds one never commits."""


_S = TypeVar("_S", bound=ReadSession)


class Database:
    """A pool of connections as the application role.

    ``url`` is an address (see ``address``) and ``pool`` the largest number of open connections. ``limits`` apply to
    connections and ``work`` to each transaction. No connection is opened before the first session.
    Raises ``AddressRefused``.
    """

    def __init__(
        self,
        url: str,
        *,
        pool: int = 5,
        application_name: str = "skoleloeft",
        limits: ConnectionLimits | None = None,
        work: WorkLimits | None = None,
    ) -> None:
        self.url = url
        self._address = Address.parse(url)
        self._application_name = application_name
        self._limits = limits or ConnectionLimits()
        self._work = work or WorkLimits()
        self.engine = make_engine(self._address, size=pool, application_name=application_name, limits=self._limits)

    def within(self, work: WorkLimits) -> Self:
        """The same pool, for transactions with other limits."""
        other = copy(self)
        other._work = work
        return other

    @asynccontextmanager
    async def write(self, scope: Scope = NOBODY) -> AsyncIterator[WriteSession]:
        """A transaction with this scope: committed at the end of the block, rolled back on any exception."""
        async with self._transaction(WriteSession(self.engine, expire_on_commit=False)) as session:
            await session.execute(_BEGIN, self._values(scope))
            yield session

    @asynccontextmanager
    async def read(self, scope: Scope = NOBODY, **options: str | bool) -> AsyncIterator[ReadSession]:
        """A read-only transaction with this scope; ``options`` are SQLAlchemy's execution options of the connection."""
        options["postgresql_readonly"] = True
        async with self._transaction(ReadSession(self.engine, expire_on_commit=False), **options) as session:
            await session.execute(_BEGIN, self._values(scope))
            yield session

    @asynccontextmanager
    async def moment(self, scope: Scope = NOBODY) -> AsyncIterator[ReadSession]:
        """A read-only transaction with this scope whose statements all see the same snapshot (REPEATABLE READ)."""
        async with self.read(scope, isolation_level="REPEATABLE READ") as session:
            yield session

    @asynccontextmanager
    async def _transaction(self, made: _S, **options: str | bool) -> AsyncIterator[_S]:
        async with made as session, session.begin():
            await session.connection(execution_options=options)
            # Before the first statement, as the previous user of the connection may have had a wider scope.
            (await raw(session)).allow(self._work.command_seconds)
            try:
                yield session
            except TimeoutError:
                # An error of the driver itself (see ``raw``): its connection may be in an undefined state.
                with suppress(Exception):
                    end_at_once(await (await session.connection()).get_raw_connection())
                await session.invalidate()
                raise

    def _values(self, scope: Scope) -> dict[str, str]:
        return _scope_values(scope) | self._work.settings()

    @asynccontextmanager
    async def dedicated(self, *, silent_seconds: float | None = None) -> AsyncIterator[Connection]:
        """A connection outside the pool, for LISTEN and session-level advisory locks.

        The server ends it, and releases its locks, when it receives no statement for ``silent_seconds``, by default the
        limits' ``idle_session_seconds``. The holder of a lock must send statements more often, or set the time that its
        longest step may take.
        """
        connection = await connect(
            self._address,
            application_name=f"{self._application_name}-dedicated",
            limits=self._limits,
            silent_seconds=silent_seconds or self._limits.idle_session_seconds,
        )
        try:
            yield connection
        finally:
            connection.terminate()

    async def check(self) -> None:
        """For readiness. Raises if the database cannot be reached."""
        async with self.read() as session:
            await session.execute(text("SELECT 1"))

    async def close(self) -> None:
        """Close every pooled connection."""
        await self.engine.dispose()


async def set_scope(session: ReadSession, scope: Scope) -> None:
    """Change the transaction's tenant context; it ends with the transaction."""
    await session.execute(_SET_SCOPE, _scope_values(scope))


def _scope_values(scope: Scope) -> dict[str, str]:
    return {"codes": ",".join(sorted(scope.municipality_codes)), "access": scope.access or ""}


async def raw(session: ReadSession) -> Connection:
    """The driver's connection under a session, in the same transaction (for COPY)."""
    connection = await (await session.connection()).get_raw_connection()
    return cast("Connection", connection.driver_connection)
