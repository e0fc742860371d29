"""``/v1/overlapping-stays``: what municipalities say of one child that cannot all be so."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from libs.shared.auth.principal import Principal, Role
from libs.shared.db.database import Database
from libs.shared.db.scope import Access, Scope
from libs.shared.values.codes import InstitutionNumber, MunicipalityCode
from libs.shared.web.access import require
from libs.shared.web.pages import DEFAULT_PAGE_SIZE, Page, Pages, PageSize, PageToken
from services.registration.overlaps import queries

_LIST = "overlapping-stays"
_EXAMPLE: JsonDict = {
    "one": {
        "municipality_code": "101",
        "institution_number": "101001",
        "pupil_id": "2f7c1d9e-9f0b-4f5b-8a43-6a0c5d1e7b21",
        "valid_from": "2022-08-01",
        "valid_to": "2023-08-01",
    },
    "other": {
        "municipality_code": "147",
        "institution_number": "147001",
        "pupil_id": "7b0f6a4e-3c0c-4d5e-9a55-0d7f6f1f2a10",
        "valid_from": "2022-10-17",
        "valid_to": "2023-08-01",
    },
    "valid_from": "2022-10-17",
    "valid_to": "2023-08-01",
}


class StayOut(BaseModel):
    """A pupil's time at a school."""

    model_config = ConfigDict(from_attributes=True)

    municipality_code: MunicipalityCode
    institution_number: InstitutionNumber
    pupil_id: UUID = Field(description="The pupil's id in that municipality.")
    valid_from: date
    valid_to: date = Field(description="The day after the last.")


class OverlapOut(BaseModel):
    """Two stays of one person, and the days on which both are said to be."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [_EXAMPLE]})

    one: StayOut
    other: StayOut
    valid_from: date
    valid_to: date = Field(description="The day after the last.")


class OverlapPage(Page[OverlapOut]):
    """One page of them, and how many there are."""

    total: int = Field(description="How many there are on all pages together.")


def overlapping_stays_router(db: Database) -> APIRouter:
    """The secretariat's list: ids, numbers and dates, no names."""
    router = APIRouter(prefix="/v1/overlapping-stays", tags=["overlapping stays"])

    @router.get("", summary="Stays of one person that overlap, under the ids of two municipalities")
    async def overlapping_stays(
        caller: Annotated[Principal, Depends(require(Role.SECRETARIAT))],
        pages: Pages,
        page_size: PageSize = DEFAULT_PAGE_SIZE,
        page_token: PageToken = None,
    ) -> OverlapPage:
        """Two municipalities have sent the same CPR number for the same days. Ask both which one the child goes to
        school in; the other one corrects its roster (a stay that was never there: both dates alike).

        Until then each is counted as it stands in its own municipality, and neither fills the other's months: the
        evaluation takes only stays that do not overlap for a move.
        """
        del caller
        after = pages.read(page_token, _LIST, (str,) * 6)
        async with db.moment(Scope(access=Access.IDENTITY)) as session:
            found = await queries.overlaps(
                session, after=[str(part) for part in after or ()] or None, size=page_size + 1
            )
            total = await queries.count(session)
        shown = found[:page_size]
        token = pages.write(_LIST, shown[-1].key) if len(found) > page_size else None
        return OverlapPage(
            items=[OverlapOut.model_validate(each) for each in shown], next_page_token=token, total=total
        )

    return router
