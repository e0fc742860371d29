"""Which failures pass by themselves, and which stop the consumer."""

from libs.shared.base.errors import Unavailable
from libs.shared.contracts.codec import NewerVersion
from libs.shared.db.passing import Cause, passing_cause
from libs.shared.eventlog.port import LogUnavailable


class RetryLater(Exception):
    """A handler raises it for what will pass: its partition waits, others go on, and nothing becomes a dead letter."""


class DeadLetterLimit(Exception):
    """So many events failed in so short a time that the program is more likely wrong than they: the consumer stops.

    It goes on when the open dead letters are replayed or discarded, or the time has passed.
    """


STOPPING = (NewerVersion, DeadLetterLimit)
"""Failures that end the consumer: a newer program, or a person, has to come first."""


def passes(failure: BaseException) -> bool:
    """Whether trying again later, unchanged, is right.

    A statement that took too long is no such thing here, though a request is answered 503 for it: an event whose
    handler takes too long each time must end as a dead letter, and not hold back its partition for ever.
    """
    if isinstance(failure, (RetryLater, LogUnavailable, Unavailable)):
        return True
    return passing_cause(failure) not in {None, Cause.STATEMENT_TIMEOUT}
