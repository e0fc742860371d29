"""The part of the service for contradicting identifiers."""

from libs.shared.base.clock import Clock
from libs.shared.db.database import Database
from libs.shared.runtime.parts import Part
from services.registration.roster.contradictions.routes import pupil_conflicts_router


def part(db: Database, clock: Clock) -> Part:
    """The list of the municipality's own staff."""
    return Part(routers=[pupil_conflicts_router(db, clock)])
