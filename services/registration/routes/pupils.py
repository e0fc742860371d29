"""``/v1/pupils``: from a source system's own ids to the platform's."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from libs.shared.auth.principal import Principal, Role
from libs.shared.contracts.state import Grade, InstitutionNumber, SchoolYear
from libs.shared.db.database import Database
from libs.shared.privacy.keys import LookupKeys
from libs.shared.web.access import require
from libs.shared.web.request_log import note_objects
from services.registration.pupils.lookup import MAX_LOOKED_UP, find_by_local_id
from services.registration.routes.tenants import require_municipality, scope_of

_PUPIL_ID = "0f8f2c5a-6a0d-4c39-8f0e-3f1f0f9d7c11"
_CLASS_ID = "2f7c1d9e-9f0b-4f5b-8a43-6a0c5d1e7b21"


class PupilMembership(BaseModel):
    """A time in a class; ``valid_to`` is the day after the last."""

    model_config = ConfigDict(from_attributes=True)

    class_id: UUID
    institution_number: InstitutionNumber
    school_year: SchoolYear
    class_name: str
    grade: Grade
    valid_from: date
    valid_to: date


class PupilFound(BaseModel):
    """A pupil found by local id; neither name nor other identifiers are shown here."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [
                {
                    "pupil_id": _PUPIL_ID,
                    "local_id": "101-00001",
                    "memberships": [
                        {
                            "class_id": _CLASS_ID,
                            "institution_number": "101001",
                            "school_year": "2022/2023",
                            "class_name": "5A",
                            "grade": 5,
                            "valid_from": "2022-08-01",
                            "valid_to": "2023-08-01",
                        }
                    ],
                }
            ]
        },
    )

    pupil_id: UUID
    local_id: str
    memberships: list[PupilMembership]


class PupilsFound(BaseModel):
    """Those found; an id that is nobody's, or nobody's of the caller's, is left out."""

    items: list[PupilFound] = Field(max_length=MAX_LOOKED_UP)


def pupils_router(db: Database, lookup_keys: LookupKeys) -> APIRouter:
    """Pupils by local id, for those who know it."""
    router = APIRouter(prefix="/v1/pupils", tags=["pupils"])

    @router.get("", summary="Find pupils by the source system's own ids")
    async def pupils(
        request: Request,
        caller: Annotated[Principal, Depends(require(Role.SCHOOL, Role.RESOURCE_TEAM))],
        municipality: Annotated[str, Query(pattern="^[0-9]{3}$", examples=["101"])],
        local_id: Annotated[
            list[Annotated[str, StringConstraints(min_length=1, max_length=64)]],
            Query(
                min_length=1, max_length=MAX_LOOKED_UP, description="Repeat it for several.", examples=[["101-00001"]]
            ),
        ],
    ) -> PupilsFound:
        require_municipality(caller, municipality)
        async with db.read(scope_of(caller)) as session:
            found = await find_by_local_id(
                session, lookup_keys, municipality, local_id, institutions=caller.institution_numbers
            )
        note_objects(request, "pupil_ids", (each.pupil_id for each in found))
        return PupilsFound(items=[PupilFound.model_validate(each) for each in found])

    return router
