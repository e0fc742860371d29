"""``/v1/schools``; ``/v1/institutions``: the holders of institution numbers, and the secretariat's decisions."""

from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Path, Query, Response, status

from libs.shared.base.clock import Clock, danish_date
from libs.shared.db.database import Database
from libs.shared.db.order import Order, Place
from libs.shared.db.scope import Scope, scope_of
from libs.shared.events.outbox import Outbox
from libs.shared.imports.http.putting import put
from libs.shared.imports.single import Single
from libs.shared.values.codes import InstitutionNumber, MunicipalityCode
from libs.shared.web.lists import LISTED, Lists, sortable
from libs.shared.web.pages import DEFAULT_PAGE_SIZE, Page, PageSize, PageToken
from libs.shared.web.preconditions import ETAG, IfMatch, IfNew, etag_of, require_match
from services.registration.access import (
    EVERY_MUNICIPALITY,
    Integration,
    SchoolListReader,
    Secretariat,
    institutions_listed,
    require_municipality,
)
from services.registration.roster.schools import use_cases
from services.registration.roster.schools.domain import Chosen
from services.registration.roster.schools.errors import NumberNotDecided, SchoolNotFound
from services.registration.roster.schools.numbers import decide, decision_about, locked_decision
from services.registration.roster.schools.schemas import (
    DecisionIn,
    DecisionOut,
    InstitutionOut,
    SchoolIn,
    SchoolKind,
    SchoolOut,
    Standing,
)

SchoolSort = Annotated[str, sortable("institution_number", "name", "kind", "location_municipality_code")]
InstitutionSort = Annotated[str, sortable("institution_number", "municipality_code", "first_used_on")]
_Municipality = Annotated[MunicipalityCode, Query(description="The municipality's code.")]


def schools_router(db: Database, single: Single[Any], clock: Clock) -> APIRouter:
    """Schools; a token that names institutions sees only these."""
    router = APIRouter(prefix="/v1/schools", tags=["schools"])

    @router.get("", summary="A municipality's schools", response_model=Page[SchoolOut], responses=LISTED)
    async def schools(
        *,
        caller: SchoolListReader,
        municipality: _Municipality,
        lists: Lists,
        kind: Annotated[SchoolKind | None, Query(description="Those of this kind alone.")] = None,
        located_in: Annotated[
            MunicipalityCode | None, Query(description="Those alone that lie in this municipality.")
        ] = None,
        departments_of: Annotated[
            InstitutionNumber | None, Query(description="The departments of this main school alone.")
        ] = None,
        sort: SchoolSort = "institution_number",
        page_size: PageSize = DEFAULT_PAGE_SIZE,
        page_token: PageToken = None,
    ) -> Page[SchoolOut] | Response:
        """`municipality` is the one that runs them, wherever they lie."""
        require_municipality(caller, municipality, pointer="/query/municipality")
        order = Order.read(sort)
        after = lists.after(page_token, "schools", order)
        async with db.read(scope_of(caller)) as session:
            rows = await use_cases.list_schools(
                session,
                caller,
                municipality,
                Chosen(kind, located_in, departments_of),
                order=order,
                after=after,
                size=page_size + 1,
            )
        return lists.answer(
            "schools",
            order,
            rows,
            page_size,
            model=SchoolOut,
            item=SchoolOut.model_validate,
            place=lambda row: Place(getattr(row, order.name), row.institution_number),
        )

    _add_single(router, db, single, clock)
    return router


_Number = Annotated[InstitutionNumber, Path(description="The school's institution number.")]


def _add_single(router: APIRouter, db: Database, single: Single[Any], clock: Clock) -> None:
    @router.get("/{institution_number}", summary="A school by its institution number", responses={200: ETAG})
    async def school(
        institution_number: _Number, municipality: _Municipality, caller: SchoolListReader, response: Response
    ) -> SchoolOut:
        require_municipality(caller, municipality, pointer="/query/municipality")
        async with db.read(scope_of(caller)) as session:
            found = await use_cases.get_school(session, caller, municipality, institution_number)
        if found is None:
            raise SchoolNotFound
        shown = SchoolOut.model_validate(found)
        response.headers["ETag"] = etag_of(shown)
        return shown

    @router.put(
        "/{institution_number}",
        summary="Create or change a school",
        responses={200: ETAG, 201: {**ETAG, "model": SchoolOut, "description": "Created."}},
    )
    async def put_school(
        *,
        institution_number: _Number,
        municipality: _Municipality,
        body: SchoolIn,
        caller: Integration,
        response: Response,
        if_match: IfMatch = None,
        if_none_match: IfNew = None,
    ) -> SchoolOut:
        """It is judged as a row of the file of schools, and refused with the same codes, but for what is null: the body
        is the whole school. What waits in a file that was sent before is written after it.
        """
        require_municipality(caller, municipality, pointer="/query/municipality")
        batch = single.read(
            {
                "institution_number": institution_number,
                **body.model_dump(),
                "location_municipality_code": body.location_municipality_code or municipality,
                "main_institution_number": body.main_institution_number or institution_number,
            },
            municipality_code=municipality,
            institutions=institutions_listed(caller),
            receipt_id=uuid4(),
            now=clock(),
        )
        async with db.write(Scope.of(municipality)) as session:

            async def read() -> SchoolOut | None:
                found = await use_cases.get_school(session, caller, municipality, institution_number)
                return None if found is None else SchoolOut.model_validate(found)

            shown, created = await put(
                session,
                single,
                batch,
                read,
                if_match=if_match,
                if_new=if_none_match,
                shown_otherwise=["main_institution_number"],  # its own number says that it has none
            )
        response.status_code = status.HTTP_201_CREATED if created else status.HTTP_200_OK
        response.headers["ETag"] = etag_of(shown)
        return shown


def institutions_router(db: Database, outbox: Outbox, clock: Clock) -> APIRouter:
    """Institution numbers, for the secretariat. The register itself is a file: the kind ``institutions``."""
    router = APIRouter(prefix="/v1/institutions", tags=["institutions"])

    @router.get("", summary="Institution numbers in use", response_model=Page[InstitutionOut], responses=LISTED)
    async def institutions(
        *,
        caller: Secretariat,
        lists: Lists,
        standing: Annotated[Standing | None, Query(description="Those alone that stand so.")] = None,
        located_in: Annotated[
            MunicipalityCode | None, Query(description="Those of schools alone that lie in this municipality.")
        ] = None,
        sort: InstitutionSort = "institution_number",
        page_size: PageSize = DEFAULT_PAGE_SIZE,
        page_token: PageToken = None,
    ) -> Page[InstitutionOut] | Response:
        """Ask for `first_use` and `disputed` to see what waits for a decision."""
        order = Order.read(sort)
        after = lists.after(page_token, "institutions", order)
        async with db.read(EVERY_MUNICIPALITY) as session:
            rows = await use_cases.list_numbers(
                session, standing, located_in, order=order, after=after, size=page_size + 1
            )
        return lists.answer(
            "institutions",
            order,
            rows,
            page_size,
            model=InstitutionOut,
            item=InstitutionOut.model_validate,
            place=lambda row: Place(str(getattr(row, order.name)), f"{row.institution_number}/{row.municipality_code}"),
        )

    _add_decisions(router, db, outbox, clock)
    return router


def _add_decisions(router: APIRouter, db: Database, outbox: Outbox, clock: Clock) -> None:
    @router.get("/{institution_number}", summary="The decision about an institution number", responses={200: ETAG})
    async def decision(
        institution_number: Annotated[InstitutionNumber, Path()], caller: Secretariat, response: Response
    ) -> DecisionOut:
        async with db.read(EVERY_MUNICIPALITY) as session:
            found = await decision_about(session, institution_number)
        if found is None:
            raise NumberNotDecided
        shown = DecisionOut.model_validate(found)
        response.headers["ETag"] = etag_of(shown)
        return shown

    @router.put(
        "/{institution_number}",
        summary="Decide whose a number is, for want of a register",
        responses={200: ETAG, 201: {**ETAG, "model": DecisionOut, "description": "Created."}},
    )
    async def put_decision(
        *,
        institution_number: Annotated[InstitutionNumber, Path()],
        body: DecisionIn,
        caller: Secretariat,
        response: Response,
        if_match: IfMatch = None,
        if_none_match: IfNew = None,
    ) -> DecisionOut:
        """A school of another municipality loses the number at once, with all that was sent about it; the municipality
        that it belongs to sends its school again.
        """
        async with db.write(EVERY_MUNICIPALITY) as session:
            before = await locked_decision(session, institution_number)
            require_match(None if before is None else DecisionOut.model_validate(before), if_match, if_none_match)
            await decide(session, outbox, institution_number, body.municipality_code, danish_date(clock()))
        shown = DecisionOut(institution_number=institution_number, municipality_code=body.municipality_code)
        response.status_code = status.HTTP_201_CREATED if before is None else status.HTTP_200_OK
        response.headers["ETag"] = etag_of(shown)
        return shown
