"""Failures of the driver that SQLAlchemy does not wrap, such as those of COPY."""

import asyncpg

_GONE = ("closed", "closing", "released")


def connection_lost(failure: BaseException) -> bool:
    """Whether the driver reports that its connection is lost or unusable; a new connection will work.

    ``InternalClientError`` may be raised for a connection that the server ended between two answers. ``InterfaceError``
    has many causes, among them a wrong argument; only its text says that the connection is lost.
    """
    if isinstance(failure, (asyncpg.InternalClientError, asyncpg.PostgresConnectionError)):
        return True
    return type(failure) is asyncpg.InterfaceError and any(word in str(failure) for word in _GONE)
