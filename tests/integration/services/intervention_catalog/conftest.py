import pytest

from libs.shared.delivery.outbox import Outbox
from services.intervention_catalog.wiring import SERVICE
from tests.realparts.databases import MakeDatabase, OwnDatabase


@pytest.fixture
async def own(make_database: MakeDatabase) -> OwnDatabase:
    """A migrated database of the service, as its application role."""
    return await make_database(SERVICE.migrations)


@pytest.fixture
def outbox() -> Outbox:
    return Outbox(SERVICE.name)
