"""What the register of institution numbers adds to the service."""

from libs.shared.base.clock import Clock
from libs.shared.db.database import Database
from libs.shared.delivery.outbox import Outbox
from libs.shared.runtime.parts import Part
from services.registration.roster.institutions.kind import INSTITUTIONS
from services.registration.roster.institutions.routes import institutions_router
from services.registration.roster.institutions.tables import Institution
from services.registration.roster.institutions.use_cases import InstitutionImport


def part(db: Database, outbox: Outbox, clock: Clock) -> Part:
    """The register's file and the secretariat's decisions."""
    return Part(
        routers=[institutions_router(db, outbox, clock)],
        kinds=[(INSTITUTIONS, InstitutionImport())],
        tables=[Institution],
    )
