"""A migrated registration database as the application's role, and the service's own HTTP on top of it."""

from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from services.registration.settings import RegistrationSettings
from services.registration.wiring import SERVICE
from tests.factories.service import Callers, ServiceUnderTest
from tests.integration.services.registration.service import MIGRATIONS, Registration
from tests.realparts.databases import MakeDatabase


@pytest.fixture
async def registration(make_database: MakeDatabase) -> Registration:
    """The service without its HTTP side, on a database of its own."""
    return Registration.on((await make_database(MIGRATIONS)).db)


def served(registration: Registration) -> ServiceUnderTest:
    """The service as ``wiring`` builds it."""
    settings = RegistrationSettings(
        database_url=SecretStr(registration.db.url),
        data_keys=SecretStr(registration.data_keys.export()),
        lookup_keys=SecretStr(registration.lookup_keys.export()),
        blind_index_keys=SecretStr(registration.blind_index_keys.export()),
    )
    return ServiceUnderTest(SERVICE, registration.db, settings)


@pytest.fixture
async def callers(registration: Registration) -> AsyncIterator[Callers]:
    """The service's callers, its import worker running."""
    async with served(registration).running("imports") as callers:
        yield callers
