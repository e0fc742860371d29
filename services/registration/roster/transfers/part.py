"""The part of the service for transfers between schools of one municipality."""

from libs.shared.base.clock import Clock
from libs.shared.db.database import Database
from libs.shared.events.outbox import Outbox
from libs.shared.runtime.parts import Part
from services.registration.roster.transfers.routes import membership_conflicts_router


def part(db: Database, outbox: Outbox, clock: Clock) -> Part:
    """The list of the municipality's own staff, and their decisions."""
    return Part(routers=[membership_conflicts_router(db, outbox, clock)])
