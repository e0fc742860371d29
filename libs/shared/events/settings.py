"""The settings of a consumer: batch sizes, tries and times."""

from dataclasses import dataclass, field

from libs.shared.events.backoff import Backoff


@dataclass(frozen=True, slots=True)
class ConsumerSettings:
    """``stuck_seconds`` must be longer than the longest handler, as must the log's rebalance time.

    ``max_records`` and ``max_bytes`` (of content) limit one transaction; a larger record gets one of its own.
    ``portions``: the most transactions whose records one poll fetches, while there is no failure and more to read.
    ``apart_seconds``: how long the parts of one partition's failed batch are tried before the other partitions have
    their turn, and how long after a poll another portion of it may begin.
    """

    max_records: int = 1000
    max_bytes: int = 4 * 1024 * 1024
    portions: int = 4
    wait_seconds: float = 0.5
    tries: int = 5
    apart_seconds: float = 2.0
    stuck_seconds: float = 120.0
    lag_seconds: float = 5.0
    between_tries: Backoff = field(default_factory=lambda: Backoff(first=0.1, most=2.0))
    until_passed: Backoff = field(default_factory=lambda: Backoff(first=0.2, most=10.0))
    log_away: Backoff = field(default_factory=lambda: Backoff(first=0.2, most=5.0))
