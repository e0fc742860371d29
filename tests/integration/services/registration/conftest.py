"""A migrated registration database as the application's role, and the service's own HTTP on top of it."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from libs.shared.auth.issuer.signing import SigningKey
from libs.shared.auth.jwks import StaticJwks
from libs.shared.auth.verifier import TokenVerifier
from libs.shared.base.settings import Profile, SharedSettings
from libs.shared.eventlog.memory import MemoryEventLog
from libs.shared.events.metrics import EventMetrics
from libs.shared.events.outbox import Outbox
from libs.shared.observability.metrics import Metrics
from libs.shared.observability.tracing import Tracing
from libs.shared.operations.health import Readiness
from libs.shared.runtime.service import Core
from libs.shared.web.app import create_app
from services.registration.settings import RegistrationSettings
from services.registration.wiring import SERVICE, wire
from tests.factories.subjects import SUBJECTS
from tests.integration.services.registration.support import MIGRATIONS, Registration
from tests.realparts.databases import MakeDatabase

ISSUER = "https://login.example"


@pytest.fixture
async def registration(make_database: MakeDatabase) -> Registration:
    """The import side of the service on a database of its own."""
    return Registration.on((await make_database(MIGRATIONS)).db)


class _LosesAnswers(httpx.AsyncBaseTransport):
    """The service does all that is asked, and the caller's connection breaks before the answer is read."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await self._inner.handle_async_request(request)
        await answer.aread()
        raise httpx.ReadError("connection reset", request=request)


class Callers:
    """Signs tokens and asks the service's routes, as whoever is named."""

    def __init__(self, transport: httpx.AsyncBaseTransport, key: SigningKey) -> None:
        self._transport = transport
        self._client = httpx.AsyncClient(transport=transport, base_url="http://registration")
        self._key = key

    def losing_answers(self) -> "Callers":
        """The same callers behind a connection that breaks before each answer."""
        return Callers(_LosesAnswers(self._transport), self._key)

    async def close(self) -> None:
        await self._client.aclose()

    async def ask(self, method: str, path: str, role: str, *municipalities: str, **more: Any) -> httpx.Response:
        """A request with a token of this role and municipalities; ``institutions`` narrows it further."""
        claims = {
            "sub": more.pop("subject", "someone"),
            "roles": [role],
            "municipality_codes": list(municipalities),
            "institution_numbers": more.pop("institutions", []),
        }
        token = self._key.token(claims, issuer=ISSUER, audience="skoleloeft", seconds=60)
        headers = {"Authorization": f"Bearer {token}", **more.pop("headers", {})}
        return await self._client.request(method, path, headers=headers, **more)


@pytest.fixture
async def callers(registration: Registration) -> AsyncIterator[Callers]:
    """The service as ``wiring`` builds it, its import worker running."""
    metrics, tracing = Metrics(), Tracing("registration")
    core = Core(
        name="registration",
        settings=RegistrationSettings(
            database_url=SecretStr(registration.db.url),
            data_keys=SecretStr(registration.data_keys.export()),
            lookup_keys=SecretStr(registration.lookup_keys.export()),
            blind_index_keys=SecretStr(registration.blind_index_keys.export()),
        ),
        shared=SharedSettings(profile=Profile.DEVELOPMENT, event_log=SecretStr("memory://")),
        db=registration.db,
        log=MemoryEventLog(),
        outbox=Outbox("registration"),
        metrics=metrics,
        delivery_metrics=EventMetrics(metrics),
        tracing=tracing,
    )
    wiring = wire(core)
    key = SigningKey.fresh_or_kept(None)
    app = create_app(
        title=SERVICE.title,
        description=SERVICE.description,
        routers=wiring.routers,
        verifier=TokenVerifier(
            ISSUER, StaticJwks({"keys": [key.published()]}), profile=Profile.DEVELOPMENT, subjects=SUBJECTS
        ),
        metrics=metrics,
        tracing=tracing,
        readiness=Readiness(),
    )
    stop = asyncio.Event()

    async def work() -> None:
        await wiring.loops["imports"](stop)

    worker = asyncio.create_task(work())
    made = Callers(httpx.ASGITransport(app), key)
    yield made
    await made.close()
    stop.set()
    await worker
