"""``/v1/schools``; ``/v1/institutions``: the holders of institution numbers, and the secretariat's decisions."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from libs.shared.base.clock import Clock, danish_date
from libs.shared.db.database import Database
from libs.shared.db.scope import scope_of
from libs.shared.events.outbox import Outbox
from libs.shared.values.codes import InstitutionNumber, MunicipalityCode
from libs.shared.web.pages import DEFAULT_PAGE_SIZE, Page, Pages, PageSize, PageToken
from services.registration.access import (
    EVERY_MUNICIPALITY,
    SchoolListReader,
    Secretariat,
    require_municipality,
)
from services.registration.roster.schools import use_cases
from services.registration.roster.schools.numbers import decide
from services.registration.roster.schools.schemas import (
    DecisionIn,
    DecisionOut,
    InstitutionOut,
    SchoolOut,
    Standing,
)


def schools_router(db: Database) -> APIRouter:
    """Schools; a token that names institutions sees only these."""
    router = APIRouter(prefix="/v1/schools", tags=["schools"])

    @router.get("", summary="A municipality's schools, by institution number")
    async def schools(
        caller: SchoolListReader,
        municipality: Annotated[MunicipalityCode, Query()],
        pages: Pages,
        page_size: PageSize = DEFAULT_PAGE_SIZE,
        page_token: PageToken = None,
    ) -> Page[SchoolOut]:
        require_municipality(caller, municipality, pointer="/query/municipality")
        after = pages.read(page_token, "schools", (str,))
        async with db.read(scope_of(caller)) as session:
            rows = await use_cases.list_schools(
                session, caller, municipality, after=str(after[0]) if after else "", size=page_size + 1
            )
        return pages.page(
            "schools", rows, page_size, item=SchoolOut.model_validate, key=lambda row: (row.institution_number,)
        )

    return router


def institutions_router(db: Database, outbox: Outbox, clock: Clock) -> APIRouter:
    """Institution numbers, for the secretariat. The register itself is a file: the kind ``institutions``."""
    router = APIRouter(prefix="/v1/institutions", tags=["institutions"])

    @router.get("", summary="Institution numbers in use, by number")
    async def institutions(
        caller: Secretariat,
        pages: Pages,
        standing: Annotated[Standing | None, Query(description="Those alone that stand so.")] = None,
        page_size: PageSize = DEFAULT_PAGE_SIZE,
        page_token: PageToken = None,
    ) -> Page[InstitutionOut]:
        """Ask for `first_use` and `disputed` to see what waits for a decision."""
        after = pages.read(page_token, "institutions", (str, str))
        async with db.read(EVERY_MUNICIPALITY) as session:
            place = (str(after[0]), str(after[1])) if after else None
            rows = await use_cases.list_numbers(session, standing, after=place, size=page_size + 1)
        return pages.page(
            "institutions",
            rows,
            page_size,
            item=InstitutionOut.model_validate,
            key=lambda row: (row.institution_number, row.municipality_code),
        )

    @router.put("/{institution_number}", summary="Decide whose a number is, for want of a register")
    async def put(
        institution_number: Annotated[InstitutionNumber, Path()],
        body: DecisionIn,
        caller: Secretariat,
    ) -> DecisionOut:
        """A school of another municipality loses the number at once, with all that was sent about it; the municipality
        that it belongs to sends its school again.
        """
        async with db.write(EVERY_MUNICIPALITY) as session:
            await decide(session, outbox, institution_number, body.municipality_code, danish_date(clock()))
        return DecisionOut(institution_number=institution_number, municipality_code=body.municipality_code)

    return router
