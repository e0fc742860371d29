"""``/v1/identity-cases``: ids of a source system that came with another name, and what somebody decides of them."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from libs.shared.auth.principal import Principal, Role
from libs.shared.base.clock import Clock, danish_date
from libs.shared.db.database import Database
from libs.shared.privacy.sealed_texts import SealedTexts
from libs.shared.values.codes import InstitutionNumber, MunicipalityCode
from libs.shared.web.access import require
from libs.shared.web.pages import DEFAULT_PAGE_SIZE, Page, Pages, PageSize, PageToken
from libs.shared.web.request_log import note_objects
from services.registration.access import require_municipality, scope_of
from services.registration.identity.sealing import PupilVault
from services.registration.pupils.cases import Decision
from services.registration.pupils.decisions import decide, open_cases

_LIST = "identity-cases"
_FIRST = UUID(int=0)
_CASE_ID = "5d0c4b1e-0a1b-4c2d-8e3f-9a0b1c2d3e4f"
_Code = Annotated[MunicipalityCode, Query(description="The municipality's code.")]
_Team = Annotated[Principal, Depends(require(Role.RESOURCE_TEAM))]


class IdentityCaseOut(BaseModel):
    """A known pupil, and the other name with which the pupil's id came."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [
                {
                    "case_id": _CASE_ID,
                    "municipality_code": "101",
                    "pupil_id": "0f8f2c5a-6a0d-4c39-8f0e-3f1f0f9d7c11",
                    "known_name": "Elev Et",
                    "sent_name": "Barn To",
                    "institution_number": "101002",
                    "since": "2022-11-01T02:00:00Z",
                    "rows": 2,
                }
            ]
        },
    )

    case_id: UUID
    municipality_code: MunicipalityCode
    pupil_id: UUID = Field(description="The pupil whose id it is so far.")
    known_name: str = Field(description="The name that the pupil is known by.")
    sent_name: str = Field(description="The name that came with the pupil's id.")
    institution_number: InstitutionNumber = Field(description="The institution at which the file says the child is.")
    since: datetime
    rows: int = Field(description="Rows that wait for the decision.")


class IdentityDecisionIn(BaseModel):
    """Whether the two names are one child's."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"decision": "another_pupil"}]})

    decision: Decision = Field(
        description="`same_pupil`: the pupil has a new name. `another_pupil`: the id was given to another child; it is "
        "that child's from now on, and what was sent about the first pupil stays as it is."
    )


class IdentityDecisionOut(IdentityDecisionIn):
    """A decision as it stands."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"decision": "another_pupil", "case_id": _CASE_ID}]})

    case_id: UUID


def identity_cases_router(db: Database, vault: PupilVault, names: SealedTexts, clock: Clock) -> APIRouter:
    """For the municipality's own people, who can ask the schools; no integration decides who a child is."""
    router = APIRouter(prefix="/v1/identity-cases", tags=["identity cases"])

    @router.get("", summary="Ids that came with another name, and wait for a decision")
    async def identity_cases(
        *,
        request: Request,
        caller: _Team,
        municipality: _Code,
        pages: Pages,
        page_size: PageSize = DEFAULT_PAGE_SIZE,
        page_token: PageToken = None,
    ) -> Page[IdentityCaseOut]:
        """A source system's id came alone with a name of which no part is the known pupil's. Nothing is changed until
        somebody has decided; the rows wait, once per pupil and name however often they are sent.
        """
        require_municipality(caller, municipality, pointer="/query/municipality")
        after = pages.read(page_token, _LIST, (str,))
        async with db.read(scope_of(caller)) as session:
            found = await open_cases(
                session,
                vault,
                names,
                caller,
                municipality,
                today=danish_date(clock()),
                after=UUID(str(after[0])) if after else _FIRST,
                size=page_size + 1,
            )
        shown = found[:page_size]
        note_objects(request, "pupil_ids", (each.pupil_id for each in shown))
        token = pages.write(_LIST, [str(shown[-1].case_id)]) if len(found) > page_size else None
        return Page(items=[IdentityCaseOut.model_validate(each) for each in shown], next_page_token=token)

    @router.post("/{case_id}/decision", summary="Decide whether the two names are one child's")
    async def decided(case_id: UUID, body: IdentityDecisionIn, caller: _Team) -> IdentityDecisionOut:
        """The rows that wait are taken by it a moment later, and later files are read by it, too. The same decision
        again changes nothing; the other one is refused.
        """
        now = clock()
        async with db.write(scope_of(caller)) as session:
            await decide(session, caller, case_id, body.decision, now=now, today=danish_date(now))
        return IdentityDecisionOut(case_id=case_id, decision=body.decision)

    return router
