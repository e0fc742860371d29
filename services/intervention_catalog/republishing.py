"""How the states of each topic of this service are told again."""

from libs.shared.contracts.catalog import RuleSetPublished
from libs.shared.db.database import WriteSession
from libs.shared.events.outbox import Outbox
from libs.shared.events.republishing import Page, Place, Republishing, TellPage, telling
from services.intervention_catalog.changes import queries as changes
from services.intervention_catalog.changes.domain import Kind
from services.intervention_catalog.publications import queries as publications
from services.intervention_catalog.publications.events import state_of
from services.intervention_catalog.rule_sets.use_cases import rule_set_states

TOPICS = {
    Kind.INTERVENTION_TYPE: "catalog.intervention-type",
    Kind.SUPPORT_LEVEL: "catalog.support-level",
    Kind.TRIAL_ACTION: "catalog.trial-action",
    Kind.RECOMMENDATION: "catalog.recommendation",
}


def _telling_items(outbox: Outbox, kind: Kind) -> TellPage:
    async def tell_page(session: WriteSession, _: str, after: Place | None, size: int) -> Page:
        await changes.take_turn(session)
        found = await publications.item_ids(session, kind, after[0] if after else "", size)
        states = [state_of(await publications.of_item(session, kind, item_id)) for item_id in found]
        await outbox.add(session, states, republished=True)
        return Page(len(states), (found[-1],) if len(found) == size else None)

    return tell_page


async def _rule_sets(session: WriteSession, _: str, _after: Place | None, _size: int) -> list[RuleSetPublished]:
    await changes.take_turn(session)
    return await rule_set_states(session)


def republishing(outbox: Outbox) -> tuple[Republishing, ...]:
    """All topics. There are few rule sets, so that they are one page."""
    return (
        *(Republishing(topic, _telling_items(outbox, kind), size=100) for kind, topic in TOPICS.items()),
        Republishing(RuleSetPublished.TOPIC, telling(outbox, _rule_sets), size=10_000),
    )
