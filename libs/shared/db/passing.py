"""The list of failures that pass by themselves, each with the cause that metrics and the ops guide name.

A request that meets one is answered 503 with Retry-After, the partitions of a consumer and the loops of a worker wait
and continue, and the event log in PostgreSQL counts as unavailable. Every other failure is an error of the program or
the data.
"""

import socket
import ssl
from enum import StrEnum

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from libs.shared.db.failures import connection_lost
from libs.shared.observability.failures import sqlstate


class Cause(StrEnum):
    """Why something is unavailable now."""

    DNS = "dns"
    """The host name cannot be resolved."""
    CONNECTION = "connection"
    """The connection was refused, is unreachable, or was lost."""
    TLS = "tls"
    """The other side's certificate is not accepted, or the TLS handshake failed."""
    TIMEOUT = "timeout"
    """There was no answer in time."""
    POOL = "pool"
    """All connections of this process are in use."""
    PASSWORD = "password"  # noqa: S105 - the name of a cause
    """The server does not accept this role: its password is being changed, or it does not exist yet."""
    MISSING = "database_missing"
    """The database does not exist yet."""
    SHUTDOWN = "shutdown"
    """The server is stopping or starting, or has ended the session."""
    READ_ONLY = "read_only"
    """The server is a replica: a failover is under way."""
    RESOURCES = "resources"
    """The server has too many connections, no memory or no disk space left."""
    SYSTEM = "system"
    """The operating system of the server reported an error."""
    LOCK = "lock"
    """Another transaction held a lock for too long."""
    CONFLICT = "conflict"
    """A deadlock or a serialization failure: another transaction was preferred."""
    STATEMENT_TIMEOUT = "statement_timeout"
    """A statement took longer than its limit, or a person cancelled it."""
    KEY_RETIRED = "key_retired"
    """This process runs with an old key ring and must be restarted with the new one."""


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
"""Errors of the operating system about local files and not about another machine."""


def passing_cause(failure: BaseException) -> Cause | None:
    """The cause if the failure passes by itself; None if trying again later, unchanged, would not help."""
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
