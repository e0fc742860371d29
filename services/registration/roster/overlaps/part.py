"""The part of the service for the list of overlapping stays."""

from libs.shared.db.database import Database
from libs.shared.runtime.parts import Part
from services.registration.roster.overlaps.routes import overlapping_stays_router


def part(db: Database) -> Part:
    """The secretariat's list."""
    return Part(routers=[overlapping_stays_router(db)])
