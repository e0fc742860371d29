"""Which failures pass by themselves, and which stop the consumer."""

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from libs.shared.base.errors import Unavailable
from libs.shared.contracts.codec import NewerVersion
from libs.shared.db.failures import connection_lost
from libs.shared.eventlog.port import LogUnavailable
from libs.shared.observability.failures import sqlstate

_PASSING_CLASSES = ("08", "40", "53")
"""SQLSTATE classes: connection, rollback (serialization, deadlock), resources."""

_PASSING_STATES = frozenset({"25006", "55006", "55P03", "57P01", "57P02", "57P03", "57P05"})
"""Read-only after a failover, object in use, lock timeout, and the server going down or coming up."""

_MAX_DEPTH = 10


class RetryLater(Exception):
    """A handler raises it for what will pass: its partition waits, others go on, and nothing becomes a dead letter."""


class DeadLetterLimit(Exception):
    """So many events failed in so short a time that the program is more likely wrong than they: the consumer stops.

    It goes on when the open dead letters are replayed or discarded, or the time has passed.
    """


STOPPING = (NewerVersion, DeadLetterLimit)
"""Failures that end the consumer: a newer program, or a person, has to come first."""


def passes(failure: BaseException) -> bool:
    """Whether trying again later, unchanged, is right."""
    if isinstance(failure, (RetryLater, LogUnavailable, Unavailable, OSError, TimeoutError, PoolTimeout)):
        return True
    state = sqlstate(failure)
    if state is not None:
        return state[:2] in _PASSING_CLASSES or state in _PASSING_STATES
    if connection_lost(failure):
        return True
    return isinstance(failure, DBAPIError) and failure.connection_invalidated
