"""``/v1/set-aside-days``: absence that counts in no month, since a stay or a calendar was changed after it was sent."""

from datetime import date
from uuid import UUID

from fastapi import APIRouter

from libs.shared.base.clock import Clock, danish_date
from libs.shared.db.database import Database
from libs.shared.db.scope import scope_of
from libs.shared.web.pages import DEFAULT_PAGE_SIZE, Key, Page, Pages, PageSize, PageToken
from services.absence_ingest.absence import use_cases
from services.absence_ingest.absence.domain import Position, SetAside
from services.absence_ingest.absence.schemas import SetAsideOut
from services.absence_ingest.access import Integration, reach_of

_LIST = "set-aside-days"


def set_aside_days_router(db: Database, clock: Clock) -> APIRouter:
    """The municipality's list: pupils by their ids, no names."""
    router = APIRouter(prefix="/v1/set-aside-days", tags=["absence"])

    @router.get("", summary="Absence that counts in no month, since a stay or a calendar was changed")
    async def set_aside_days(
        caller: Integration,
        pages: Pages,
        page_size: PageSize = DEFAULT_PAGE_SIZE,
        page_token: PageToken = None,
    ) -> Page[SetAsideOut]:
        """A day of absence counts while the pupil is at a school on the date and the date is one of the school's
        school days. When a stay or a calendar is changed afterwards, days that no longer fit are set aside: they are
        kept, they count in no month, and they are listed here, whichever file they came with. Correct the stay or the
        calendar and they count again by themselves; or withdraw the absence with 0 days.
        """
        after = pages.read(page_token, _LIST, (str, str, str))
        async with db.read(scope_of(caller)) as session:
            found = await use_cases.list_set_aside(
                session, reach_of(caller), danish_date(clock()), after=_position(after), size=page_size + 1
            )
        return pages.page(_LIST, found, page_size, item=SetAsideOut.of, key=_key)

    return router


def _key(day: SetAside) -> tuple[Key, ...]:
    pupil_id, date_, category = day.position
    return str(pupil_id), date_.isoformat(), category


def _position(key: tuple[Key, ...] | None) -> Position | None:
    if key is None:
        return None
    pupil_id, day, category = (str(part) for part in key)
    return UUID(pupil_id), date.fromisoformat(day), category
