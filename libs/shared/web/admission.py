"""Verifies the caller and applies the rate limits, before anything of the body is read.

Each request is counted once. A request with a valid token counts for its subject only, whatever its address. A request
with a refused token and one without a token count for their address, each with a rate of its own. So a caller with a
valid token is never refused because of an address that a whole municipality shares, and a program that repeats an
expired token does not block the open catalog for its colleagues. Verifying a token is cheap, so it is always done.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from fastapi.security.utils import get_authorization_scheme_param
from prometheus_client import Counter
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from libs.shared.auth.principal import Principal
from libs.shared.auth.verifier import TokenVerifier
from libs.shared.base.errors import Problem, Unauthorised
from libs.shared.observability.metrics import Metrics
from libs.shared.web.access import IDENTITY
from libs.shared.web.addresses import Addresses
from libs.shared.web.problems import problem_response
from libs.shared.web.rates import Rate, Refusal
from libs.shared.web.refusals import AddressLimited, SubjectLimited

NOT_COUNTED = frozenset({"/health/startup", "/health/live", "/health/ready", "/metrics"})
"""For probes and metrics, which the platform requests often and from one address."""


@dataclass(frozen=True, slots=True)
class RequestLimits:
    """The rate limits per process, and the proxies behind which addresses are read."""

    subject: str = "1200/minute"
    open: str = "600/minute"
    failed: str = "300/minute"
    proxies: tuple[str, ...] = field(default=())


class Admission:
    """ASGI middleware: leaves the verified caller in the scope, or answers 429 with Retry-After."""

    def __init__(self, app: ASGIApp, *, verifier: TokenVerifier, limits: RequestLimits, metrics: Metrics) -> None:
        self._app = app
        self._verifier = verifier
        self._addresses = Addresses(limits.proxies)
        self._subject, self._open, self._failed = Rate(limits.subject), Rate(limits.open), Rate(limits.failed)
        self._limited: Counter = metrics.counter(
            "skoleloeft_limited_requests", "Requests answered 429, by what was counted: subject or address.", ("cause",)
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass an admitted request on."""
        if scope["type"] != "http" or scope["path"] in NOT_COUNTED:
            await self._app(scope, receive, send)
            return
        scope[IDENTITY] = identity = await self._identity(scope)
        refused = await self._refused(scope, identity)
        if refused is None:
            await self._app(scope, receive, send)
        else:
            await problem_response(scope, refused[0], refused[1])(scope, receive, send)

    async def _identity(self, scope: Scope) -> Principal | Problem | None:
        """The principal, the reason why the token is refused, or None without a bearer token."""
        scheme, token = get_authorization_scheme_param(Headers(scope=scope).get("authorization"))
        if scheme.lower() != "bearer" or not token:
            return None
        try:
            return await self._verifier.verify(token)
        except Problem as refused:
            return refused

    async def _refused(
        self, scope: Scope, identity: Principal | Problem | None
    ) -> tuple[Problem, Mapping[str, str]] | None:
        if isinstance(identity, Principal):
            return self._answer(SubjectLimited, "subject", await self._subject.take(identity.subject))
        # If the issuer is unavailable, the token is not at fault; the request is counted like one without a token.
        rate = self._failed if isinstance(identity, Unauthorised) else self._open
        return self._answer(AddressLimited, "address", await rate.take(self._addresses.of(scope)))

    def _answer(
        self, problem_class: Callable[..., Problem], cause: str, found: Refusal | None
    ) -> tuple[Problem, Mapping[str, str]] | None:
        if found is None:
            return None
        self._limited.labels(cause).inc()
        problem = problem_class(extra={"retry_after": found.retry_after}, seconds=found.retry_after)
        # The format of the IETF draft "RateLimit header fields for HTTP".
        policy = {"RateLimit-Policy": f'"{cause}";q={found.limit};w={found.window_seconds}'}
        return problem, policy | {"RateLimit": f'"{cause}";r=0;t={found.retry_after}', "Connection": "close"}
