"""``/v1/courses/{course_id}/enrolments``, offers, split and merge, and ``/v1/enrolments``."""

from collections.abc import Sequence
from uuid import UUID

from fastapi import APIRouter, Response, status

from libs.shared.base.clock import Clock, danish_date
from libs.shared.db.database import Database
from libs.shared.db.scope import scope_of
from libs.shared.events.outbox import Outbox
from libs.shared.idempotency.attempts import Attempt
from libs.shared.idempotency.once import once
from libs.shared.privacy.sealed_texts import SealedTexts
from libs.shared.web.idempotency import LOCATED, MustRepeat, located
from libs.shared.web.preconditions import ETAG, IfMatch, etag_of
from services.registration.access import SchoolStaff
from services.registration.courses.courses.schemas import CourseOut, matching
from services.registration.courses.courses.shown import ShownCourse
from services.registration.courses.courses.use_cases import get_course, read_course
from services.registration.courses.enrolments import use_cases
from services.registration.courses.enrolments.groups.use_cases import Split, history, merge_courses, split_course
from services.registration.courses.enrolments.offers.use_cases import Decisions, decide_offers, list_offers
from services.registration.courses.enrolments.schemas import (
    EnrolmentChangeIn,
    EnrolmentIn,
    EnrolmentShown,
    EnrolmentsIn,
    EnrolmentsOut,
    MergeIn,
    OfferDecisionsIn,
    OfferOut,
    OffersOut,
    RegroupingOut,
    RegroupingsOut,
    SplitIn,
    matching_enrolment,
)
from services.registration.courses.enrolments.use_cases import EnrolmentChange, NewEnrolment


def _new(body: Sequence[EnrolmentIn]) -> list[NewEnrolment]:
    return [NewEnrolment(each.pupil_id, each.valid_from, each.valid_to, each.designated) for each in body]


def _answered(response: Response, shown: ShownCourse) -> CourseOut:
    course = CourseOut.of(shown)
    response.headers["ETag"] = etag_of(course)
    return course


def enrolments_router(db: Database, outbox: Outbox, texts: SealedTexts, clock: Clock) -> APIRouter:
    """Enrolments of a course, for the school and the resource team."""
    router = APIRouter(prefix="/v1", tags=["courses"])

    @router.post(
        "/courses/{course_id}/enrolments",
        status_code=status.HTTP_201_CREATED,
        summary="Enrol pupils in a course",
        responses={201: LOCATED},
    )
    async def enrol(
        *, course_id: UUID, body: EnrolmentsIn, caller: SchoolStaff, asked: MustRepeat, response: Response
    ) -> EnrolmentsOut:
        now, scope = clock(), scope_of(caller)
        located(response, f"/v1/courses/{course_id}/pupils")
        async with db.write(scope) as session:

            async def newly() -> EnrolmentsOut:
                new = _new(body.enrolments)
                return EnrolmentsOut.of(await use_cases.enrol(session, outbox, caller, course_id, new, now=now))

            async def as_before(answer: str) -> EnrolmentsOut:
                await read_course(session, caller, course_id)
                return EnrolmentsOut.model_validate_json(answer)

            return await once(
                session,
                Attempt.of(asked, caller, scope, now),
                create=newly,
                reference=EnrolmentsOut.model_dump_json,
                again=as_before,
            )

    @router.get("/enrolments/{enrolment_id}", summary="An enrolment", responses={200: ETAG})
    async def read(enrolment_id: UUID, caller: SchoolStaff, response: Response) -> EnrolmentShown:
        async with db.read(scope_of(caller)) as session:
            found = await use_cases.get_enrolment(session, caller, enrolment_id, danish_date(clock()))
        shown = EnrolmentShown.of(found)
        response.headers["ETag"] = etag_of(shown)
        return shown

    @router.patch(
        "/enrolments/{enrolment_id}",
        summary="End an enrolment with a date, or mark its pupil as designated",
        responses={200: ETAG},
    )
    async def change(
        enrolment_id: UUID,
        body: EnrolmentChangeIn,
        caller: SchoolStaff,
        response: Response,
        if_match: IfMatch = None,
    ) -> EnrolmentShown:
        async with db.write(scope_of(caller)) as session:
            row = await use_cases.change_enrolment(
                session,
                outbox,
                caller,
                enrolment_id,
                change=EnrolmentChange(body.designated, body.valid_to),
                precondition=matching_enrolment(if_match),
                now=clock(),
            )
            shown = EnrolmentShown.of(row)
        response.headers["ETag"] = etag_of(shown)
        return shown

    @router.get("/courses/{course_id}/offers", summary="Pupils who joined the class after its course began")
    async def offers(course_id: UUID, caller: SchoolStaff) -> OffersOut:
        async with db.read(scope_of(caller)) as session:
            found = await list_offers(session, caller, course_id, danish_date(clock()))
        return OffersOut(items=[OfferOut.model_validate(each) for each in found])

    @router.post("/courses/{course_id}/offers", summary="Accept or decline offers")
    async def decide(course_id: UUID, body: OfferDecisionsIn, caller: SchoolStaff, asked: MustRepeat) -> EnrolmentsOut:
        now, scope = clock(), scope_of(caller)
        async with db.write(scope) as session:

            async def newly() -> EnrolmentsOut:
                said = Decisions(_new(body.accept), body.decline)
                return EnrolmentsOut.of(await decide_offers(session, outbox, caller, course_id, said, now=now))

            async def as_before(answer: str) -> EnrolmentsOut:
                await read_course(session, caller, course_id)
                return EnrolmentsOut.model_validate_json(answer)

            return await once(
                session,
                Attempt.of(asked, caller, scope, now),
                create=newly,
                reference=EnrolmentsOut.model_dump_json,
                again=as_before,
            )

    _groups(router, db, outbox, texts, clock)
    return router


def _groups(router: APIRouter, db: Database, outbox: Outbox, texts: SealedTexts, clock: Clock) -> None:
    """Add the routes that split and merge groups."""

    @router.post(
        "/courses/{course_id}/split",
        status_code=status.HTTP_201_CREATED,
        summary="Split a group: some pupils go on in a new course",
        responses={201: {"headers": {**LOCATED["headers"], **ETAG["headers"]}}},
    )
    async def split(
        *,
        course_id: UUID,
        body: SplitIn,
        caller: SchoolStaff,
        asked: MustRepeat,
        response: Response,
        if_match: IfMatch = None,
    ) -> CourseOut:
        now, scope = clock(), scope_of(caller)
        async with db.write(scope) as session:
            shown = await once(
                session,
                Attempt.of(asked, caller, scope, now),
                create=lambda: split_course(
                    session,
                    outbox,
                    texts,
                    caller,
                    course_id,
                    split=Split(body.day, body.pupil_ids, body.code),
                    precondition=matching(if_match),
                    now=now,
                ),
                reference=lambda made: str(made.course.course_id),
                again=lambda made: get_course(session, texts, caller, UUID(made), danish_date(now)),
            )
        located(response, f"/v1/courses/{shown.course.course_id}")
        return _answered(response, shown)

    @router.post(
        "/courses/{course_id}/merge",
        summary="Merge: the pupils of another course come into this one",
        responses={200: ETAG},
    )
    async def merge(
        *,
        course_id: UUID,
        body: MergeIn,
        caller: SchoolStaff,
        asked: MustRepeat,
        response: Response,
        if_match: IfMatch = None,
    ) -> CourseOut:
        now, scope = clock(), scope_of(caller)
        async with db.write(scope) as session:
            shown = await once(
                session,
                Attempt.of(asked, caller, scope, now),
                create=lambda: merge_courses(
                    session,
                    outbox,
                    texts,
                    caller,
                    course_id,
                    from_course_id=body.from_course_id,
                    day=body.day,
                    precondition=matching(if_match),
                    now=now,
                ),
                reference=lambda made: str(made.course.course_id),
                again=lambda made: get_course(session, texts, caller, UUID(made), danish_date(now)),
            )
        return _answered(response, shown)

    @router.get("/courses/{course_id}/regroupings", summary="How a course's group was split and merged")
    async def regroupings(course_id: UUID, caller: SchoolStaff) -> RegroupingsOut:
        async with db.read(scope_of(caller)) as session:
            found = await history(session, caller, course_id)
        return RegroupingsOut(items=[RegroupingOut.model_validate(each) for each in found])
