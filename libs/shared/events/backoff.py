"""How long to wait before the next attempt."""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Backoff:
    """The wait doubles from ``first`` to at most ``most`` seconds. Each wait is a random value between half of that and
    all of it, so that processes do not try again at the same time.
    """

    first: float = 0.1
    most: float = 10.0
    jitter: Callable[[], float] = random.random

    def seconds(self, failures: int) -> float:
        """The wait after the ``failures``-th failure in a row, counted from 1."""
        whole = min(self.most, self.first * 2.0 ** min(failures - 1, 30))
        return whole * (0.5 + self.jitter() / 2)


async def pause(stop: asyncio.Event, seconds: float) -> None:
    """Wait ``seconds``, or less if ``stop`` is set."""
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return
