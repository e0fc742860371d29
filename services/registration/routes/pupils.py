"""``/v1/pupils``: from a source system's own ids to the platform's."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from libs.shared.auth.principal import Principal, Role
from libs.shared.base.clock import Clock, danish_date
from libs.shared.db.database import Database
from libs.shared.privacy.keys import LookupKeys
from libs.shared.values.codes import Grade, InstitutionNumber, MunicipalityCode
from libs.shared.values.school_years import SchoolYear
from libs.shared.web.access import require
from libs.shared.web.request_log import note_objects
from services.registration.access import require_municipality, scope_of
from services.registration.pupils.lookup import MAX_LOOKED_UP, find_by_local_id

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
    """Those found; an id that is nobody's, or of somebody whom the caller is not shown, is left out."""

    items: list[PupilFound] = Field(max_length=MAX_LOOKED_UP)


class PupilsAsked(BaseModel):
    """Whom to look for. Source-system ids are sent in a body, since addresses stand in the logs of every proxy."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"municipality_code": "101", "local_ids": ["101-00001"]}]}
    )

    municipality_code: MunicipalityCode
    local_ids: list[Annotated[str, StringConstraints(min_length=1, max_length=64)]] = Field(
        min_length=1, max_length=MAX_LOOKED_UP
    )


def pupils_router(db: Database, lookup_keys: LookupKeys, clock: Clock) -> APIRouter:
    """Pupils by local id, for those who know it."""
    router = APIRouter(prefix="/v1/pupils", tags=["pupils"])

    @router.post("/look-ups", summary="Find pupils by the source system's own ids")
    async def look_up(
        request: Request,
        asked: PupilsAsked,
        caller: Annotated[Principal, Depends(require(Role.SCHOOL, Role.RESOURCE_TEAM))],
    ) -> PupilsFound:
        """A school finds pupils who are at it today, with their times there; a resource team all of the municipality.

        Nothing is created, so it needs no key.
        """
        require_municipality(caller, asked.municipality_code, pointer="/municipality_code")
        async with db.read(scope_of(caller)) as session:
            found = await find_by_local_id(
                session,
                lookup_keys,
                caller,
                asked.municipality_code,
                asked.local_ids,
                today=danish_date(clock()),
            )
        note_objects(request, "pupil_ids", (each.pupil_id for each in found))
        return PupilsFound(items=[PupilFound.model_validate(each) for each in found])

    return router
