"""The dosage ledger: ``/v1/courses`` as a list, and the dosage of a course and of its pupils."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from libs.shared.base.clock import Clock, danish_date
from libs.shared.base.date_window import Day
from libs.shared.db.database import Database
from libs.shared.db.order import Order, Place
from libs.shared.db.scope import scope_of
from libs.shared.rules.verdicts import DosageOutcome
from libs.shared.values.codes import MunicipalityCode, VariantId
from libs.shared.values.subjects import Subject
from libs.shared.web.lists import LISTED, Lists, sortable
from libs.shared.web.pages import DEFAULT_PAGE_SIZE, Page, PageSize, PageToken
from services.registration.access import CourseListReader, SchoolStaff
from services.registration.courses.courses.domain import CourseStatus
from services.registration.courses.ledger import use_cases
from services.registration.courses.ledger.domain import Attention
from services.registration.courses.ledger.filters import Filters
from services.registration.courses.ledger.schemas import (
    CourseListed,
    DosageOut,
    PupilCourseOut,
    PupilDosage,
    PupilLedger,
)
from services.registration.courses.ledger.shown import ListedCourse

_AsOf = Annotated[Day | None, Query(description="Today if not given.")]


def ledger_router(db: Database, clock: Clock) -> APIRouter:
    """The ledger, for schools; the list without pupils for the secretariat too."""
    router = APIRouter(prefix="/v1", tags=["courses"])

    @router.get(
        "/courses",
        summary="Courses with their dosage ledger; those at risk",
        response_model=Page[CourseListed],
        responses=LISTED,
    )
    async def listed(
        *,
        caller: CourseListReader,
        lists: Lists,
        municipality: Annotated[MunicipalityCode | None, Query(description="Of this municipality.")] = None,
        school_id: Annotated[UUID | None, Query(description="Of this school.")] = None,
        project_id: Annotated[UUID | None, Query(description="Of this project.")] = None,
        initiative_id: Annotated[UUID | None, Query(description="Of this initiative.")] = None,
        variant: Annotated[VariantId | None, Query(description="Of this variant.")] = None,
        subject: Annotated[Subject | None, Query(description="With this subject.")] = None,
        status: Annotated[CourseStatus | None, Query(description="With this status today.")] = None,
        outcome: Annotated[DosageOutcome | None, Query(description="Judged like this.")] = None,
        attention: Annotated[Attention | None, Query(description="With this to look at.")] = None,
        at_risk: Annotated[
            bool, Query(description="Only those at risk or missed, or with anything to look at.")
        ] = False,
        first: Annotated[Day | None, Query(description="Held on this day or later.")] = None,
        last: Annotated[Day | None, Query(description="Held on this day or before.")] = None,
        sort: Annotated[str, sortable("share_percent", "last_day", "start", "code", "variant")] = "share_percent",
        page_size: PageSize = DEFAULT_PAGE_SIZE,
        page_token: PageToken = None,
    ) -> Page[CourseListed] | Response:
        """The worst come first: sorted by `share_percent`, the expected total in per cent of what is required. Sort
        and pages follow the stored ledger, which is renewed when something is recorded, and once a day.
        """
        today, order = danish_date(clock()), Order.read(sort)
        after = lists.after(page_token, "courses", order)
        filters = Filters(
            project_id=project_id,
            initiative_id=initiative_id,
            variant=variant,
            subject=subject,
            outcome=outcome,
            attention=attention,
            status=status,
            at_risk=at_risk,
            first=first,
            last=last,
        )
        async with db.read(scope_of(caller)) as session:
            rows = await use_cases.list_courses(
                session,
                caller,
                filters,
                school_id=school_id,
                municipality=municipality,
                today=today,
                order=order,
                after=after,
                size=page_size + 1,
            )
        return lists.answer(
            "courses",
            order,
            rows,
            page_size,
            model=CourseListed,
            item=lambda row: CourseListed.of(row, today),
            place=lambda row: _place(row, order),
        )

    @router.get("/courses/{course_id}/dosage", summary="Planned, forecast and delivered dosage as of a day")
    async def dosage(course_id: UUID, caller: SchoolStaff, as_of: _AsOf = None) -> DosageOut:
        day = as_of or danish_date(clock())
        async with db.read(scope_of(caller)) as session:
            return DosageOut.of(*await use_cases.course_dosage(session, caller, course_id, day))

    @router.get(
        "/courses/{course_id}/pupils",
        summary="The dosage of each pupil in a course",
        response_model=Page[PupilDosage],
        responses=LISTED,
    )
    async def pupils(
        *,
        course_id: UUID,
        caller: SchoolStaff,
        lists: Lists,
        as_of: _AsOf = None,
        sort: Annotated[str, sortable("pupil_id")] = "pupil_id",
        page_size: PageSize = DEFAULT_PAGE_SIZE,
        page_token: PageToken = None,
    ) -> Page[PupilDosage] | Response:
        today, order = danish_date(clock()), Order.read(sort)
        after = lists.after(page_token, "course_pupils", order)
        async with db.read(scope_of(caller)) as session:
            found = await use_cases.pupils_of_course(
                session,
                caller,
                course_id,
                as_of or today,
                today,
                descending=order.descending,
                after=None if after is None else UUID(after.unique),
                size=page_size + 1,
            )
        return lists.answer(
            "course_pupils",
            order,
            found,
            page_size,
            model=PupilDosage,
            item=PupilDosage.of,
            place=lambda row: Place(str(row.pupil_id), str(row.pupil_id)),
        )

    @router.get("/pupils/{pupil_id}/dosage", summary="The courses of a pupil, and what they gave the pupil")
    async def of_pupil(pupil_id: UUID, caller: SchoolStaff, as_of: _AsOf = None) -> PupilLedger:
        today = danish_date(clock())
        day = as_of or today
        async with db.read(scope_of(caller)) as session:
            found = await use_cases.courses_of_pupil(session, caller, pupil_id, day, today)
        return PupilLedger(pupil_id=pupil_id, as_of=day, courses=[PupilCourseOut.of(each) for each in found])

    return router


def _place(row: ListedCourse, order: Order) -> Place:
    record = row.record
    values = {
        "share_percent": str(record.share or 0),
        "last_day": record.last_day.isoformat(),
        "start": record.start.isoformat(),
        "code": record.code,
        "variant": record.variant,
    }
    return Place(values[order.name], str(record.course_id))
