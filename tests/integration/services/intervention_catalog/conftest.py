"""A migrated catalog database as the application's role, and the service's own HTTP on top of it."""

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from libs.shared.events.outbox import Outbox
from libs.shared.privacy.keys import KEY_BYTES, KeyRing
from libs.shared.web.pages import PageTokens
from services.intervention_catalog.settings import InterventionCatalogSettings
from services.intervention_catalog.wiring import SERVICE
from tests.factories.service import Callers, ServiceUnderTest
from tests.integration.services.intervention_catalog.service import Catalog
from tests.realparts.databases import MakeDatabase, OwnDatabase

PAGES = PageTokens(SERVICE.name, KeyRing({"k1": bytes(KEY_BYTES)}))
"""Those of every replica."""


@pytest.fixture
async def own(make_database: MakeDatabase) -> OwnDatabase:
    """A migrated database of the service, as its application role."""
    return await make_database(SERVICE.migrations)


@pytest.fixture
def outbox() -> Outbox:
    return Outbox(SERVICE.name)


@pytest.fixture
def catalog(own: OwnDatabase, outbox: Outbox) -> Catalog:
    """The empty catalog, for publishing and reading the results."""
    return Catalog(own.db, outbox)


@pytest.fixture
async def loaded(catalog: Catalog) -> Catalog:
    """The catalog with the packaged content."""
    await catalog.load()
    return catalog


@pytest.fixture
def service(own: OwnDatabase, outbox: Outbox) -> ServiceUnderTest:
    return service_on(own, outbox)


def service_on(own: OwnDatabase, outbox: Outbox) -> ServiceUnderTest:
    """The service as ``wiring`` builds it; each call is one more replica."""
    settings = InterventionCatalogSettings(database_url=SecretStr(own.app_url))
    return ServiceUnderTest(SERVICE, own.db, settings, outbox=outbox)


@pytest.fixture
def app(service: ServiceUnderTest) -> FastAPI:
    return service.app(page_tokens=PAGES)


@pytest.fixture
async def callers(service: ServiceUnderTest, app: FastAPI) -> AsyncIterator[Callers]:
    """Callers of the service in any role."""
    async with service.callers(app) as callers:
        yield callers


@pytest.fixture
def client(callers: Callers) -> httpx.AsyncClient:
    """A reader without a token."""
    return callers.client
