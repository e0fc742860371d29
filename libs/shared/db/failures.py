"""Failures of the driver that SQLAlchemy did not wrap, as from COPY."""

import asyncpg

_GONE = ("closed", "closing", "released")


def connection_lost(failure: BaseException) -> bool:
    """Whether the driver says that its connection is gone or unusable; a new one will do.

    ``InternalClientError`` is what it may say of a connection that the server ended between two of its answers.
    ``InterfaceError`` is of many kinds: a wrong argument is one as well, and the text alone tells a connection that
    is gone.
    """
    if isinstance(failure, (asyncpg.InternalClientError, asyncpg.PostgresConnectionError)):
        return True
    return type(failure) is asyncpg.InterfaceError and any(word in str(failure) for word in _GONE)
