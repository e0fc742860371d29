"""The transient failures that no real server can be made to produce."""

import errno
import socket
import ssl

import asyncpg
import pytest
from sqlalchemy.exc import TimeoutError as PoolTimeout

from libs.shared.db.passing import Cause, passing_cause
from libs.shared.eventlog.port import LogUnavailable
from libs.shared.eventlog.postgres.connection import told_as_unavailable
from libs.shared.events.failures import passes

STATES = {
    "08006": Cause.CONNECTION,
    "25006": Cause.READ_ONLY,
    "28000": Cause.PASSWORD,
    "28P01": Cause.PASSWORD,
    "3D000": Cause.MISSING,
    "40001": Cause.CONFLICT,
    "40P01": Cause.CONFLICT,
    "53100": Cause.RESOURCES,
    "53300": Cause.RESOURCES,
    "55006": Cause.LOCK,
    "55P03": Cause.LOCK,
    "57P01": Cause.SHUTDOWN,
    "57P03": Cause.SHUTDOWN,
    "58030": Cause.SYSTEM,
}
PASSING = [
    (asyncpg.InterfaceError("connection is closed"), Cause.CONNECTION),
    (asyncpg.InternalClientError("got result for unknown protocol state"), Cause.CONNECTION),
    (ConnectionResetError(), Cause.CONNECTION),
    (OSError(errno.ENETUNREACH, "Network is unreachable"), Cause.CONNECTION),
    (socket.gaierror(-2, "Name or service not known"), Cause.DNS),
    (ssl.SSLCertVerificationError(1, "certificate verify failed"), Cause.TLS),
    (TimeoutError(), Cause.TIMEOUT),
    (PoolTimeout(), Cause.POOL),
    *((type("Said", (Exception,), {"sqlstate": state})(), cause) for state, cause in STATES.items()),
]
STAYING = [
    asyncpg.InterfaceError("cannot perform operation: another operation is in progress"),
    asyncpg.DataError("invalid input for query argument $1"),
    asyncpg.InterfaceError("the server expects 1 argument for this query, 2 were passed"),
    FileNotFoundError(errno.ENOENT, "No such file or directory"),
    PermissionError(errno.EACCES, "Permission denied"),
    ValueError(),
    KeyError(),
    *(type("Said", (Exception,), {"sqlstate": state})() for state in ("23505", "42P01", "42501", "55000", "XX000")),
]


@pytest.mark.parametrize(("failure", "cause"), PASSING, ids=lambda given: str(getattr(given, "sqlstate", given))[:40])
def test_requests_consumers_and_the_event_log_agree_on_what_passes(failure: Exception, cause: Cause) -> None:
    assert passing_cause(failure) is cause
    assert passes(failure)
    with pytest.raises(LogUnavailable), told_as_unavailable():
        raise failure


@pytest.mark.parametrize("failure", STAYING, ids=lambda given: f"{type(given).__name__} {given}"[:40])
def test_and_on_what_does_not(failure: Exception) -> None:
    assert passing_cause(failure) is None
    assert not passes(failure)
    with pytest.raises(type(failure)), told_as_unavailable():
        raise failure


def test_a_statement_over_its_time_passes_for_a_request_and_counts_as_a_try_for_an_event() -> None:
    failure = asyncpg.QueryCanceledError("canceling statement due to statement timeout")
    assert passing_cause(failure) is Cause.STATEMENT_TIMEOUT
    assert not passes(failure)
