"""A migrated catalog database as the application's role, and the service's own HTTP on top of it."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
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
from libs.shared.privacy.keys import KEY_BYTES, KeyRing
from libs.shared.runtime.service import Core
from libs.shared.web.app import create_app
from libs.shared.web.pages import PageTokens
from services.intervention_catalog.settings import InterventionCatalogSettings
from services.intervention_catalog.wiring import SERVICE, wire
from tests.factories.subjects import SUBJECTS
from tests.integration.services.intervention_catalog.support import Catalog
from tests.realparts.databases import MakeDatabase, OwnDatabase

ISSUER = "https://login.example"


@pytest.fixture
async def own(make_database: MakeDatabase) -> OwnDatabase:
    """A migrated database of the service, as its application role."""
    return await make_database(SERVICE.migrations)


@pytest.fixture
def outbox() -> Outbox:
    return Outbox(SERVICE.name)


@pytest.fixture
def catalog(own: OwnDatabase, outbox: Outbox) -> Catalog:
    """Publishing into the database, and what came of it."""
    return Catalog(own.db, outbox)


@pytest.fixture
async def loaded(catalog: Catalog) -> Catalog:
    """The same with the packaged content in it."""
    await catalog.load()
    return catalog


def core_on(own: OwnDatabase, outbox: Outbox) -> Core:
    """What the service is built upon, on a test's database."""
    metrics = Metrics(process=False)
    return Core(
        name=SERVICE.name,
        settings=InterventionCatalogSettings(database_url=SecretStr(own.app_url)),
        shared=SharedSettings(profile=Profile.DEVELOPMENT, event_log=SecretStr("memory://")),
        db=own.db,
        log=MemoryEventLog(),
        outbox=outbox,
        metrics=metrics,
        delivery_metrics=EventMetrics(metrics),
        tracing=Tracing(SERVICE.name),
    )


@pytest.fixture
def key() -> SigningKey:
    return SigningKey.fresh_or_kept(None)


def app_on(own: OwnDatabase, outbox: Outbox, key: SigningKey) -> FastAPI:
    """The service as ``wiring`` builds it; each call is one more replica."""
    core = core_on(own, outbox)
    return create_app(
        title=SERVICE.title,
        description=SERVICE.description,
        routers=wire(core).routers,
        verifier=TokenVerifier(
            ISSUER, StaticJwks({"keys": [key.published()]}), profile=Profile.DEVELOPMENT, subjects=SUBJECTS
        ),
        metrics=core.metrics,
        tracing=core.tracing,
        readiness=Readiness(),
        page_tokens=PageTokens(SERVICE.name, KeyRing({"k1": bytes(KEY_BYTES)})),
    )


@pytest.fixture
def app(own: OwnDatabase, outbox: Outbox, key: SigningKey) -> FastAPI:
    return app_on(own, outbox, key)


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A reader without a token."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://catalog") as client:
        yield client


class Callers:
    """Signs tokens and asks the service's routes, as whoever is named."""

    def __init__(self, client: httpx.AsyncClient, key: SigningKey) -> None:
        self._client = client
        self._key = key

    async def ask(self, method: str, path: str, role: str, *municipalities: str, **more: Any) -> httpx.Response:
        """A request with a token of this role and these municipalities."""
        claims = {"sub": more.pop("subject", f"a {role}"), "roles": [role], "municipality_codes": list(municipalities)}
        token = self._key.token(claims, issuer=ISSUER, audience="skoleloeft", seconds=60)
        headers = {"Authorization": f"Bearer {token}", **more.pop("headers", {})}
        return await self._client.request(method, path, headers=headers, **more)


@pytest.fixture
def callers(client: httpx.AsyncClient, key: SigningKey) -> Callers:
    return Callers(client, key)
