"""The change feed's share of the service."""

from libs.shared.db.database import Database
from libs.shared.runtime.parts import Part
from services.intervention_catalog.changes.routes import changes_router
from services.intervention_catalog.changes.tables import CatalogChange


def part(db: Database) -> Part:
    """The feed of changes, and its table."""
    return Part(routers=[changes_router(db)], tables=[CatalogChange])
