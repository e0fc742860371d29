"""Answers the three probes of Kubernetes: whether the process has started, whether it is stuck, and whether it is
ready.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

from prometheus_client import Gauge

from libs.shared.base.tellable import Tellable
from libs.shared.observability.failures import describe_failure
from libs.shared.observability.logs import get_logger
from libs.shared.observability.metrics import Metrics

Check = Callable[[], Awaitable[None]]
Stuck = Callable[[], str | None]
Outcome = Literal["ok", "failed", "timeout"]

SCHEMA = "schema"
"""The name of the check that asks whether the database is migrated."""
LOG_AGAIN_SECONDS = 60.0
"""A check that keeps failing is asked every few seconds and logged this often."""

_log = get_logger("skoleloeft.health")


@dataclass(frozen=True, slots=True)
class ReadinessState:
    """Whether the process is ready for requests, the result of each check, and its reason if it gave one."""

    ready: bool
    started: bool
    draining: bool
    checks: dict[str, Outcome]
    reasons: dict[str, str]


@dataclass(frozen=True, slots=True)
class _Answer:
    outcome: Outcome
    reason: str | None = None


class Readiness:
    """A process is ready if its dependencies are available, its start-up is done, and it is not stopping.

    A check is an async function that raises if its dependency is unavailable; the text of a ``Tellable`` is shown as
    its reason. The checks run concurrently, each within its timeout (seconds). An answer is cached for ``keep``
    seconds, as anybody may send requests.
    """

    def __init__(self, *, timeout: float = 2.0, keep: float = 1.0) -> None:
        self._timeout = timeout
        self._keep = keep
        self._checks: dict[str, tuple[Check, float]] = {}
        self._started = False
        self._draining = False
        self._kept: tuple[float, dict[str, _Answer]] | None = None
        self._lock = asyncio.Lock()
        self._logged: dict[str, float] = {}
        self._gauge: Gauge | None = None

    def measure(self, metrics: Metrics) -> None:
        """Show each check's last answer as a gauge; called once, when the application is built."""
        self._gauge = metrics.gauge("skoleloeft_ready", "1 while the readiness check holds, else 0.", ("check",))

    def add(self, name: str, check: Check, *, timeout: float | None = None) -> None:
        """Add a check."""
        self._checks[name] = (check, self._timeout if timeout is None else timeout)

    def started(self) -> None:
        """Start-up is done; called at the end of the lifespan's first half."""
        self._started = True

    def drain(self) -> None:
        """Refuse new requests from now on; those under way are finished."""
        self._draining = True

    @property
    def has_started(self) -> bool:
        """Whether start-up is done."""
        return self._started

    async def state(self) -> ReadinessState:
        """Run all checks, or return the cached answer."""
        answers = await self._answers()
        fine = all(answer.outcome == "ok" for answer in answers.values())
        return ReadinessState(
            ready=fine and self._started and not self._draining,
            started=self._started,
            draining=self._draining,
            checks={name: answer.outcome for name, answer in answers.items()},
            reasons={name: answer.reason for name, answer in answers.items() if answer.reason is not None},
        )

    async def fails(self, name: str) -> bool:
        """Whether this check fails now; False if there is no such check."""
        answers = await self._answers()
        return name in answers and answers[name].outcome != "ok"

    async def _answers(self) -> dict[str, _Answer]:
        async with self._lock:
            if self._kept is None or time.monotonic() - self._kept[0] > self._keep:
                answers = await asyncio.gather(*(self._ask(name) for name in self._checks))
                self._kept = (time.monotonic(), dict(zip(self._checks, answers, strict=True)))
            return self._kept[1]

    async def _ask(self, name: str) -> _Answer:
        answer, failure = await self._try(name)
        if self._gauge is not None:
            self._gauge.labels(name).set(answer.outcome == "ok")
        self._log_change(name, answer, failure)
        return answer

    async def _try(self, name: str) -> tuple[_Answer, Exception | None]:
        check, timeout = self._checks[name]
        try:
            async with asyncio.timeout(timeout):
                await check()
        except TimeoutError as failure:
            return _Answer("timeout"), failure
        except Exception as failure:
            return _Answer("failed", str(failure) if isinstance(failure, Tellable) else None), failure
        return _Answer("ok"), None

    def _log_change(self, name: str, answer: _Answer, failure: Exception | None) -> None:
        """Log a failing check at once, then every ``LOG_AGAIN_SECONDS``, and again when it succeeds."""
        if failure is None:
            if self._logged.pop(name, None) is not None:
                _log.info("health.check_holds_again", check=name)
            return
        now = time.monotonic()
        if now - self._logged.get(name, -LOG_AGAIN_SECONDS) >= LOG_AGAIN_SECONDS:
            self._logged[name] = now
            _log.warning("health.check_failed", check=name, outcome=answer.outcome, failure=describe_failure(failure))


class Liveness:
    """Alive means making progress: each watcher returns why its part is stuck, or None."""

    def __init__(self) -> None:
        self._watchers: dict[str, Stuck] = {}

    def watch(self, name: str, stuck: Stuck) -> None:
        """Add a watcher. Its reason is for the log and for people, and contains no identifier."""
        self._watchers[name] = stuck

    def stuck(self) -> dict[str, str]:
        """The parts that are stuck, with their reasons; empty when alive."""
        reasons = {name: watcher() for name, watcher in self._watchers.items()}
        return {name: reason for name, reason in reasons.items() if reason is not None}
