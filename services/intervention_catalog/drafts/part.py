"""The share of drafts in the service."""

from libs.shared.base.clock import Clock
from libs.shared.db.database import Database
from libs.shared.events.outbox import Outbox
from libs.shared.runtime.parts import Part
from services.intervention_catalog.drafts.routes import drafts_router
from services.intervention_catalog.drafts.tables import Draft
from services.intervention_catalog.kinds.allowed_references import AllowedReferences


def part(db: Database, outbox: Outbox, clock: Clock, allowed: AllowedReferences) -> Part:
    """The routes of drafts, and their table."""
    return Part(routers=[drafts_router(db, outbox, clock, allowed)], tables=[Draft])
