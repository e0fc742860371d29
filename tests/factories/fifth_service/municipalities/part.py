"""The part of the service about municipalities: their list, and the read model behind it."""

from libs.shared.contracts.registration import MunicipalityChanged
from libs.shared.db.database import Database
from libs.shared.events.read_models import ReadModel
from libs.shared.runtime.parts import Part
from tests.factories.fifth_service.municipalities.routes import municipalities_router
from tests.factories.fifth_service.municipalities.tables import Municipality


def part(db: Database) -> Part:
    """The routes, and the read model of ``registration.municipality``."""
    return Part(
        routers=[municipalities_router(db)],
        read_models=[ReadModel(MunicipalityChanged, Municipality)],
        tables=[Municipality],
    )
