"""Failures of the driver that SQLAlchemy did not wrap, as from COPY."""

import asyncpg


def connection_lost(failure: BaseException) -> bool:
    """Whether the driver says that its connection is gone or unusable; a new one will do.

    ``InternalClientError`` is what it may say of a connection that the server ended between two of its answers.
    """
    return isinstance(failure, (asyncpg.InterfaceError, asyncpg.InternalClientError, asyncpg.PostgresConnectionError))
