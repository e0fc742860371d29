"""``/v1/institutions``: who has which institution number, and the secretariat's decisions."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from libs.shared.auth.principal import Principal, Role
from libs.shared.base.clock import Clock, danish_date
from libs.shared.db.database import Database
from libs.shared.db.scope import Access, Scope
from libs.shared.events.outbox import Outbox
from libs.shared.values.codes import InstitutionNumber, MunicipalityCode
from libs.shared.web.access import require
from libs.shared.web.pages import DEFAULT_PAGE_SIZE, Page, Pages, PageSize, PageToken
from services.registration.institutions.use_cases import decide
from services.registration.schools import queries

Standing = Literal["registered", "first_use", "disputed", "former", "refused"]
_Secretariat = Annotated[Principal, Depends(require(Role.SECRETARIAT))]


class InstitutionOut(BaseModel):
    """A number that a municipality's school has or had."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [
                {
                    "institution_number": "101001",
                    "municipality_code": "101",
                    "school_id": "7b0f6a4e-3c0c-4d5e-9a55-0d7f6f1f2a10",
                    "name": "Prøveskolen Nord",
                    "kind": "public",
                    "standing": "first_use",
                    "belongs_to": None,
                    "first_used_on": "2022-08-01",
                }
            ]
        },
    )

    institution_number: InstitutionNumber
    municipality_code: MunicipalityCode
    school_id: UUID
    name: str
    kind: Literal["public", "private", "special"]
    standing: Standing = Field(
        description="`registered` by the register or your decision; `first_use` of a number that nothing is said of, "
        "to be decided; `disputed`: the register gives it to another municipality, or nobody; `former` and `refused` "
        "no longer have it."
    )
    belongs_to: MunicipalityCode | None = Field(description="The municipality of the register, or of your decision.")
    first_used_on: date


class DecisionIn(BaseModel):
    """Whose a number is."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"municipality_code": "101"}]})

    municipality_code: MunicipalityCode | None = Field(description="Null: nobody's, so that no school may use it.")


class DecisionOut(DecisionIn):
    """A decision as it stands."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"municipality_code": "101", "institution_number": "101001"}]}
    )

    institution_number: InstitutionNumber


def institutions_router(db: Database, outbox: Outbox, clock: Clock) -> APIRouter:
    """Institution numbers, for the secretariat. The register itself is a file: the kind ``institutions``."""
    router = APIRouter(prefix="/v1/institutions", tags=["institutions"])

    @router.get("", summary="Institution numbers in use, by number")
    async def institutions(
        caller: _Secretariat,
        pages: Pages,
        standing: Annotated[Standing | None, Query(description="Those alone that stand so.")] = None,
        page_size: PageSize = DEFAULT_PAGE_SIZE,
        page_token: PageToken = None,
    ) -> Page[InstitutionOut]:
        """Ask for `first_use` and `disputed` to see what waits for a decision."""
        after = pages.read(page_token, "institutions", (str, str))
        async with db.read(Scope(access=Access.SECRETARIAT)) as session:
            place = (str(after[0]), str(after[1])) if after else None
            rows = await queries.numbers(session, standing, after=place, size=page_size + 1)
        shown = [InstitutionOut.model_validate(row) for row in rows[:page_size]]
        last = [shown[-1].institution_number, shown[-1].municipality_code] if len(rows) > page_size else None
        return Page(items=shown, next_page_token=pages.write("institutions", last) if last else None)

    @router.put("/{institution_number}", summary="Decide whose a number is, for want of a register")
    async def put(
        institution_number: Annotated[InstitutionNumber, Path()],
        body: DecisionIn,
        caller: _Secretariat,
    ) -> DecisionOut:
        """A school of another municipality loses the number at once, with all that was sent about it; the municipality
        that it belongs to sends its school again.
        """
        async with db.write(Scope(access=Access.SECRETARIAT)) as session:
            await decide(session, outbox, institution_number, body.municipality_code, danish_date(clock()))
        return DecisionOut(institution_number=institution_number, municipality_code=body.municipality_code)

    return router
