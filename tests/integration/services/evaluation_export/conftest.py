from collections.abc import AsyncIterator
from functools import partial

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from libs.shared.privacy.keys import KeyRing
from services.evaluation_export.orders.worker import DeliveryWorker
from services.evaluation_export.products.process import ProcessBuilder
from services.evaluation_export.settings import EvaluationExportSettings
from services.evaluation_export.wiring import SERVICE
from tests.factories.service import ServiceUnderTest
from tests.integration.services.evaluation_export.told import PROTECTION, Token, World, filled
from tests.realparts.databases import MakeDatabase, OwnDatabase


@pytest.fixture
async def own(make_database: MakeDatabase) -> OwnDatabase:
    """A migrated database of the service, as its application role."""
    return await make_database(SERVICE.migrations)


@pytest.fixture
async def world(own: OwnDatabase) -> World:
    """Two schools of two municipalities with a school year of courses, stored from events."""
    return await filled(own.db)


@pytest.fixture
def service(own: OwnDatabase) -> ServiceUnderTest:
    settings = EvaluationExportSettings(
        database_url=SecretStr(own.app_url), release_key=SecretStr(KeyRing.generate().export())
    )
    return ServiceUnderTest(SERVICE, own.db, settings)


@pytest.fixture
def token(service: ServiceUnderTest) -> Token:
    """A function that gives the header of a request with these roles and without a municipality."""
    return partial(service.tokens.headers, codes=())


@pytest.fixture
def app(service: ServiceUnderTest) -> FastAPI:
    return service.app()


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://evaluation") as client:
        yield client


@pytest.fixture
def worker(own: OwnDatabase) -> DeliveryWorker:
    return DeliveryWorker(own.db, ProcessBuilder(60), PROTECTION)
