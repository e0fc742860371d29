"""The share of withdrawals in the service."""

from libs.shared.base.clock import Clock
from libs.shared.db.database import Database
from libs.shared.events.outbox import Outbox
from libs.shared.runtime.parts import Part
from services.intervention_catalog.withdrawals.routes import withdrawals_router


def part(db: Database, outbox: Outbox, clock: Clock) -> Part:
    """The route of withdrawals."""
    return Part(routers=[withdrawals_router(db, outbox, clock)])
