"""A migrated registration database, as the application's role."""

import pytest

from tests.integration.services.registration.support import MIGRATIONS, Registration
from tests.realparts.databases import MakeDatabase


@pytest.fixture
async def registration(make_database: MakeDatabase) -> Registration:
    """The import side of the service on a database of its own."""
    return Registration.on((await make_database(MIGRATIONS)).db)
