"""SQLAlchemy's pool over our connections: a silent connection is detected, discarded and replaced."""

from contextlib import suppress
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine.interfaces import ExceptionContext
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from libs.shared.db.address import Address
from libs.shared.db.connecting import Connection, connect
from libs.shared.db.limits import ConnectionLimits

_NEW = "skoleloeft_new"


def make_engine(
    address: Address, *, size: int, application_name: str, limits: ConnectionLimits | None = None
) -> AsyncEngine:
    """A pool of at most ``size`` connections. No connection is opened before the first use."""
    limits = limits or ConnectionLimits()

    async def opened() -> Connection:
        return await connect(address, application_name=application_name, limits=limits)

    engine = create_async_engine(
        "postgresql+asyncpg://",
        async_creator=opened,
        pool_size=size,
        max_overflow=0,
        pool_timeout=limits.pool_seconds,
        # Errors of the driver quote values of rows, which must not leave this process.
        hide_parameters=True,
    )
    _ask_before_use(engine, limits.ping_seconds)
    event.listen(engine.sync_engine, "handle_error", discard_silent)
    return engine


def _ask_before_use(engine: AsyncEngine, seconds: float) -> None:
    """Like ``pool_pre_ping``, which would wait for an answer without a limit and would fail the request
    if none comes.
    """

    def connected(_: Any, record: Any) -> None:
        record.info[_NEW] = True

    def taken(pooled: Any, record: Any, _: Any) -> None:
        if record.info.pop(_NEW, False):
            return
        try:
            pooled.run_async(lambda driver: driver.execute("SELECT 1", timeout=seconds))
        except Exception as failure:
            end_at_once(pooled)
            # Other pooled connections may be lost too; each is replaced when it is taken.
            raise InvalidatePoolError from failure

    event.listen(engine.sync_engine, "connect", connected)
    event.listen(engine.sync_engine, "checkout", taken)


def discard_silent(context: ExceptionContext) -> None:
    """Discard a connection on which this side stopped waiting, because its state is unknown."""
    if not isinstance(context.original_exception, TimeoutError):
        return
    context.is_disconnect = True
    context.invalidate_pool_on_disconnect = False
    if context.connection is not None:
        end_at_once(context.connection.connection)


def end_at_once(pooled: Any) -> None:
    """Close a connection without a message to the server, which did not answer before."""
    with suppress(Exception):
        pooled.driver_connection.terminate()
