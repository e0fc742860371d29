"""Time limits for everything that concerns a database, as data.

What takes too long is ended in two ways: by the server, through settings such as ``statement_timeout``, which then
reports it; and by this side, when the server itself no longer answers.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """Limits of connections, in seconds.

    ``ping_seconds``: a pooled connection that does not answer in this time when it is taken is discarded.
    ``pool_seconds``: how long a request waits for a connection when all are in use. ``idle_session_seconds``: the
    server ends a connection outside the pool that is silent for so long, and releases its advisory lock. A holder of a
    lock asks more often (``listen.ASK_SECONDS``; the relay each second).

    The others are TCP's: a lost peer is detected after ``keepalive_idle`` + ``keepalive_count`` *
    ``keepalive_interval`` of silence, or when sent data stays unacknowledged for ``user_timeout``.
    """

    connect_seconds: float = 10.0
    ping_seconds: float = 3.0
    pool_seconds: float = 5.0
    idle_session_seconds: float = 30.0
    keepalive_idle: int = 10
    keepalive_interval: int = 5
    keepalive_count: int = 3
    user_timeout: float = 20.0


@dataclass(frozen=True, slots=True)
class WorkLimits:
    """Limits of one transaction, in seconds: its longest statement, wait for a lock, and pause between statements.

    ``answer_seconds`` is how much longer than for its longest statement this side waits for the server. After that the
    server, which would have reported the time-out, is silent, and the connection is closed. The defaults are for
    requests. Work that needs longer states its own limits where it is done.
    """

    statement_seconds: float = 30.0
    lock_seconds: float = 10.0
    idle_seconds: float = 60.0
    answer_seconds: float = 5.0

    @property
    def command_seconds(self) -> float:
        """How long this side waits for an answer before it closes the connection."""
        return self.statement_seconds + self.answer_seconds

    def settings(self) -> dict[str, str]:
        """As the server's settings."""
        return {
            "statement_timeout": milliseconds(self.statement_seconds),
            "lock_timeout": milliseconds(self.lock_seconds),
            "idle_in_transaction_session_timeout": milliseconds(self.idle_seconds),
        }


def milliseconds(seconds: float) -> str:
    """A time in the format of PostgreSQL's settings; never 0, which would mean no limit."""
    return str(max(1, round(seconds * 1000)))
