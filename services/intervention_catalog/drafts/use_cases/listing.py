"""The drafts that a caller may see."""

from libs.shared.auth.principal import Principal
from libs.shared.db.database import ReadSession
from libs.shared.db.order import Order, Place
from services.intervention_catalog.access import may_read_draft
from services.intervention_catalog.drafts import queries
from services.intervention_catalog.drafts.domain import DraftFilter
from services.intervention_catalog.drafts.tables import Draft


async def list_drafts(
    session: ReadSession, caller: Principal, wanted: DraftFilter, *, order: Order, after: Place | None, limit: int
) -> list[Draft]:
    """At most ``limit`` drafts that the caller may see, in this order."""
    seen: list[Draft] = []
    while len(seen) < limit:
        found = await queries.listed(session, wanted, order=order, after=after, limit=limit)
        seen += [each for each in found if may_read_draft(caller, each.owner, each.state)]
        if len(found) < limit:
            break
        after = place_of(order, found[-1])
    return seen[:limit]


def place_of(order: Order, draft: Draft) -> Place:
    """Where the page after this draft begins."""
    return Place(str(getattr(draft, order.name)), str(draft.draft_id))
