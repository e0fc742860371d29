"""How the states of published content are published again."""

from libs.shared.db.database import WriteSession
from libs.shared.events.outbox import Outbox
from libs.shared.events.republishing import Page, Place, Republishing, TellPage
from services.intervention_catalog.changes import queries as changes
from services.intervention_catalog.changes.domain import Kind
from services.intervention_catalog.publications import queries
from services.intervention_catalog.publications.events import state_of

TOPICS = {
    Kind.INTERVENTION_TYPE: "catalog.intervention-type",
    Kind.SUPPORT_LEVEL: "catalog.support-level",
    Kind.TRIAL_ACTION: "catalog.trial-action",
    Kind.RECOMMENDATION: "catalog.recommendation",
}


def republishing(outbox: Outbox) -> list[Republishing]:
    """One topic for each kind of content."""
    return [Republishing(topic, _telling(outbox, kind), size=100) for kind, topic in TOPICS.items()]


def _telling(outbox: Outbox, kind: Kind) -> TellPage:
    async def tell_page(session: WriteSession, _: str, after: Place | None, size: int) -> Page:
        await changes.take_turn(session)
        found = await queries.item_ids(session, kind, after[0] if after else "", size)
        states = [state_of(await queries.of_item(session, kind, item_id)) for item_id in found]
        await outbox.add(session, states, republished=True)
        return Page(len(states), (found[-1],) if len(found) == size else None)

    return tell_page
