"""``/v1/schools/{school_id}/gross-list``, and ``/v1/gross-list`` of a municipality with its figures."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from libs.shared.base.clock import Clock, danish_date
from libs.shared.base.date_window import Day
from libs.shared.db.database import Database
from libs.shared.db.order import Order, Place
from libs.shared.db.scope import scope_of
from libs.shared.rules.verdicts import ScreeningOutcome
from libs.shared.values.codes import Grade, MunicipalityCode
from libs.shared.web.lists import LISTED, Listing, Lists, prefers_csv, sortable
from libs.shared.web.pages import DEFAULT_PAGE_SIZE, Page, PageSize, PageToken
from libs.shared.web.request_log import note_objects
from services.registration.access import FiguresReader, ResourceTeam, SchoolStaff, counted_in
from services.registration.roster.identity.sealing import PupilVault
from services.registration.screening.gross_list.choosing import RULES, Wanted, page_of
from services.registration.screening.gross_list.figure_schemas import MunicipalityFiguresOut, SchoolFiguresOut
from services.registration.screening.gross_list.listed import Listed, SchoolFigures
from services.registration.screening.gross_list.schemas import (
    GrossListItem,
    GrossListLine,
    GrossListOut,
    MunicipalityGrossListOut,
    list_fields,
)
from services.registration.screening.gross_list.use_cases import municipality as of_municipality
from services.registration.screening.gross_list.use_cases import school as of_school
from services.registration.screening.gross_list.use_cases.figures import figures

_AsOf = Annotated[Day | None, Query(description="The day of the screening; today if not given.")]
_Code = Annotated[MunicipalityCode, Query(description="The municipality's code.")]
SCHOOL_PAGE, MAX_SCHOOL_PAGE = 200, 1000
"""A school's list is mostly read as a whole, so its pages may be larger than those of other lists."""


def _wanted(
    rule: Annotated[str | None, Query(pattern=f"^({'|'.join(RULES)})$", description="Flagged by this rule.")] = None,
    outcome: Annotated[
        ScreeningOutcome | None, Query(description="With this outcome of `rule`, or of any rule, instead of flagged.")
    ] = None,
    class_id: Annotated[UUID | None, Query(description="The class alone, also in all figures.")] = None,
    grade: Annotated[Grade | None, Query(description="The grade alone, also in all figures.")] = None,
    everyone: Annotated[bool, Query(description="Everybody who is screened, also those without a flag.")] = False,
) -> Wanted:
    return Wanted(rule=rule, outcome=outcome, class_id=class_id, grade=grade, everyone=everyone)


_Filters = Annotated[Wanted, Depends(_wanted)]


def _page(
    request: Request,
    lists: Listing,
    *,
    name: str,
    order: Order,
    found: Sequence[Listed],
    size: int,
    place: Callable[[Listed], Place],
) -> Page[Any] | Response:
    """The page as JSON, or as CSV with a column for each part of each verdict."""
    note_objects(request, "pupil_ids", (each.pupil_id for each in found[:size]))
    if prefers_csv(request.headers.get("accept")):
        return lists.answer(name, order, found, size, model=GrossListLine, item=GrossListLine.of, place=place)
    return lists.answer(name, order, found, size, model=GrossListItem, item=GrossListItem.model_validate, place=place)


def screening_router(db: Database, vault: PupilVault, clock: Clock) -> APIRouter:
    """The gross list, for the school and the resource team: it shows names."""
    router = APIRouter(prefix="/v1/schools", tags=["screening"])

    @router.get(
        "/{school_id}/gross-list",
        summary="The pupils whom at least one screening rule flags, with reasons",
        response_model=GrossListOut,
        responses=LISTED,
    )
    async def school_gross_list(
        *,
        request: Request,
        school_id: UUID,
        caller: SchoolStaff,
        lists: Lists,
        wanted: _Filters,
        as_of: _AsOf = None,
        sort: Annotated[str, sortable(*of_school.SORTS)] = of_school.SORTS[0],
        page_size: Annotated[int, Query(ge=1, le=MAX_SCHOOL_PAGE, description="Rows per page.")] = SCHOOL_PAGE,
        page_token: PageToken = None,
    ) -> GrossListOut | Response:
        """Of the whole school or, with `class_id`, of a class. Being on the list decides nothing."""
        today = danish_date(clock())
        day, order = as_of or today, Order.read(sort)
        after = lists.after(page_token, "gross-list", order)
        async with db.read(scope_of(caller)) as session:
            found = await of_school.gross_list(
                session,
                vault,
                caller,
                school_id,
                day,
                today=today,
                wanted=wanted,
                order=order,
                after=after,
                size=page_size + 1,
            )
        place = of_school.placing(order)
        page = _page(request, lists, name="gross-list", order=order, found=found.items, size=page_size, place=place)
        if isinstance(page, Response):
            return page
        return GrossListOut(
            school_id=school_id, items=page.items, next_page_token=page.next_page_token, **list_fields(day, found)
        )

    return router


def municipality_screening_router(db: Database, vault: PupilVault, clock: Clock) -> APIRouter:
    """The gross list of a municipality, for its own staff, and the figures of its schools."""
    router = APIRouter(prefix="/v1/gross-list", tags=["screening"])

    @router.get(
        "",
        summary="The gross list of a municipality / Kommunens bruttoliste",
        response_model=MunicipalityGrossListOut,
        responses=LISTED,
    )
    async def municipality_gross_list(
        *,
        request: Request,
        caller: ResourceTeam,
        municipality: _Code,
        lists: Lists,
        wanted: _Filters,
        as_of: _AsOf = None,
        sort: Annotated[str, sortable(*of_municipality.SORTS)] = of_municipality.SORTS[0],
        page_size: PageSize = DEFAULT_PAGE_SIZE,
        page_token: PageToken = None,
    ) -> MunicipalityGrossListOut | Response:
        today = danish_date(clock())
        day, order = as_of or today, Order.read(sort)
        after = lists.after(page_token, "municipality-gross-list", order)
        async with db.read(scope_of(caller)) as session:
            found = await of_municipality.municipality_list(
                session,
                vault,
                caller,
                municipality,
                day,
                today=today,
                wanted=wanted,
                order=order,
                after=after,
                size=page_size + 1,
            )

        def place(each: Listed) -> Place:
            return of_municipality.place_of(each, order)

        page = _page(
            request,
            lists,
            name="municipality-gross-list",
            order=order,
            found=found.items,
            size=page_size,
            place=place,
        )
        if isinstance(page, Response):
            return page
        return MunicipalityGrossListOut(
            municipality_code=municipality,
            items=page.items,
            next_page_token=page.next_page_token,
            **list_fields(day, found),
        )

    @router.get(
        "/figures",
        summary="How many pupils of each school are on the gross list, without names / Tal pr. skole uden navne",
        response_model=MunicipalityFiguresOut,
        responses=LISTED,
    )
    async def school_figures(
        *,
        caller: FiguresReader,
        municipality: _Code,
        lists: Lists,
        as_of: _AsOf = None,
        sort: Annotated[str, sortable("institution_number", "share")] = "institution_number",
        page_size: PageSize = DEFAULT_PAGE_SIZE,
        page_token: PageToken = None,
    ) -> MunicipalityFiguresOut | Response:
        """The resource team sees exact figures, as it works with the pupils. For the secretariat small ones are hidden
        and the others rounded.
        """
        order = Order.read(sort)
        after = lists.after(page_token, "gross-list-figures", order)
        async with db.read(counted_in(caller, municipality)) as session:
            found = await figures(session, caller, municipality, as_of or danish_date(clock()))

        def place(each: SchoolFigures) -> Place:
            shown = SchoolFiguresOut.of(each, found.coarse)
            value = each.school.institution_number if order.name == "institution_number" else _share(shown)
            return Place(value, str(each.school.school_id))

        def shown(each: SchoolFigures) -> SchoolFiguresOut:
            return SchoolFiguresOut.of(each, found.coarse)

        rows = page_of(found.schools, order, place, after, page_size + 1)
        page = lists.answer(
            "gross-list-figures", order, rows, page_size, model=SchoolFiguresOut, item=shown, place=place
        )
        if isinstance(page, Response):
            return page
        return MunicipalityFiguresOut.of(municipality, found, page.items, page.next_page_token)

    return router


def _share(shown: SchoolFiguresOut) -> str:
    """The share as text that sorts as the number does; nothing where it is hidden."""
    return "" if shown.share_percent is None else f"{int(shown.share_percent * 100):05}"
