"""The share of published content in the service."""

from libs.shared.base.clock import Clock
from libs.shared.db.database import Database
from libs.shared.events.outbox import Outbox
from libs.shared.runtime.parts import Part
from services.intervention_catalog.kinds.kinds import KINDS
from services.intervention_catalog.publications.republishing import republishing
from services.intervention_catalog.publications.routes import publications_router
from services.intervention_catalog.publications.tables import PublicationRow


def part(db: Database, outbox: Outbox, clock: Clock) -> Part:
    """The routes of each kind of content, the table of records, and the topics of the kinds."""
    return Part(
        routers=[publications_router(db, clock, kind) for kind in KINDS.values()],
        tables=[PublicationRow],
        republishing=republishing(outbox),
    )
