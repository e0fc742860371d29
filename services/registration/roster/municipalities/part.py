"""The part of the service for municipalities."""

from libs.shared.base.clock import Clock
from libs.shared.db.database import Database
from libs.shared.events.outbox import Outbox
from libs.shared.events.republishing import Republishing, telling
from libs.shared.runtime.parts import Part
from services.registration.roster.municipalities import use_cases
from services.registration.roster.municipalities.routes import municipalities_router, municipality_codes_router
from services.registration.roster.municipalities.tables import Municipality


def part(db: Database, outbox: Outbox, clock: Clock) -> Part:
    """The secretariat's routes, the codes of all municipalities, and the topic."""
    return Part(
        routers=[municipalities_router(db, outbox, clock), municipality_codes_router()],
        tables=[Municipality],
        republishing=[Republishing("registration.municipality", telling(outbox, use_cases.states), "municipality")],
    )
