"""The one list of failures that pass by themselves, with the cause that metrics and the guide for ops name.

A request that meets one is answered 503 with Retry-After, a consumer's partition and a worker's loop wait and go on,
and the event log in PostgreSQL is told as unavailable. Everything else is an error of the program or of the data.
"""

import socket
import ssl
from enum import StrEnum

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from libs.shared.db.failures import connection_lost
from libs.shared.observability.failures import sqlstate


class Cause(StrEnum):
    """Why something cannot be had now."""

    DNS = "dns"
    """The host's name is not resolved."""
    CONNECTION = "connection"
    """Refused, unreachable, or lost under way."""
    TLS = "tls"
    """The other side's certificate is not accepted, or the handshake failed."""
    TIMEOUT = "timeout"
    """No answer in time."""
    POOL = "pool"
    """All connections of this process are in use."""
    PASSWORD = "password"  # noqa: S105 - the name of a cause
    """The server does not let this role in: its password is being changed, or it is not made yet."""
    MISSING = "database_missing"
    """The database is not made yet."""
    SHUTDOWN = "shutdown"
    """The server goes down, comes up, or ended the session."""
    READ_ONLY = "read_only"
    """The server is a replica: a failover is under way."""
    RESOURCES = "resources"
    """Too many connections, no memory or no disk left at the server."""
    SYSTEM = "system"
    """The server's operating system failed it."""
    LOCK = "lock"
    """Another transaction held a lock for too long."""
    CONFLICT = "conflict"
    """A deadlock or a serialization failure: another transaction went first."""
    STATEMENT_TIMEOUT = "statement_timeout"
    """One statement took longer than its limit, or was cancelled by a person."""
    KEY_RETIRED = "key_retired"
    """This process runs with an old key ring: it is to be restarted with the new one."""


_STATES = {
    "25006": Cause.READ_ONLY,
    "55006": Cause.LOCK,
    "55P03": Cause.LOCK,
    "57014": Cause.STATEMENT_TIMEOUT,
    "SK001": Cause.KEY_RETIRED,
}
_CLASSES = {
    "08": Cause.CONNECTION,
    "28": Cause.PASSWORD,
    "3D": Cause.MISSING,
    "40": Cause.CONFLICT,
    "53": Cause.RESOURCES,
    "57": Cause.SHUTDOWN,
    "58": Cause.SYSTEM,
}
_OF_THIS_MACHINE = (FileNotFoundError, FileExistsError, IsADirectoryError, NotADirectoryError, PermissionError)
"""Errors of the operating system that are about files and not about another machine."""


def passing_cause(failure: BaseException) -> Cause | None:
    """Why the failure passes by itself; None if trying again later, unchanged, would not help."""
    state = sqlstate(failure)
    if state is not None:
        return _STATES.get(state) or _CLASSES.get(state[:2])
    if isinstance(failure, PoolTimeout):
        return Cause.POOL
    if isinstance(failure, OSError):
        return _of_system(failure)
    if isinstance(failure, DBAPIError):
        driver = failure.orig.__cause__ if failure.orig is not None else None
        lost = failure.connection_invalidated or (driver is not None and connection_lost(driver))
        return Cause.CONNECTION if lost else None
    return Cause.CONNECTION if connection_lost(failure) else None


def _of_system(failure: OSError) -> Cause | None:
    if isinstance(failure, socket.gaierror):
        return Cause.DNS
    if isinstance(failure, ssl.SSLError):
        return Cause.TLS
    if isinstance(failure, TimeoutError):
        return Cause.TIMEOUT
    return None if isinstance(failure, _OF_THIS_MACHINE) else Cause.CONNECTION
