"""What schools add to the service."""

from libs.shared.db.database import Database
from libs.shared.delivery.outbox import Outbox
from libs.shared.delivery.republishing import Republishing, telling
from libs.shared.runtime.parts import Part
from services.registration.roster.schools import queries
from services.registration.roster.schools.kind import SCHOOLS
from services.registration.roster.schools.routes import schools_router
from services.registration.roster.schools.tables import School
from services.registration.roster.schools.use_cases import SchoolImport


def part(db: Database, outbox: Outbox) -> Part:
    """The file of schools, their list, and the topic."""
    return Part(
        routers=[schools_router(db)],
        kinds=[(SCHOOLS, SchoolImport(outbox))],
        tables=[School],
        republishing=[Republishing("registration.school", telling(outbox, queries.states), "school")],
    )
