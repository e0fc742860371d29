"""What the change feed adds to the service."""

from libs.shared.base.clock import Clock
from libs.shared.db.database import Database
from libs.shared.runtime.parts import Part
from services.registration.roster.changes.routes import changes_router
from services.registration.roster.changes.tables import RosterChange, RosterFeed


def part(db: Database, clock: Clock) -> Part:
    """The feed."""
    return Part(routers=[changes_router(db, clock)], tables=[RosterChange, RosterFeed])
