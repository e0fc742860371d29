"""Three questions Kubernetes asks: has it started, is it stuck, may it get requests now."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

from libs.shared.observability.failures import describe_failure
from libs.shared.observability.logs import get_logger

Check = Callable[[], Awaitable[None]]
Stuck = Callable[[], str | None]
Outcome = Literal["ok", "failed", "timeout"]

_log = get_logger("skoleloeft.health")


@dataclass(frozen=True, slots=True)
class ReadinessState:
    """Whether requests may come, and how each dependency answered."""

    ready: bool
    started: bool
    draining: bool
    checks: dict[str, Outcome]


class Readiness:
    """Dependencies are there, start-up is done, and the process is not on its way out.

    A check is an async function that raises if its dependency is away. The checks run side by side, each within its
    timeout (seconds), and an answer is kept for ``keep`` seconds, since anybody may ask.
    """

    def __init__(self, *, timeout: float = 2.0, keep: float = 1.0) -> None:
        self._timeout = timeout
        self._keep = keep
        self._checks: dict[str, tuple[Check, float]] = {}
        self._started = False
        self._draining = False
        self._kept: tuple[float, dict[str, Outcome]] | None = None
        self._lock = asyncio.Lock()

    def add(self, name: str, check: Check, *, timeout: float | None = None) -> None:
        """Ask this dependency as well."""
        self._checks[name] = (check, self._timeout if timeout is None else timeout)

    def started(self) -> None:
        """Start-up is done; called at the end of the lifespan's first half."""
        self._started = True

    def drain(self) -> None:
        """No new requests from here on; the ones under way are finished."""
        self._draining = True

    @property
    def has_started(self) -> bool:
        """Whether start-up is done."""
        return self._started

    async def state(self) -> ReadinessState:
        """Ask everything (or take the kept answer)."""
        async with self._lock:
            if self._kept is None or time.monotonic() - self._kept[0] > self._keep:
                outcomes = await asyncio.gather(*(self._ask(name) for name in self._checks))
                self._kept = (time.monotonic(), dict(zip(self._checks, outcomes, strict=True)))
            checks = self._kept[1]
        fine = all(outcome == "ok" for outcome in checks.values())
        return ReadinessState(fine and self._started and not self._draining, self._started, self._draining, checks)

    async def _ask(self, name: str) -> Outcome:
        check, timeout = self._checks[name]
        try:
            async with asyncio.timeout(timeout):
                await check()
        except TimeoutError:
            return "timeout"
        except Exception as failure:
            _log.warning("health.check_failed", check=name, failure=describe_failure(failure))
            return "failed"
        return "ok"


class Liveness:
    """Alive means making progress: each watcher says why its part is stuck, or None."""

    def __init__(self) -> None:
        self._watchers: dict[str, Stuck] = {}

    def watch(self, name: str, stuck: Stuck) -> None:
        """Ask this part too. The reason is for the log and for people, and holds no identifier."""
        self._watchers[name] = stuck

    def stuck(self) -> dict[str, str]:
        """The parts that are stuck, with their reasons; empty when alive."""
        reasons = {name: watcher() for name, watcher in self._watchers.items()}
        return {name: reason for name, reason in reasons.items() if reason is not None}
