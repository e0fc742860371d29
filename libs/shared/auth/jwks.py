"""The issuer's public keys: fetched when needed and cached briefly; callers cannot trigger more fetches.

- A key is used for at most ``max_age`` seconds after it was last seen, so a removed key is refused within that time.
  After ``refresh_after`` seconds the next request fetches again, and the others use the cached keys meanwhile.
- A failed fetch is logged and counted, and the cached keys are used until they are too old.
- An unknown key id also causes a fetch, but at most one fetch starts in ``min_interval`` seconds, whatever its result,
  so that a caller who invents key ids cannot flood the issuer.
- ``keep_fresh`` fetches without a request, so that an issuer that is unavailable is noticed early.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Protocol

import httpx
from jwt import PyJWK

from libs.shared.auth.issuers import refuse_unsafe_address
from libs.shared.auth.keys import KeySet
from libs.shared.auth.refusals import IssuerRefused, IssuerUnreachable, TokenDevelopment
from libs.shared.base.settings import Profile
from libs.shared.base.tellable import Tellable
from libs.shared.observability.failures import describe_failure
from libs.shared.observability.logs import get_logger
from libs.shared.observability.metrics import Metrics

DEVELOPMENT_MARK = "skoleloeft_development"
NO_KEYS = KeySet({"keys": []})

_log = get_logger("skoleloeft.issuer")


class JwksSource(Protocol):
    """A source of verification keys."""

    async def key(self, key_id: str | None, algorithm: str) -> PyJWK | None:
        """The public key with that id for that algorithm; None if unknown. Raises ``IssuerUnreachable`` if there are no
        keys that may be used.
        """
        ...

    async def prepare(self) -> None:
        """Fetch the keys before the first request. Raises ``IssuerRefused`` for an issuer that must not be trusted."""
        ...

    async def keep_fresh(self, stop: asyncio.Event) -> None:
        """Fetch the keys at intervals until ``stop`` is set."""
        ...


class IssuerAnswer(Tellable, ValueError):
    """The issuer answered with something that cannot be used."""


class IssuerMetrics:
    """Metrics of the issuer's keys; made once in the wiring."""

    def __init__(self, metrics: Metrics) -> None:
        self.failures = metrics.counter("skoleloeft_issuer_fetch_failures", "Fetches of the issuer's keys that failed.")
        self.age = metrics.gauge(
            "skoleloeft_issuer_keys_age_seconds", "Age of the issuer's keys; +Inf before the first fetch that succeeds."
        )


class HttpJwks:
    """The keys that an OpenID issuer publishes; ``jwks_url`` is discovered from the issuer if not given.

    Times are in seconds of ``clock``. Under the production profile a development issuer's documents are refused.
    """

    def __init__(
        self,
        client: httpx.AsyncClient,
        issuer: str,
        *,
        jwks_url: str | None = None,
        profile: Profile = Profile.PRODUCTION,
        metrics: IssuerMetrics | None = None,
        clock: Callable[[], float] = time.monotonic,
        min_interval: float = 10.0,
        refresh_after: float = 120.0,
        max_age: float = 290.0,
    ) -> None:
        self._client = client
        self._issuer = issuer
        self._url = jwks_url
        self._discovers = jwks_url is None
        self._profile = profile
        self._clock = clock
        self._min_interval = min_interval
        self._refresh_after = refresh_after
        self._max_age = max_age
        self._keys = NO_KEYS
        self._fetched_at: float | None = None
        self._attempted_at: float | None = None
        self._refused: IssuerRefused | None = None
        self._lock = asyncio.Lock()
        self._metrics = metrics
        if metrics is not None:
            metrics.age.set_function(self._age)

    async def key(self, key_id: str | None, algorithm: str) -> PyJWK | None:
        """See JwksSource; raises TokenDevelopment if the issuer turns out to be a development one."""
        found = self._keys.pick(key_id, algorithm) if self._age() <= self._max_age else None
        if found is not None and (self._age() <= self._refresh_after or self._lock.locked()):
            return found
        await self._refresh()
        if self._refused is not None:
            raise TokenDevelopment
        if self._age() > self._max_age:
            raise IssuerUnreachable
        return self._keys.pick(key_id, algorithm)

    async def prepare(self) -> None:
        """Fetch the keys now. Raises ``IssuerRefused`` for an issuer that must not be trusted, and nothing for one that
        is unavailable.
        """
        await self._refresh()
        if self._refused is not None:
            raise self._refused

    async def keep_fresh(self, stop: asyncio.Event) -> None:
        """See JwksSource; every ``refresh_after`` seconds, and sooner after a failed fetch."""
        while not stop.is_set():
            await self._refresh()
            fetched = self._attempted_at == self._fetched_at
            with suppress(TimeoutError):
                async with asyncio.timeout(self._refresh_after if fetched else self._min_interval):
                    await stop.wait()

    def _age(self) -> float:
        return float("inf") if self._fetched_at is None else self._clock() - self._fetched_at

    async def _refresh(self) -> None:
        """Fetch unless a fetch was tried recently; a failed fetch leaves the cached keys."""
        async with self._lock:
            now = self._clock()
            if self._attempted_at is not None and now - self._attempted_at < self._min_interval:
                return
            self._attempted_at = now
            try:
                if self._url is None:
                    self._url = await self._discovered_url()
                self._keys = KeySet(await self._get(self._url))
                self._fetched_at = now
                self._refused = None
            except (httpx.HTTPError, httpx.InvalidURL, ValueError) as failure:
                self._url = None if self._discovers else self._url
                self._failed(failure)
            except IssuerRefused as refused:
                self._keys, self._fetched_at, self._refused = NO_KEYS, None, refused
                self._failed(refused)

    def _failed(self, failure: Exception) -> None:
        """Count and log a failed fetch; as fetches are, this is limited to one per ``min_interval`` seconds."""
        if self._metrics is not None:
            self._metrics.failures.inc()
        usable = self._age() <= self._max_age
        _log.warning("issuer.fetch_failed", keys_usable=usable, failure=describe_failure(failure))

    async def _discovered_url(self) -> str:
        document = await self._get(self._issuer.rstrip("/") + "/.well-known/openid-configuration")
        url = document.get("jwks_uri")
        if document.get("issuer") != self._issuer or not isinstance(url, str):
            raise IssuerAnswer("the discovery document names another issuer, or no address of keys")
        refuse_unsafe_address(url, self._profile)
        return url

    async def _get(self, url: str) -> Mapping[str, Any]:
        answer = await self._client.get(url, timeout=5.0, follow_redirects=False)
        if not answer.is_success:
            raise IssuerAnswer(f"the issuer answered with status {answer.status_code}")
        try:
            document = answer.json()
        except ValueError:
            raise IssuerAnswer("the issuer's answer is no JSON") from None
        if not isinstance(document, dict):
            raise IssuerAnswer("the issuer's answer is no JSON object")
        if document.get(DEVELOPMENT_MARK) is True and self._profile is Profile.PRODUCTION:
            raise IssuerRefused("SKOLELOEFT_OIDC_ISSUER is a development issuer; production needs a real one")
        return document
