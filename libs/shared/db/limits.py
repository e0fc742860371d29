"""How long anything may take that concerns a database, as data.

Two things end what takes too long: the server, which is asked politely (``statement_timeout`` and the like) and says
so, and, when the server itself says nothing any more, this side.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """Of the connections themselves; seconds throughout.

    ``ping_seconds``: a connection of the pool that does not answer in this time when it is taken is thrown away.
    ``pool_seconds``: how long a request waits for a connection when all are in use.
    ``idle_session_seconds``: a connection outside the pool that is silent for so long is ended by the server, and
    with it the advisory lock that it holds. Whoever holds one asks more often (``listen.ASK_SECONDS``; the relay
    each second).
    The rest is TCP's: a peer that is gone is noticed after ``keepalive_idle`` + ``keepalive_count`` *
    ``keepalive_interval`` of silence, or when what was sent stays unacknowledged for ``user_timeout``.
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
    """Of one transaction: its longest statement, wait for a lock, and pause between two statements, in seconds.

    ``answer_seconds`` is how much longer than for its longest statement this side waits for the server, which would
    have said by then that the time is up: it is silent, and the connection is given up.
    These defaults are a request's. Work that is rightly longer states its own, where it is done.
    """

    statement_seconds: float = 30.0
    lock_seconds: float = 10.0
    idle_seconds: float = 60.0
    answer_seconds: float = 5.0

    @property
    def command_seconds(self) -> float:
        """After how long without an answer this side gives the connection up."""
        return self.statement_seconds + self.answer_seconds

    def settings(self) -> dict[str, str]:
        """As the server's settings."""
        return {
            "statement_timeout": milliseconds(self.statement_seconds),
            "lock_timeout": milliseconds(self.lock_seconds),
            "idle_in_transaction_session_timeout": milliseconds(self.idle_seconds),
        }


def milliseconds(seconds: float) -> str:
    """A time as PostgreSQL's settings take it; never 0, which would mean no limit."""
    return str(max(1, round(seconds * 1000)))
