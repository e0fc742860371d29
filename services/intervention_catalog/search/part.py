"""The search's share of the service."""

from libs.shared.base.clock import Clock
from libs.shared.db.database import Database
from libs.shared.runtime.memory import release_freed_memory
from libs.shared.runtime.parts import Part
from services.intervention_catalog.content.models.synonyms import Synonyms
from services.intervention_catalog.kinds.allowed_references import AllowedReferences
from services.intervention_catalog.search.routes import search_router
from services.intervention_catalog.search.use_cases import CatalogSearch


def part(db: Database, clock: Clock, allowed: AllowedReferences, synonyms: Synonyms) -> Part:
    """The search route, whose index is built at the first search."""
    return Part(routers=[search_router(CatalogSearch(db, allowed, synonyms, release_freed_memory), clock)])
