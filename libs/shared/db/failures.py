"""Failures of the driver that SQLAlchemy did not wrap, as from COPY."""

import asyncpg


def connection_lost(failure: BaseException) -> bool:
    """Whether the driver says that its connection is gone or unusable; a new one will do."""
    return isinstance(failure, (asyncpg.InterfaceError, asyncpg.PostgresConnectionError))
