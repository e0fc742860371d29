"""A service's HTTP side in the test's own process: as its wiring builds it, asked in the role that a test names."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any, Self

import httpx
from fastapi import FastAPI
from pydantic import SecretStr

from libs.shared.auth.issuer.signing import SigningKey
from libs.shared.auth.verifier import TokenVerifier
from libs.shared.base.settings import Profile, ServiceSettings, SharedSettings
from libs.shared.client.addresses import Addresses
from libs.shared.client.caller import Caller
from libs.shared.client.repeating import Patience
from libs.shared.client.tokens import GivenToken
from libs.shared.db.database import Database
from libs.shared.eventlog.memory import MemoryEventLog
from libs.shared.events.metrics import EventMetrics
from libs.shared.events.outbox import Outbox
from libs.shared.observability.metrics import Metrics
from libs.shared.observability.tracing import Tracing
from libs.shared.operations.health import Readiness
from libs.shared.runtime.service import Core, Service
from libs.shared.web.app import create_app
from libs.shared.web.routing import Router
from tests.factories.jwks import StaticJwks
from tests.factories.losing import Losing
from tests.factories.subjects import SUBJECTS

ISSUER = "https://login.example"


class Tokens:
    """Signs tokens with a key of its own, and verifies them."""

    def __init__(self) -> None:
        self.key = SigningKey.fresh_or_kept(None)

    def headers(
        self,
        *roles: str,
        codes: Iterable[str] = ("101",),
        institutions: Iterable[str] = (),
        subject: str = "somebody",
        seconds: int = 60,
    ) -> dict[str, str]:
        """The header of a request by ``subject`` with these roles in these municipalities and institutions."""
        claims = {
            "sub": subject,
            "roles": list(roles),
            "municipality_codes": list(codes),
            "institution_numbers": list(institutions),
        }
        token = self.key.token(claims, issuer=ISSUER, audience="skoleloeft", seconds=seconds)
        return {"Authorization": f"Bearer {token}"}

    def verifier(self) -> TokenVerifier:
        """The verifier of these tokens; it keys their subjects as ``tests.factories.subjects`` does."""
        jwks = StaticJwks({"keys": [self.key.published()]})
        return TokenVerifier(ISSUER, jwks, profile=Profile.DEVELOPMENT, subjects=SUBJECTS)


def app_of(title: str, routers: Sequence[Router], tokens: Tokens, **more: Any) -> FastAPI:
    """An application of these routers that takes ``tokens``; ``more`` are parameters of ``create_app``."""
    given = {
        "description": "For tests.",
        "metrics": Metrics(process=False),
        "tracing": Tracing(title),
        "readiness": Readiness(),
        **more,
    }
    return create_app(title=title, routers=routers, verifier=tokens.verifier(), **given)


class _LosesAnswers(httpx.AsyncBaseTransport):
    """The service does all that is asked, and the caller's connection breaks before the answer is read."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await self._inner.handle_async_request(request)
        await answer.aread()
        raise httpx.ReadError("connection reset", request=request)


class Callers:
    """Asks an application's routes in the role that is named."""

    def __init__(self, transport: httpx.AsyncBaseTransport, tokens: Tokens) -> None:
        self._transport = transport
        self._tokens = tokens
        self.client = httpx.AsyncClient(transport=transport, base_url="http://service")
        """A client without a token."""

    def losing_answers(self) -> "Callers":
        """The same callers behind a connection that breaks before each answer."""
        return Callers(_LosesAnswers(self._transport), self._tokens)

    def losing_puts(self) -> "Callers":
        """The same callers behind a connection that loses the first answer to each PUT."""
        return Callers(Losing(self._transport), self._tokens)

    def typed(self, role: str, *municipalities: str) -> Caller:
        """For the clients of ``libs.shared.client``: one that soon repeats a request whose answer was lost."""
        patience = Patience(seconds=20.0, first=0.01, longest=0.02)
        return Caller(self.client, Addresses.local(8000), GivenToken(self.token(role, *municipalities)), patience)

    def token(self, role: str, *municipalities: str) -> str:
        """A token for ``libs.shared.client``, which writes the header itself."""
        header = self._tokens.headers(role, codes=municipalities, subject=f"a {role}")["Authorization"]
        return header.removeprefix("Bearer ")

    async def ask(
        self,
        method: str,
        path: str,
        role: str,
        *municipalities: str,
        institutions: Iterable[str] = (),
        subject: str | None = None,
        headers: dict[str, str] | None = None,
        **more: Any,
    ) -> httpx.Response:
        """A request with a token of this role; its subject is ``a <role>`` unless one is named."""
        token = self._tokens.headers(
            role, codes=municipalities, institutions=institutions, subject=subject or f"a {role}"
        )
        return await self.client.request(method, path, headers=token | (headers or {}), **more)

    async def set_municipality(self, status: str = "accepted", code: str = "101") -> None:
        """Let the secretariat record whether a municipality takes part, whatever was recorded before."""
        path = f"/v1/municipalities/{code}"
        known = await self.ask("GET", path, "secretariat")
        condition = {"If-Match": known.headers["ETag"]} if known.status_code == 200 else {"If-None-Match": "*"}
        answer = await self.ask("PUT", path, "secretariat", json={"status": status}, headers=condition)
        assert answer.status_code == (200 if "If-Match" in condition else 201), answer.text

    async def send(
        self, kind: str, content: str, key: str, *, role: str = "municipality_integration", **how: Any
    ) -> httpx.Response:
        """Send a CSV file for municipality 101 and wait for its final receipt; ``how`` may hold institutions.

        Everything else in ``how`` goes into the query.
        """
        institutions = how.pop("institutions", ())
        params = {"kind": kind, "municipality": "101", **how}
        headers = {"Content-Type": "text/csv", "Idempotency-Key": key, "Prefer": "wait=30"}
        more = {"params": params, "headers": headers, "content": content, "institutions": institutions}
        return await self.ask("POST", "/v1/imports", role, "101", **more)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.client.aclose()


class ServiceUnderTest:
    """A service on a database of its own, with an event log in memory that nobody reads."""

    def __init__(
        self,
        service: Service,
        db: Database,
        settings: ServiceSettings,
        *,
        outbox: Outbox | None = None,
        tokens: Tokens | None = None,
    ) -> None:
        metrics = Metrics(process=False)
        self.service = service
        self.tokens = tokens or Tokens()
        self.core = Core(
            name=service.name,
            settings=settings,
            shared=SharedSettings(profile=Profile.DEVELOPMENT, event_log=SecretStr("memory://")),
            db=db,
            log=MemoryEventLog(),
            outbox=outbox or Outbox(service.name),
            metrics=metrics,
            event_metrics=EventMetrics(metrics),
            tracing=Tracing(service.name),
        )
        self.wiring = service.wire(self.core)

    def app(self, **more: Any) -> FastAPI:
        """The application as a process has it; each call makes one more replica."""
        return app_of(
            self.service.title,
            self.wiring.routers,
            self.tokens,
            description=self.service.description,
            metrics=self.core.metrics,
            tracing=self.core.tracing,
            **more,
        )

    def callers(self, app: FastAPI | None = None) -> Callers:
        """The callers of ``app``, or of a new application if none is given."""
        return Callers(httpx.ASGITransport(app or self.app()), self.tokens)

    @asynccontextmanager
    async def running(self, *loops: str) -> AsyncIterator[Callers]:
        """Callers of the service while these of its loops run; ends when they have ended."""
        stop = asyncio.Event()
        running = [asyncio.ensure_future(self.wiring.loops[name](stop)) for name in loops]
        async with self.callers() as callers:
            yield callers
        stop.set()
        await asyncio.gather(*running)
