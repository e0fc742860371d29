"""The share of rule sets in the service."""

from libs.shared.db.database import Database
from libs.shared.events.outbox import Outbox
from libs.shared.runtime.parts import Part
from services.intervention_catalog.rule_sets.republishing import republishing
from services.intervention_catalog.rule_sets.routes import rule_set_schemas_router, rule_sets_router
from services.intervention_catalog.rule_sets.tables import RuleSetVersion


def part(db: Database, outbox: Outbox) -> Part:
    """The routes of rule sets and of their schemas, the table of versions, and their topic."""
    return Part(
        routers=[rule_sets_router(db), rule_set_schemas_router()],
        tables=[RuleSetVersion],
        republishing=[republishing(outbox)],
    )
