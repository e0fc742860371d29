"""``/v1/courses``: enrolments, sessions and dosage."""

from datetime import time
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response, status

from libs.shared.base.clock import Clock, danish_date
from libs.shared.base.date_window import Day
from libs.shared.db.database import Database
from libs.shared.db.scope import scope_of
from libs.shared.events.outbox import Outbox
from libs.shared.idempotency.attempts import Attempt
from libs.shared.idempotency.once import once
from libs.shared.web.idempotency import LOCATED, MayRepeat, MustRepeat, located
from services.registration.access import SchoolStaff
from services.registration.courses import use_cases
from services.registration.courses.domain import HeldSession, NewCourse
from services.registration.courses.schemas import CourseIn, CourseOut, DosageOut, SessionsIn, SessionsOut


def courses_router(db: Database, outbox: Outbox, clock: Clock) -> APIRouter:
    """Courses, for the school and the resource team."""
    router = APIRouter(prefix="/v1/courses", tags=["courses"])

    @router.post(
        "",
        status_code=status.HTTP_201_CREATED,
        summary="Enrol a class or named pupils in a course",
        responses={201: LOCATED},
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
        )
        now, scope = clock(), scope_of(caller)
        async with db.write(scope) as session:
            shown = await once(
                session,
                Attempt.of(asked, caller, scope, now),
                create=lambda: use_cases.create_course(session, outbox, caller, new, now=now),
                reference=lambda made: str(made.course.course_id),
                again=lambda course_id: use_cases.get_course(session, caller, UUID(course_id), danish_date(now)),
            )
            located(response, f"/v1/courses/{shown.course.course_id}")
            return CourseOut.of(shown.course, shown.enrolments, shown.not_shown)

    @router.get("/{course_id}", summary="A course with those enrolled")
    async def read(course_id: UUID, caller: SchoolStaff) -> CourseOut:
        async with db.read(scope_of(caller)) as session:
            shown = await use_cases.get_course(session, caller, course_id, danish_date(clock()))
        return CourseOut.of(shown.course, shown.enrolments, shown.not_shown)

    @router.post("/{course_id}/sessions", summary="Record sessions as they were held")
    async def record(course_id: UUID, body: SessionsIn, caller: SchoolStaff, asked: MayRepeat) -> SessionsOut:
        held = [HeldSession(each.held_on, time.fromisoformat(each.starts_at), each.minutes) for each in body.sessions]
        now, scope = clock(), scope_of(caller)
        async with db.write(scope) as session:

            async def as_recorded(counts: str) -> SessionsOut:
                await use_cases.get_course(session, caller, course_id, danish_date(now))
                return SessionsOut.model_validate_json(counts)

            async def newly() -> SessionsOut:
                done = await use_cases.record_sessions(session, outbox, caller, course_id, held, now=now)
                return SessionsOut.model_validate(done)

            # A repeated request that arrives late must not overwrite a correction that was sent in between.
            return await once(
                session,
                Attempt.of(asked, caller, scope, now),
                create=newly,
                reference=SessionsOut.model_dump_json,
                again=as_recorded,
            )

    @router.get("/{course_id}/dosage", summary="Planned, forecast and delivered dosage as of a day")
    async def dosage(
        course_id: UUID,
        caller: SchoolStaff,
        as_of: Annotated[Day | None, Query(description="Today if not given.")] = None,
    ) -> DosageOut:
        day = as_of or danish_date(clock())
        async with db.read(scope_of(caller)) as session:
            course, judged = await use_cases.course_dosage(session, caller, course_id, day)
        planned, forecast, delivered = judged.verdicts
        return DosageOut(
            course_id=course_id,
            variant=course.variant,
            as_of=day,
            sessions=sum(each.held_on <= day for each in judged.facts.sessions),
            planned=planned,
            forecast=forecast,
            delivered=delivered,
        )

    return router
