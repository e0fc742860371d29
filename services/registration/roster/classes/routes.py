"""``/v1/schools/{school_id}/classes``, and ``/v1/classes`` by institution, school year and name."""

from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Path, Query, Response, status

from libs.shared.base.clock import Clock
from libs.shared.db.database import Database
from libs.shared.db.order import Order, Place
from libs.shared.db.scope import Scope, scope_of
from libs.shared.imports.http.putting import put
from libs.shared.imports.single import Single
from libs.shared.values.codes import InstitutionNumber, MunicipalityCode
from libs.shared.values.school_years import SchoolYear
from libs.shared.web.lists import LISTED, Lists, sortable
from libs.shared.web.pages import DEFAULT_PAGE_SIZE, Page, PageSize, PageToken
from libs.shared.web.preconditions import ETAG, IfMatch, IfNew, etag_of
from services.registration.access import Integration, RosterReader, institutions_listed, require_municipality
from services.registration.roster.classes.domain import Chosen
from services.registration.roster.classes.errors import ClassNotFound
from services.registration.roster.classes.schemas import ClassIn, ClassKind, ClassOut, ListedClassOut
from services.registration.roster.classes.use_cases import (
    classes_of,
    classes_of_municipality,
    get_class,
)


def classes_router(db: Database) -> APIRouter:
    """The classes of a school that is the caller's."""
    router = APIRouter(prefix="/v1/schools", tags=["schools"])

    @router.get("/{school_id}/classes", summary="A school's classes", response_model=Page[ClassOut], responses=LISTED)
    async def school_classes(
        *,
        school_id: UUID,
        caller: RosterReader,
        lists: Lists,
        school_year: Annotated[SchoolYear | None, Query()] = None,
        kind: Annotated[ClassKind | None, Query(description="Those of this kind alone.")] = None,
        sort: Annotated[str, sortable("school_year", "name", "grade")] = "school_year",
        page_size: PageSize = DEFAULT_PAGE_SIZE,
        page_token: PageToken = None,
    ) -> Page[ClassOut] | Response:
        order = Order.read(sort)
        after = lists.after(page_token, "classes", order)
        async with db.read(scope_of(caller)) as session:
            rows = await classes_of(
                session,
                caller,
                school_id,
                school_year=school_year,
                kind=kind,
                order=order,
                after=after,
                size=page_size + 1,
            )
        return lists.answer(
            "classes",
            order,
            rows,
            page_size,
            model=ClassOut,
            item=ClassOut.model_validate,
            place=lambda row: Place(
                {"school_year": row.school_year + row.name, "name": row.name, "grade": str(row.grade)}[order.name],
                str(row.class_id),
            ),
        )

    return router


_Municipality = Annotated[MunicipalityCode, Query(description="The municipality's code.")]
_SORTS = ("institution_number", "school_year", "name", "grade", "kind")


def _add_list(router: APIRouter, db: Database) -> None:
    @router.get("", summary="A municipality's classes", response_model=Page[ListedClassOut], responses=LISTED)
    async def classes(
        *,
        municipality: _Municipality,
        caller: RosterReader,
        lists: Lists,
        institution: Annotated[InstitutionNumber | None, Query(description="Those of this school.")] = None,
        school_year: Annotated[SchoolYear | None, Query()] = None,
        kind: Annotated[
            ClassKind | None, Query(description="Those of this kind alone; `unknown`: those that nobody has told.")
        ] = None,
        sort: Annotated[str, sortable(*_SORTS)] = "institution_number",
        page_size: PageSize = DEFAULT_PAGE_SIZE,
        page_token: PageToken = None,
    ) -> Page[ListedClassOut] | Response:
        """A class of unknown kind is never evaluated. Say its kind in a file of classes, by `PUT`, or by the school's
        rules (`/v1/class-kind-rules`).
        """
        require_municipality(caller, municipality, pointer="/query/municipality")
        order = Order.read(sort)
        after = lists.after(page_token, "municipality_classes", order)
        chosen = Chosen(institutions_listed(caller), institution, school_year, kind)
        async with db.read(scope_of(caller)) as session:
            rows = await classes_of_municipality(
                session, municipality, chosen, order=order, after=after, size=page_size + 1
            )
        return lists.answer(
            "municipality_classes",
            order,
            rows,
            page_size,
            model=ListedClassOut,
            item=ListedClassOut.model_validate,
            place=lambda row: Place(
                {
                    "institution_number": row.institution_number + row.school_year + row.name,
                    "school_year": row.school_year + row.name,
                }.get(order.name)
                or str(getattr(row, order.name)),
                str(row.class_id),
            ),
        )


_ADDRESS = "/{institution_number}/{school_year}/{class_name}"
_Number = Annotated[InstitutionNumber, Path(description="The school's institution number.")]
_Year = Annotated[
    str, Path(pattern=r"^\d{4}-\d{4}$", description="The school year with a hyphen.", examples=["2022-2023"])
]
_Name = Annotated[str, Path(min_length=1, max_length=40, description="The class's name.", examples=["5A"])]


def single_classes_router(db: Database, single: Single[Any], clock: Clock) -> APIRouter:
    """One class by its natural key. A name with a slash cannot stand in an address: send it in a file."""
    router = APIRouter(prefix="/v1/classes", tags=["classes"])
    _add_list(router, db)

    @router.get(_ADDRESS, summary="A class by institution, school year and name", responses={200: ETAG})
    async def class_(
        *,
        institution_number: _Number,
        school_year: _Year,
        class_name: _Name,
        municipality: _Municipality,
        caller: RosterReader,
        response: Response,
    ) -> ClassOut:
        require_municipality(caller, municipality, pointer="/query/municipality")
        key = (institution_number, school_year.replace("-", "/"), class_name)
        async with db.read(scope_of(caller)) as session:
            found = await get_class(session, caller, municipality, key)
        if found is None:
            raise ClassNotFound
        shown = ClassOut.model_validate(found)
        response.headers["ETag"] = etag_of(shown)
        return shown

    @router.put(
        _ADDRESS,
        summary="Create or change a class",
        responses={200: ETAG, 201: {**ETAG, "model": ClassOut, "description": "Created."}},
    )
    async def put_class(
        *,
        institution_number: _Number,
        school_year: _Year,
        class_name: _Name,
        municipality: _Municipality,
        body: ClassIn,
        caller: Integration,
        response: Response,
        if_match: IfMatch = None,
        if_none_match: IfNew = None,
    ) -> ClassOut:
        """It is judged as a row of the file of classes, and refused with the same codes. What waits in a file that was
        sent before is written after it.
        """
        require_municipality(caller, municipality, pointer="/query/municipality")
        key = (institution_number, school_year.replace("-", "/"), class_name)
        batch = single.read(
            {**dict(zip(single.kind.natural_key, key, strict=True)), **body.model_dump()},
            municipality_code=municipality,
            institutions=institutions_listed(caller),
            receipt_id=uuid4(),
            now=clock(),
        )
        stored = tuple(batch.columns[name][0] for name in single.kind.natural_key)
        async with db.write(Scope.of(municipality)) as session:

            async def read() -> ClassOut | None:
                found = await get_class(session, caller, municipality, stored)
                return None if found is None else ClassOut.model_validate(found)

            shown, created = await put(session, single, batch, read, if_match=if_match, if_new=if_none_match)
        response.status_code = status.HTTP_201_CREATED if created else status.HTTP_200_OK
        response.headers["ETag"] = etag_of(shown)
        return shown

    return router
