"""A municipality with schools and a received catalog."""

import pytest

from tests.integration.services.registration.service import Registration
from tests.integration.services.registration.told import publish_catalog


@pytest.fixture
async def ready(registration: Registration) -> Registration:
    await registration.base()
    await publish_catalog(registration.db)
    return registration
