"""``/v1/set-aside-days``: absence that counts in no month, since a stay or a calendar was changed after it was sent."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from libs.shared.base.clock import Clock, danish_date
from libs.shared.base.date_window import Day
from libs.shared.db.database import Database
from libs.shared.db.order import Order, Place
from libs.shared.db.scope import scope_of
from libs.shared.values.absence import Category
from libs.shared.web.lists import LISTED, Lists, sortable
from libs.shared.web.pages import DEFAULT_PAGE_SIZE, Page, PageSize, PageToken
from services.absence_ingest.absence import use_cases
from services.absence_ingest.absence.domain import Chosen, SetAside
from services.absence_ingest.absence.schemas import SetAsideOut
from services.absence_ingest.access import Integration, reach_of

_LIST = "set-aside-days"
_Sort = Annotated[str, sortable("pupil_id", "date", "category", "since")]


def set_aside_days_router(db: Database, clock: Clock) -> APIRouter:
    """The municipality's list: pupils by their ids, no names."""
    router = APIRouter(prefix="/v1/set-aside-days", tags=["absence"])

    @router.get(
        "",
        summary="Absence that counts in no month, since a stay or a calendar was changed",
        response_model=Page[SetAsideOut],
        responses=LISTED,
    )
    async def set_aside_days(
        *,
        caller: Integration,
        lists: Lists,
        pupil_id: Annotated[UUID | None, Query(description="Those of this pupil alone.")] = None,
        category: Annotated[Category | None, Query(description="Those of this category alone.")] = None,
        first: Annotated[Day | None, Query(description="Days from this one on.")] = None,
        last: Annotated[Day | None, Query(description="Days up to this one.")] = None,
        sort: _Sort = "pupil_id",
        page_size: PageSize = DEFAULT_PAGE_SIZE,
        page_token: PageToken = None,
    ) -> Page[SetAsideOut] | Response:
        """A day of absence counts while the pupil is at a school on the date and the date is one of the school's
        school days. When a stay or a calendar is changed afterwards, days that no longer fit are set aside: they are
        kept, they count in no month, and they are listed here, whichever file they came with. Correct the stay or the
        calendar and they count again by themselves; or withdraw the absence with 0 days.
        """
        order = Order.read(sort)
        after = lists.after(page_token, _LIST, order)
        chosen = Chosen(pupil_id, category, first, last)
        async with db.read(scope_of(caller)) as session:
            found = await use_cases.list_set_aside(
                session, reach_of(caller), danish_date(clock()), chosen, order=order, after=after, size=page_size + 1
            )
        return lists.answer(
            _LIST,
            order,
            found,
            page_size,
            model=SetAsideOut,
            item=SetAsideOut.of,
            place=lambda day: Place(_value(day, order), day.key),
        )

    return router


def _value(day: SetAside, order: Order) -> str:
    values = {
        "pupil_id": str(day.pupil_id),
        "date": day.day.isoformat(),
        "category": day.category,
        "since": day.since.isoformat(),
    }
    return values[order.name]
