"""Which failures pass by themselves, which never will, and which stop the consumer."""

from libs.shared.base.errors import Unavailable
from libs.shared.contracts.codec import NewerVersion
from libs.shared.db.passing import Cause, passing_cause
from libs.shared.eventlog.port import LogUnavailable
from libs.shared.observability.failures import sqlstate

_NARROW_STATES = frozenset({"40001", "40P01", "55006", "55P03"})
"""Of those that pass, the ones that another transaction on the same rows causes."""

_VALUE_CLASSES = ("22", "23")
"""SQLSTATE classes: data exception, integrity constraint."""

_OTHER_ROWS = frozenset({"23503", "23505", "23P01"})
"""Foreign key, unique and exclusion: they depend on rows that another event may bring or take away."""


class RetryLater(Exception):
    """A handler raises it for what will pass: its partition waits, others go on, and nothing becomes a dead letter."""


class EventRefused(Exception):
    """A handler raises it for a value that it can never take: the event becomes a dead letter at once.

    The text is kept with the dead letter, so it names the field and the rule, never the value.
    """


class DeadLetterLimit(Exception):
    """So many events of so many municipalities failed that the program is more likely wrong than they: it stops.

    It goes on when the open dead letters are replayed or discarded, or the time has passed.
    """


class BurialFailed(Exception):
    """A dead letter could not be written, and not because the database is away: somebody has to look."""


STOP_REASONS: dict[type[Exception], str] = {
    NewerVersion: "newer_version",
    DeadLetterLimit: "dead_letter_limit",
    BurialFailed: "burial",
}
"""Failures that end the consumer (a newer program, or a person, has to come first), and what metrics call them."""

STOPPING = tuple(STOP_REASONS)


def passes(failure: BaseException) -> bool:
    """Whether trying again later, unchanged, is right.

    A statement that took too long is no such thing here, though a request is answered 503 for it: an event whose
    handler takes too long each time must end as a dead letter, and not hold back its partition for ever.
    """
    if isinstance(failure, (RetryLater, LogUnavailable, Unavailable)):
        return True
    return passing_cause(failure) not in {None, Cause.STATEMENT_TIMEOUT}


def narrow(failure: BaseException) -> bool:
    """Whether a failure that passes may be about a few rows, so that events of other municipalities could go on."""
    return isinstance(failure, RetryLater) or sqlstate(failure) in _NARROW_STATES


def timed_out(failure: BaseException) -> bool:
    """Whether a statement took too long. It passes where the statement is a small one of ours, not a handler's."""
    return sqlstate(failure) == "57014"


def hopeless(failure: BaseException) -> bool:
    """Whether the same event will fail in the same way however often it is tried: its value is wrong.

    A value that PostgreSQL or Python cannot hold, or that breaks a check. What depends on other rows is not meant:
    the event that brings them may be on its way.
    """
    if isinstance(failure, (EventRefused, OverflowError)):
        return True
    state = sqlstate(failure)
    if state is not None:
        return state[:2] in _VALUE_CLASSES and state not in _OTHER_ROWS
    return isinstance(failure, ValueError)
