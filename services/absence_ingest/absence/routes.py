"""``/v1/set-aside-days``: absence that counts in no month, since a stay or a calendar was changed after it was sent."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import APIRouter, Depends
from libs.shared.values.codes import MunicipalityCode
from pydantic import BaseModel, ConfigDict, Field

from libs.shared.auth.principal import Principal, Role
from libs.shared.base.clock import Clock, danish_date
from libs.shared.db.database import Database
from libs.shared.db.scope import Scope
from libs.shared.web.access import require
from libs.shared.web.pages import DEFAULT_PAGE_SIZE, Page, Pages, PageSize, PageToken
from services.absence_ingest.absence import set_aside
from services.absence_ingest.absence.domain import days
from services.absence_ingest.absence.kind import ABSENCE, NOT_A_MEMBER
from services.absence_ingest.absence.set_aside import SetAside

_LIST = "set-aside-days"
_EXAMPLE: dict[str, Any] = {
    "municipality_code": "101",
    "pupil_id": "2f7c1d9e-9f0b-4f5b-8a43-6a0c5d1e7b21",
    "date": "2022-09-30",
    "category": "illness",
    "days": "0.5",
    "code": NOT_A_MEMBER,
    "messages": ABSENCE.catalog.messages({"code": NOT_A_MEMBER, "column": "date", "params": {}}),
    "since": "2022-10-03T07:15:00Z",
}


class SetAsideOut(BaseModel):
    """A day of absence that does not count now."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    municipality_code: MunicipalityCode
    pupil_id: UUID
    date: date
    category: str
    days: Decimal
    code: str = Field(description="What is wrong with the day; the codes are those of refused rows.")
    messages: dict[str, str] = Field(description="The same in Danish (da) and English (en), with what to do.")
    since: datetime

    @classmethod
    def of(cls, day: SetAside) -> Self:
        """As listed."""
        return cls(
            municipality_code=day.municipality_code,
            pupil_id=day.pupil_id,
            date=day.day,
            category=day.category,
            days=days(day.halves),
            code=day.code,
            messages=ABSENCE.catalog.messages({"code": day.code, "column": "date", "params": {}}),
            since=day.since,
        )


def set_aside_days_router(db: Database, clock: Clock) -> APIRouter:
    """The municipality's list: pupils by their ids, no names."""
    router = APIRouter(prefix="/v1/set-aside-days", tags=["absence"])

    @router.get("", summary="Absence that counts in no month, since a stay or a calendar was changed")
    async def set_aside_days(
        caller: Annotated[Principal, Depends(require(Role.MUNICIPALITY_INTEGRATION))],
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
        async with db.read(Scope(caller.municipality_codes)) as session:
            found = await set_aside.page(
                session,
                caller.municipality_codes,
                caller.held_to,
                danish_date(clock()),
                after=(UUID(str(after[0])), date.fromisoformat(str(after[1])), str(after[2])) if after else None,
                size=page_size + 1,
            )
        shown = found[:page_size]
        token = None
        if len(found) > page_size:
            pupil_id, day, category = shown[-1].place
            token = pages.write(_LIST, (str(pupil_id), day.isoformat(), category))
        return Page(items=[SetAsideOut.of(each) for each in shown], next_page_token=token)

    return router
