"""``/v1/schools/{school_id}/classes``."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from libs.shared.db.database import Database
from libs.shared.db.scope import scope_of
from libs.shared.values.school_years import SchoolYear
from libs.shared.web.pages import DEFAULT_PAGE_SIZE, Page, Pages, PageSize, PageToken
from services.registration.access import RosterReader
from services.registration.roster.classes.schemas import ClassOut
from services.registration.roster.classes.use_cases import classes_of


def classes_router(db: Database) -> APIRouter:
    """The classes of a school that is the caller's."""
    router = APIRouter(prefix="/v1/schools", tags=["schools"])

    @router.get("/{school_id}/classes", summary="A school's classes, by school year and name")
    async def school_classes(
        *,
        school_id: UUID,
        caller: RosterReader,
        pages: Pages,
        school_year: Annotated[SchoolYear | None, Query()] = None,
        page_size: PageSize = DEFAULT_PAGE_SIZE,
        page_token: PageToken = None,
    ) -> Page[ClassOut]:
        after = pages.read(page_token, "classes", (str, str))
        async with db.read(scope_of(caller)) as session:
            rows = await classes_of(
                session,
                caller,
                school_id,
                school_year,
                after=(str(after[0]), str(after[1])) if after else ("", ""),
                size=page_size + 1,
            )
        return pages.page(
            "classes", rows, page_size, item=ClassOut.model_validate, key=lambda row: (row.school_year, row.name)
        )

    return router
