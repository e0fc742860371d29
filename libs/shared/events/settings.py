"""How patient a consumer is."""

from dataclasses import dataclass, field

from libs.shared.events.backoff import Backoff


@dataclass(frozen=True, slots=True)
class ConsumerSettings:
    """``stuck_seconds`` must be above the longest handler, as must the log's rebalance time.

    ``max_records`` and ``max_bytes`` (of content): what one transaction takes at most; a larger record goes alone.
    ``portions``: how many transactions' records are polled at most, while all goes well and there is more to read.
    ``apart_seconds``: how long one partition's batch is taken apart before the other partitions have their turn, and
    after how long no further portion of a poll is begun.
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
