"""The part of the service for schools."""

from libs.shared.base.clock import Clock
from libs.shared.db.database import Database
from libs.shared.events.outbox import Outbox
from libs.shared.events.republishing import Republishing, telling
from libs.shared.files.kinds.schools import SCHOOLS
from libs.shared.runtime.parts import Part
from services.registration.roster.schools import use_cases
from services.registration.roster.schools.routes import institutions_router, schools_router
from services.registration.roster.schools.tables import School
from services.registration.roster.schools.use_cases import SchoolImport


def part(db: Database, outbox: Outbox, clock: Clock) -> Part:
    """The kind of file ``schools``, the list of schools, the secretariat's decisions about their numbers, and the
    topic.
    """
    return Part(
        routers=[institutions_router(db, outbox, clock), schools_router(db)],
        kinds=[(SCHOOLS, SchoolImport(outbox))],
        tables=[School],
        republishing=[Republishing("registration.school", telling(outbox, use_cases.states), "school")],
    )
