"""How the states of rule sets are published again."""

from libs.shared.contracts.catalog import RuleSetPublished
from libs.shared.db.database import WriteSession
from libs.shared.events.outbox import Outbox
from libs.shared.events.republishing import Place, Republishing, telling
from services.intervention_catalog.changes import queries as changes
from services.intervention_catalog.rule_sets.use_cases import rule_set_states


def republishing(outbox: Outbox) -> Republishing:
    """The topic of rule sets. They are few, so they form one page."""
    return Republishing(RuleSetPublished.TOPIC, telling(outbox, _states), size=10_000)


async def _states(session: WriteSession, _: str, _after: Place | None, _size: int) -> list[RuleSetPublished]:
    await changes.take_turn(session)
    return await rule_set_states(session)
