"""``/v1/overlapping-stays``: contradictory stays of one child in two municipalities."""

from typing import Annotated

from fastapi import APIRouter, Response

from libs.shared.db.database import Database
from libs.shared.db.order import Order
from libs.shared.web.lists import LISTED, Lists, sortable
from libs.shared.web.pages import DEFAULT_PAGE_SIZE, PageSize, PageToken
from services.registration.access import EVERY_PERSON, Secretariat
from services.registration.roster.overlaps import use_cases
from services.registration.roster.overlaps.schemas import OverlapOut, OverlapPage

_LIST = "overlapping-stays"


def overlapping_stays_router(db: Database) -> APIRouter:
    """The secretariat's list: ids, numbers and dates, no names."""
    router = APIRouter(prefix="/v1/overlapping-stays", tags=["overlapping stays"])

    @router.get(
        "",
        summary="Stays of one person that overlap, under the ids of two municipalities",
        response_model=OverlapPage,
        responses=LISTED,
    )
    async def overlapping_stays(
        *,
        caller: Secretariat,
        lists: Lists,
        sort: Annotated[str, sortable("valid_from", "valid_to", "institution_number")] = "valid_from",
        page_size: PageSize = DEFAULT_PAGE_SIZE,
        page_token: PageToken = None,
    ) -> OverlapPage | Response:
        """Two municipalities have sent the same CPR number for the same days. Ask both which one the child goes to
        school in; the other one corrects its roster (a stay that was never there: both dates alike).

        Until then each is counted as it stands in its own municipality, and neither fills the other's months: the
        evaluation takes only stays that do not overlap for a move.
        """
        del caller
        order = Order.read(sort)
        after = lists.after(page_token, _LIST, order)
        async with db.moment(EVERY_PERSON) as session:
            found, total = await use_cases.list_overlaps(session, order=order, after=after, size=page_size + 1)
        page = lists.answer(
            _LIST,
            order,
            found,
            page_size,
            model=OverlapOut,
            item=OverlapOut.model_validate,
            place=lambda overlap: overlap.place(order.name),
        )
        if isinstance(page, Response):
            return page
        return OverlapPage(items=page.items, next_page_token=page.next_page_token, total=total)

    return router
