"""Decides when a request is sent again, and how long to wait before that.

A request that is safe to repeat (one that reads, or has an idempotency key) is repeated while the service cannot be
reached or asks to be called again later. Any other one is repeated only if it certainly had no effect: no connection
was made, or it was refused by the rate limit (429).
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_before_delay, wait_random_exponential

PASSING = frozenset({429, 502, 503, 504})
"""Statuses that pass by themselves. Any answer with ``Retry-After`` does too, such as 409 while the first request with
the same key is still running."""

_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_WRONG_USE = (httpx.UnsupportedProtocol, httpx.LocalProtocolError)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a request is repeated, in seconds from its first attempt; and the pauses if no answer states one.

    A pause is random, between 0 and a limit that doubles from ``first`` to ``longest``, so that many callers do not
    try again at the same moment.
    """

    seconds: float = 60.0
    first: float = 0.3
    longest: float = 5.0


class _Passing(Exception):
    """An answer that passes by itself."""

    def __init__(self, response: httpx.Response) -> None:
        super().__init__(response.status_code)
        self.response = response


async def repeated(
    attempt: Callable[[], Awaitable[httpx.Response]],
    *,
    safe: bool,
    patience: Patience,
    on_repeat: Callable[[bool], None] = lambda _: None,
) -> httpx.Response:
    """The answer to the first attempt that need not be repeated, or to the last one that the time allows. Before each
    repeat ``on_repeat`` is called with whether the attempt before it may have had an effect.

    Raises ``httpx.TransportError`` if the last attempt got no answer.
    """
    pauses = wait_random_exponential(multiplier=patience.first, max=patience.longest)

    def pause(state: RetryCallState) -> float:
        told = _retry_after(_failure(state))
        return max(pauses(state), told or 0.0)

    def passes(failure: BaseException) -> bool:
        if isinstance(failure, _Passing):
            return safe or failure.response.status_code == 429
        if isinstance(failure, _WRONG_USE):
            return False
        return isinstance(failure, httpx.TransportError if safe else _NEVER_SENT)

    attempts = AsyncRetrying(
        retry=retry_if_exception(passes),
        wait=pause,
        stop=stop_before_delay(patience.seconds),
        before_sleep=lambda state: on_repeat(_may_have_had_an_effect(_failure(state))),
        reraise=True,
    )
    try:
        return await attempts(_attempted, attempt)
    except _Passing as passing:
        return passing.response


async def _attempted(attempt: Callable[[], Awaitable[httpx.Response]]) -> httpx.Response:
    response = await attempt()
    if response.status_code in PASSING or (response.is_error and "Retry-After" in response.headers):
        raise _Passing(response)
    return response


def _may_have_had_an_effect(failure: BaseException | None) -> bool:
    if isinstance(failure, _Passing):
        return failure.response.status_code != 429
    return not isinstance(failure, _NEVER_SENT)


def _failure(state: RetryCallState) -> BaseException | None:
    return state.outcome.exception() if state.outcome else None


def _retry_after(failure: BaseException | None) -> float | None:
    """The seconds in ``Retry-After``, given as a number or a date (RFC 9110); None if it is missing or malformed."""
    if not isinstance(failure, _Passing):
        return None
    given = failure.response.headers.get("Retry-After", "").strip()
    if given.isascii() and given.isdigit():
        return float(given)
    try:
        moment = parsedate_to_datetime(given)
    except ValueError:
        return None
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return max((aware - datetime.now(UTC)).total_seconds(), 0.0)
