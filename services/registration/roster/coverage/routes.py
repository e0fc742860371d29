"""``/v1/identity-coverage``: figures per municipality and school, and the pupils who lack something."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from libs.shared.base.clock import Clock, danish_date
from libs.shared.base.date_window import Day
from libs.shared.db.database import Database
from libs.shared.db.order import Order, Place
from libs.shared.db.scope import scope_of
from libs.shared.values.codes import InstitutionNumber, MunicipalityCode
from libs.shared.web.lists import LISTED, Lists, sortable
from libs.shared.web.pages import DEFAULT_PAGE_SIZE, Page, PageSize, PageToken
from libs.shared.web.request_log import note_objects
from services.registration.access import (
    EVERY_MUNICIPALITY,
    EVERY_PERSON,
    RosterReader,
    Secretariat,
    require_municipality,
)
from services.registration.roster.coverage import use_cases
from services.registration.roster.coverage.domain import OF_PUPILS, REMEDIES, Lack, SchoolCoverage
from services.registration.roster.coverage.schemas import (
    CountryCoverageOut,
    IdentityFiguresOut,
    LackingPupilOut,
    MunicipalityCoverageOut,
    RefusedNumbersOut,
    RemedyOut,
    SchoolCoverageOut,
    lacks_of,
)
from services.registration.roster.coverage.use_cases import Found, Listed
from services.registration.roster.identity.sealing import PupilVault

_Municipality = Annotated[MunicipalityCode, Query(description="The municipality's code.")]
_On = Annotated[Day | None, Query(description="The day on which pupils are in their classes; today if not given.")]


def identity_coverage_router(db: Database, vault: PupilVault, clock: Clock) -> APIRouter:
    """For the municipality: figures and pupils; for the secretariat: figures alone."""
    router = APIRouter(prefix="/v1/identity-coverage", tags=["identity coverage"])

    @router.get("", summary="How many of a municipality's pupils are identified, and what to do / Identitetsdækning")
    async def municipality_coverage(
        caller: RosterReader, municipality: _Municipality, on: _On = None
    ) -> MunicipalityCoverageOut:
        """A token that names institutions gets the figures of these. `refused` are the newest files' rows that were
        refused for their CPR number, so that their pupils may not be here at all.
        """
        require_municipality(caller, municipality, pointer="/query/municipality")
        day = on or danish_date(clock())
        async with db.read(scope_of(caller)) as session:
            found = await use_cases.of_municipality(session, caller, municipality, day)
        return MunicipalityCoverageOut(
            municipality_code=municipality,
            on=day,
            figures=IdentityFiguresOut.model_validate(found.figures),
            lacking=lacks_of(found.figures, sum(each.rows for each in found.refused)),
            refused=[RefusedNumbersOut.model_validate(each) for each in found.refused],
        )

    _add_schools(router, db, clock)
    _add_pupils(router, db, vault, clock)
    _add_country(router, db, clock)
    return router


def _add_schools(router: APIRouter, db: Database, clock: Clock) -> None:
    @router.get(
        "/schools",
        summary="How many pupils of each school are identified",
        response_model=Page[SchoolCoverageOut],
        responses=LISTED,
    )
    async def schools(
        *,
        caller: RosterReader,
        municipality: _Municipality,
        lists: Lists,
        on: _On = None,
        sort: Annotated[
            str, sortable("institution_number", "name", "pupils", "without_cpr_number")
        ] = "institution_number",
        page_size: PageSize = DEFAULT_PAGE_SIZE,
        page_token: PageToken = None,
    ) -> Page[SchoolCoverageOut] | Response:
        require_municipality(caller, municipality, pointer="/query/municipality")
        order = Order.read(sort)
        after = lists.after(page_token, "school-coverage", order)
        async with db.read(scope_of(caller)) as session:
            found = await use_cases.by_school(
                session,
                caller,
                municipality,
                on or danish_date(clock()),
                order=order,
                after=after,
                size=page_size + 1,
            )

        def place(each: SchoolCoverage) -> Place:
            value = getattr(each.figures, order.name, None)
            return Place(str(getattr(each, order.name) if value is None else value), each.institution_number)

        return lists.answer(
            "school-coverage", order, found, page_size, model=SchoolCoverageOut, item=_school, place=place
        )


def _school(each: SchoolCoverage) -> SchoolCoverageOut:
    figures = IdentityFiguresOut.model_validate(each.figures)
    return SchoolCoverageOut(
        school_id=each.school_id,
        institution_number=each.institution_number,
        name=each.name,
        school_kind=each.school_kind,
        **figures.model_dump(),
    )


def _add_pupils(router: APIRouter, db: Database, vault: PupilVault, clock: Clock) -> None:
    @router.get(
        "/pupils",
        summary="The pupils who lack a CPR number or something else, with what to do",
        response_model=Page[LackingPupilOut],
        responses=LISTED,
    )
    async def pupils(
        *,
        request: Request,
        caller: RosterReader,
        municipality: _Municipality,
        lists: Lists,
        institution: Annotated[InstitutionNumber | None, Query(description="Those of this school alone.")] = None,
        lack: Annotated[
            Lack | None, Query(description="Those alone who lack this; without it, those without a CPR number.")
        ] = None,
        on: _On = None,
        sort: Annotated[str, sortable("institution_number", "class_name", "grade")] = "institution_number",
        page_size: PageSize = DEFAULT_PAGE_SIZE,
        page_token: PageToken = None,
    ) -> Page[LackingPupilOut] | Response:
        """Names are shown to the school and the resource team, and no protected one."""
        require_municipality(caller, municipality, pointer="/query/municipality")
        order, today = Order.read(sort), danish_date(clock())
        after = lists.after(page_token, "lacking-pupils", order)
        async with db.read(scope_of(caller)) as session:
            found = await use_cases.lacking(
                session,
                vault,
                caller,
                municipality,
                institution=institution,
                lacks=_chosen(lack),
                on=on or today,
                today=today,
                order=order,
                after=after,
                size=page_size + 1,
            )
        note_objects(request, "pupil_ids", (each.pupil_id for each in found[:page_size]))
        return lists.answer(
            "lacking-pupils",
            order,
            found,
            page_size,
            model=LackingPupilOut,
            item=_pupil,
            place=lambda each: Place(str(getattr(each, order.name)), str(each.pupil_id)),
        )


def _chosen(lack: Lack | None) -> Sequence[Lack]:
    if lack is None:
        return (Lack.CPR_NUMBER, Lack.REPLACED)
    return (lack,) if lack in OF_PUPILS else ()


def _pupil(each: Found) -> LackingPupilOut:
    return LackingPupilOut(
        pupil_id=each.pupil_id,
        local_id=each.local_id,
        name=each.name,
        name_protected=each.name_protected,
        school_id=each.school_id,
        institution_number=each.institution_number,
        class_id=each.class_id,
        class_name=each.class_name,
        grade=each.grade,
        lacks=list(each.lacks),
        remedies=[RemedyOut.model_validate(REMEDIES[lack]) for lack in each.lacks],
    )


def _add_country(router: APIRouter, db: Database, clock: Clock) -> None:
    @router.get(
        "/municipalities",
        summary="How many pupils of each municipality are identified, for the secretariat",
        response_model=Page[CountryCoverageOut],
        responses=LISTED,
    )
    async def country(
        *,
        caller: Secretariat,
        lists: Lists,
        on: _On = None,
        sort: Annotated[str, sortable("municipality_code", "name")] = "municipality_code",
        page_size: PageSize = DEFAULT_PAGE_SIZE,
        page_token: PageToken = None,
    ) -> Page[CountryCoverageOut] | Response:
        """The municipalities that have been invited. Figures of 1–4 pupils are not shown."""
        del caller
        order = Order.read(sort)
        after = lists.after(page_token, "country-coverage", order)
        async with db.read(EVERY_MUNICIPALITY) as session:
            codes = await use_cases.participants(session, order, after, page_size + 1)
        async with db.read(EVERY_PERSON) as session:
            found = await use_cases.by_municipality(session, on or danish_date(clock()), codes)
        return lists.answer(
            "country-coverage",
            order,
            found,
            page_size,
            model=CountryCoverageOut,
            item=_municipality,
            place=lambda each: Place(getattr(each, order.name), each.municipality_code),
        )


def _municipality(each: Listed) -> CountryCoverageOut:
    shown = each.figures
    return CountryCoverageOut(
        municipality_code=each.municipality_code,
        name=each.name,
        pupils=shown.pupils,
        with_cpr_number=shown.with_cpr_number,
        without_cpr_number=shown.without_cpr_number,
        no_cpr_number=shown.no_cpr_number,
        replacement_number=shown.replacement_number,
        class_kind_unknown=shown.class_kind_unknown,
        percent=shown.percent,
    )
