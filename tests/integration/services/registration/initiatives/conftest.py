"""An initiative with shares."""

import pytest

from tests.factories.service import Callers
from tests.integration.services.registration.initiatives.requests import Work
from tests.integration.services.registration.service import Registration


@pytest.fixture
async def work(callers: Callers, registration: Registration) -> Work:
    made = Work(callers, registration)
    await made.begin()
    return made
