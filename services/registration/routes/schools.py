"""``/v1/schools`` and their classes."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict

from libs.shared.auth.principal import Principal, Role
from libs.shared.db.database import Database
from libs.shared.values.codes import Grade, InstitutionNumber, MunicipalityCode
from libs.shared.values.school_years import SchoolYear
from libs.shared.web.access import require
from libs.shared.web.pages import DEFAULT_PAGE_SIZE, Page, Pages, PageSize, PageToken
from services.registration.access import institutions_of, require_municipality, school_in_path, scope_of
from services.registration.classes import queries as classes
from services.registration.schools import queries

_SCHOOL_ID = "7b0f6a4e-3c0c-4d5e-9a55-0d7f6f1f2a10"
_CLASS_ID = "2f7c1d9e-9f0b-4f5b-8a43-6a0c5d1e7b21"

_Caller = Annotated[
    Principal,
    Depends(require(Role.SCHOOL, Role.RESOURCE_TEAM, Role.MUNICIPALITY_INTEGRATION, Role.SECRETARIAT)),
]
_ClassCaller = Annotated[Principal, Depends(require(Role.SCHOOL, Role.RESOURCE_TEAM, Role.MUNICIPALITY_INTEGRATION))]


class SchoolOut(BaseModel):
    """A school."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [
                {
                    "school_id": _SCHOOL_ID,
                    "municipality_code": "101",
                    "institution_number": "101001",
                    "name": "Prøveskolen Nord",
                    "kind": "public",
                }
            ]
        },
    )

    school_id: UUID
    municipality_code: MunicipalityCode
    institution_number: InstitutionNumber
    name: str
    kind: Literal["public", "private", "special"]


class ClassOut(BaseModel):
    """A class in one school year."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [
                {"class_id": _CLASS_ID, "school_year": "2022/2023", "name": "5A", "grade": 5, "kind": "ordinary"}
            ]
        },
    )

    class_id: UUID
    school_year: SchoolYear
    name: str
    grade: Grade
    kind: Literal["ordinary", "special"]


def schools_router(db: Database) -> APIRouter:
    """Schools and classes; a token that names institutions sees these alone."""
    router = APIRouter(prefix="/v1/schools", tags=["schools"])

    @router.get("", summary="A municipality's schools, by institution number")
    async def schools(
        caller: _Caller,
        municipality: Annotated[MunicipalityCode, Query()],
        pages: Pages,
        page_size: PageSize = DEFAULT_PAGE_SIZE,
        page_token: PageToken = None,
    ) -> Page[SchoolOut]:
        require_municipality(caller, municipality, pointer="/query/municipality")
        after = pages.read(page_token, "schools", (str,))
        async with db.read(scope_of(caller)) as session:
            rows = await queries.listed(
                session,
                municipality,
                only=institutions_of(caller),
                after=str(after[0]) if after else "",
                size=page_size + 1,
            )
        shown = [SchoolOut.model_validate(row) for row in rows[:page_size]]
        more = len(rows) > page_size
        token = pages.write("schools", [shown[-1].institution_number]) if more else None
        return Page(items=shown, next_page_token=token)

    @router.get("/{school_id}/classes", summary="A school's classes, by school year and name")
    async def school_classes(
        *,
        school_id: UUID,
        caller: _ClassCaller,
        pages: Pages,
        school_year: Annotated[SchoolYear | None, Query()] = None,
        page_size: PageSize = DEFAULT_PAGE_SIZE,
        page_token: PageToken = None,
    ) -> Page[ClassOut]:
        after = pages.read(page_token, "classes", (str, str))
        async with db.read(scope_of(caller)) as session:
            school = await school_in_path(session, caller, school_id)
            rows = await classes.of_school(
                session,
                school.school_id,
                school_year,
                after=(str(after[0]), str(after[1])) if after else ("", ""),
                size=page_size + 1,
            )
        shown = [ClassOut.model_validate(row) for row in rows[:page_size]]
        more = len(rows) > page_size
        token = pages.write("classes", [shown[-1].school_year, shown[-1].name]) if more else None
        return Page(items=shown, next_page_token=token)

    return router
