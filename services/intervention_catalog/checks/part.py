"""The share of plan checks in the service."""

from libs.shared.db.database import Database
from libs.shared.runtime.parts import Part
from services.intervention_catalog.checks.routes import checks_router
from services.intervention_catalog.checks.use_cases import PlanChecks


def part(db: Database) -> Part:
    """The route that checks plans."""
    return Part(routers=[checks_router(PlanChecks(db))])
