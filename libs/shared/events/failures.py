"""Classifies failures: those that pass by themselves, those that never will, and those that stop the consumer."""

from libs.shared.base.errors import Unavailable
from libs.shared.contracts.codec import NewerVersion
from libs.shared.db.passing import Cause, passing_cause
from libs.shared.eventlog.port import LogUnavailable
from libs.shared.observability.failures import sqlstate

_NARROW_STATES = frozenset({"40001", "40P01", "55006", "55P03"})
"""Passing failures that are caused by another transaction on the same rows."""

_VALUE_CLASSES = ("22", "23")
"""SQLSTATE classes: data exception, integrity constraint."""

_OTHER_ROWS = frozenset({"23503", "23505", "23P01"})
"""Foreign key, unique and exclusion: they depend on rows that another event may bring or take away."""


class RetryLater(Exception):
    """Raised by a handler for a failure that passes by itself: its partition waits, others continue, and nothing
    becomes a dead letter.
    """


class EventRefused(Exception):
    """Raised by a handler for a value that it can never take: the event becomes a dead letter at once.

    The text is stored with the dead letter, so it names the field and the rule and never the value.
    """


class DeadLetterLimit(Exception):
    """Events of so many municipalities failed that the program is probably wrong, so the consumer stops.

    It continues when the open dead letters are replayed or discarded, or when the time window has passed.
    """


class DeadLetterFailed(Exception):
    """A dead letter could not be written although the database answers: a person must act."""


STOP_REASONS: dict[type[Exception], str] = {
    NewerVersion: "newer_version",
    DeadLetterLimit: "dead_letter_limit",
    DeadLetterFailed: "burial",
}
"""Failures that end the consumer until a newer program is deployed or a person acts, with their names in metrics."""

STOPPING = tuple(STOP_REASONS)


def passes(failure: BaseException) -> bool:
    """Whether trying again later, unchanged, can succeed.

    A statement that took too long is not included, although a request is answered 503 for it: an event whose handler
    takes too long every time must become a dead letter and must not block its partition.
    """
    if isinstance(failure, (RetryLater, LogUnavailable, Unavailable)):
        return True
    return passing_cause(failure) not in {None, Cause.STATEMENT_TIMEOUT}


def narrow(failure: BaseException) -> bool:
    """Whether a passing failure may concern a few rows only, so that events of other municipalities can continue."""
    return isinstance(failure, RetryLater) or sqlstate(failure) in _NARROW_STATES


def timed_out(failure: BaseException) -> bool:
    """Whether a statement took too long. That is a passing failure for small statements of this library, but not for
    those of a handler.
    """
    return sqlstate(failure) == "57014"


def hopeless(failure: BaseException) -> bool:
    """Whether the event will fail in the same way on every try, because its value is wrong.

    Such a value cannot be held by PostgreSQL or Python, or breaks a check. Constraints that depend on other rows are
    not included, because the event that writes those rows may be on its way.
    """
    if isinstance(failure, (EventRefused, OverflowError)):
        return True
    state = sqlstate(failure)
    if state is not None:
        return state[:2] in _VALUE_CLASSES and state not in _OTHER_ROWS
    return isinstance(failure, ValueError)
