"""The part of the service for schools."""

from libs.shared.base.clock import Clock
from libs.shared.db.database import Database
from libs.shared.events.outbox import Outbox
from libs.shared.events.republishing import Republishing, telling
from libs.shared.files.kind import INSTITUTION
from libs.shared.files.kinds.schools import SCHOOLS
from libs.shared.imports.single import Single
from libs.shared.privacy.keys import LookupKeys
from libs.shared.runtime.parts import Part
from services.registration.roster.municipalities.queries import may_import
from services.registration.roster.schools import use_cases
from services.registration.roster.schools.routes import institutions_router, schools_router
from services.registration.roster.schools.tables import School
from services.registration.roster.schools.use_cases import SchoolImport


def part(db: Database, outbox: Outbox, lookup_keys: LookupKeys, clock: Clock) -> Part:
    """The kind of file ``schools``, the routes of schools, the secretariat's decisions about their numbers, and the
    topic.
    """
    importing = SchoolImport(outbox)
    single = Single(SCHOOLS, importing, may_import, lookup_keys, in_path=[INSTITUTION])
    return Part(
        routers=[institutions_router(db, outbox, clock), schools_router(db, single, clock)],
        kinds=[(SCHOOLS, importing)],
        tables=[School],
        republishing=[Republishing("registration.school", telling(outbox, use_cases.states), "school")],
    )
