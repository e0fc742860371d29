from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from libs.shared.auth.issuer.signing import SigningKey
from libs.shared.auth.jwks import StaticJwks
from libs.shared.auth.verifier import TokenVerifier
from libs.shared.base.clock import utc_now
from libs.shared.base.settings import Profile
from libs.shared.observability.metrics import Metrics
from libs.shared.observability.tracing import Tracing
from libs.shared.operations.health import Readiness
from libs.shared.web.app import create_app
from services.evaluation_export.orders.routes import deliveries_router
from services.evaluation_export.orders.worker import DeliveryWorker
from services.evaluation_export.products.process import ProcessBuilder
from services.evaluation_export.wiring import SERVICE
from tests.integration.services.evaluation_export.world import PROTECTION, Token, World, filled
from tests.realparts.databases import MakeDatabase, OwnDatabase

ISSUER = "https://login.example"


@pytest.fixture
async def own(make_database: MakeDatabase) -> OwnDatabase:
    """A migrated database of the service, as its application role."""
    return await make_database(SERVICE.migrations)


@pytest.fixture
async def world(own: OwnDatabase) -> World:
    """Two schools of two municipalities with a school year of courses, told by events."""
    return await filled(own.db)


@pytest.fixture
def key() -> SigningKey:
    return SigningKey.fresh_or_kept(None)


@pytest.fixture
def token(key: SigningKey) -> Token:
    return Token(key, ISSUER)


@pytest.fixture
def app(own: OwnDatabase, key: SigningKey) -> FastAPI:
    return create_app(
        title="Evaluation export",
        description="For tests.",
        routers=[deliveries_router(own.db, utc_now)],
        verifier=TokenVerifier(ISSUER, StaticJwks({"keys": [key.published()]}), profile=Profile.DEVELOPMENT),
        metrics=Metrics(process=False),
        tracing=Tracing("evaluation_export"),
        readiness=Readiness(),
    )


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://evaluation") as client:
        yield client


@pytest.fixture
def worker(own: OwnDatabase) -> DeliveryWorker:
    return DeliveryWorker(own.db, ProcessBuilder(60), PROTECTION)
