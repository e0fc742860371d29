"""``/v1/courses``: creating, showing, changing and ending courses."""

from uuid import UUID

from fastapi import APIRouter, Response, status

from libs.shared.base.clock import Clock, danish_date
from libs.shared.db.database import Database
from libs.shared.db.scope import scope_of
from libs.shared.events.outbox import Outbox
from libs.shared.idempotency.attempts import Attempt
from libs.shared.idempotency.once import once
from libs.shared.privacy.sealed_texts import SealedTexts
from libs.shared.web.idempotency import LOCATED, MayRepeat, MustRepeat, located
from libs.shared.web.preconditions import ETAG, IfMatch, etag_of
from services.registration.access import SchoolStaff
from services.registration.courses.courses import use_cases
from services.registration.courses.courses.domain import NewCourse
from services.registration.courses.courses.schemas import CourseChange, CourseIn, CourseOut, EndIn, matching
from services.registration.courses.courses.shown import ShownCourse
from services.registration.courses.courses.use_cases import Change


def _answered(response: Response, shown: ShownCourse) -> CourseOut:
    """The answer with a course, and its ``ETag``."""
    course = CourseOut.of(shown)
    response.headers["ETag"] = etag_of(course)
    return course


def courses_router(db: Database, outbox: Outbox, texts: SealedTexts, clock: Clock) -> APIRouter:
    """Courses, for the school and the resource team."""
    router = APIRouter(prefix="/v1/courses", tags=["courses"])

    @router.post(
        "",
        status_code=status.HTTP_201_CREATED,
        summary="Create a course for a class, for named pupils, or for a number of pupils not known yet",
        responses={201: {"headers": {**LOCATED["headers"], **ETAG["headers"]}}},
    )
    async def create(body: CourseIn, caller: SchoolStaff, asked: MustRepeat, response: Response) -> CourseOut:
        new = NewCourse(
            project_id=body.project_id,
            school_id=body.school_id,
            variant=body.variant,
            start=body.start,
            last_day=body.last_day,
            class_id=body.class_id,
            pupil_ids=body.pupil_ids,
            designated_pupil_ids=frozenset(body.designated_pupil_ids),
            planned=tuple(body.planned),
            parents_informed=body.parents_informed,
            code=body.code,
            subjects=tuple(body.subjects),
            staff=tuple((each.role, each.persons) for each in body.staff),
            stated=body.expected_pupils,
        )
        now, scope = clock(), scope_of(caller)
        async with db.write(scope) as session:
            shown = await once(
                session,
                Attempt.of(asked, caller, scope, now),
                create=lambda: use_cases.create_course(session, outbox, texts, caller, new, now=now),
                reference=lambda made: str(made.course.course_id),
                again=lambda course_id: use_cases.get_course(session, texts, caller, UUID(course_id), danish_date(now)),
            )
            located(response, f"/v1/courses/{shown.course.course_id}")
            return _answered(response, shown)

    @router.get("/{course_id}", summary="A course with those enrolled", responses={200: ETAG})
    async def read(course_id: UUID, caller: SchoolStaff, response: Response) -> CourseOut:
        async with db.read(scope_of(caller)) as session:
            shown = await use_cases.get_course(session, texts, caller, course_id, danish_date(clock()))
        return _answered(response, shown)

    @router.patch("/{course_id}", summary="Change what is said of a course", responses={200: ETAG})
    async def change(
        course_id: UUID, body: CourseChange, caller: SchoolStaff, response: Response, if_match: IfMatch = None
    ) -> CourseOut:
        staff = None if body.staff is None else [(each.role, each.persons) for each in body.staff]
        asked = Change(body.code, body.subjects, staff, body.expected_pupils)
        async with db.write(scope_of(caller)) as session:
            shown = await use_cases.change_course(
                session,
                outbox,
                texts,
                caller,
                course_id,
                change=asked,
                precondition=matching(if_match),
                now=clock(),
            )
        return _answered(response, shown)

    @router.post("/{course_id}/end", summary="End a course before its planned last day", responses={200: ETAG})
    async def end(
        *,
        course_id: UUID,
        body: EndIn,
        caller: SchoolStaff,
        asked: MayRepeat,
        response: Response,
        if_match: IfMatch = None,
    ) -> CourseOut:
        now, scope = clock(), scope_of(caller)
        async with db.write(scope) as session:
            shown = await once(
                session,
                Attempt.of(asked, caller, scope, now),
                create=lambda: use_cases.end_course(
                    session,
                    outbox,
                    texts,
                    caller,
                    course_id,
                    last_day=body.last_day,
                    reason=body.reason,
                    note=body.note,
                    precondition=matching(if_match),
                    now=now,
                ),
                reference=lambda made: str(made.course.course_id),
                again=lambda ended: use_cases.get_course(session, texts, caller, UUID(ended), danish_date(now)),
            )
        return _answered(response, shown)

    return router
