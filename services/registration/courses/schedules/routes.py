"""``/v1/courses/{course_id}/schedule``, and the sessions that it plans."""

from datetime import date, time
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response, status

from libs.shared.base.clock import Clock
from libs.shared.base.date_window import Day
from libs.shared.db.database import Database
from libs.shared.db.order import Order, Place
from libs.shared.db.scope import scope_of
from libs.shared.events.outbox import Outbox
from libs.shared.idempotency.attempts import Attempt
from libs.shared.idempotency.once import once
from libs.shared.web.idempotency import MayRepeat
from libs.shared.web.lists import LISTED, Lists, sortable
from libs.shared.web.pages import DEFAULT_PAGE_SIZE, Page, PageSize, PageToken
from libs.shared.web.preconditions import ETAG, IfMatch, IfNew, etag_of, require_match
from services.registration.access import SchoolStaff
from services.registration.courses.courses.use_cases import read_course
from services.registration.courses.schedules import use_cases
from services.registration.courses.schedules.domain import SessionState
from services.registration.courses.schedules.said import ShownSchedule
from services.registration.courses.schedules.schemas import ConfirmationsIn, PlannedOut, ScheduleIn, ScheduleOut
from services.registration.courses.sessions.schemas import SessionsOut, clock_time


def schedules_router(db: Database, outbox: Outbox, clock: Clock) -> APIRouter:
    """The schedule of a course, for the school and the resource team."""
    router = APIRouter(prefix="/v1/courses", tags=["courses"])

    @router.get("/{course_id}/schedule", summary="A course's schedule", responses={200: ETAG})
    async def read(course_id: UUID, caller: SchoolStaff, response: Response) -> ScheduleOut:
        async with db.read(scope_of(caller)) as session:
            shown = ScheduleOut.of(await use_cases.get_schedule(session, caller, course_id))
        response.headers["ETag"] = etag_of(shown)
        return shown

    @router.put(
        "/{course_id}/schedule",
        summary="Make or change a course's schedule, and plan its sessions",
        responses={200: ETAG, 201: {**ETAG, "model": ScheduleOut, "description": "Created."}},
    )
    async def put(
        *,
        course_id: UUID,
        body: ScheduleIn,
        caller: SchoolStaff,
        response: Response,
        if_match: IfMatch = None,
        if_none_match: IfNew = None,
    ) -> ScheduleOut:
        """A changed schedule replaces the planned sessions from today on; earlier ones still have to be confirmed."""
        slots, exceptions = body.parts()

        def require(before: ShownSchedule | None) -> None:
            require_match(None if before is None else ScheduleOut.of(before), if_match, if_none_match)

        async with db.write(scope_of(caller)) as session:
            shown, created = await use_cases.put_schedule(
                session,
                outbox,
                caller,
                course_id,
                slots=slots,
                exceptions=exceptions,
                school_days_only=body.school_days_only,
                precondition=require,
                now=clock(),
            )
        response.status_code = status.HTTP_201_CREATED if created else status.HTTP_200_OK
        answer = ScheduleOut.of(shown)
        response.headers["ETag"] = etag_of(answer)
        return answer

    @router.get(
        "/{course_id}/planned-sessions",
        summary="The sessions that the schedule plans, and what became of them",
        response_model=Page[PlannedOut],
        responses=LISTED,
    )
    async def planned(
        *,
        course_id: UUID,
        caller: SchoolStaff,
        lists: Lists,
        state: Annotated[SessionState | None, Query(description="In this state alone.")] = None,
        first: Annotated[Day | None, Query(description="On this day or later.")] = None,
        last: Annotated[Day | None, Query(description="On this day or before.")] = None,
        sort: Annotated[str, sortable("day", "state")] = "day",
        page_size: PageSize = DEFAULT_PAGE_SIZE,
        page_token: PageToken = None,
    ) -> Page[PlannedOut] | Response:
        order = Order.read(sort)
        after = lists.after(page_token, "planned_sessions", order)
        async with db.read(scope_of(caller)) as session:
            rows = await use_cases.list_planned(
                session,
                caller,
                course_id,
                state=state,
                first=first,
                last=last,
                order=order,
                after=after,
                size=page_size + 1,
            )
        return lists.answer(
            "planned_sessions",
            order,
            rows,
            page_size,
            model=PlannedOut,
            item=PlannedOut.of,
            place=lambda row: Place(
                row.state if order.name == "state" else _moment(row.day, row.starts_at),
                _moment(row.day, row.starts_at),
            ),
        )

    @router.post(
        "/{course_id}/planned-sessions/confirmations",
        summary="Record planned sessions as held, changed or cancelled",
    )
    async def confirm(course_id: UUID, body: ConfirmationsIn, caller: SchoolStaff, asked: MayRepeat) -> SessionsOut:
        now, scope = clock(), scope_of(caller)
        async with db.write(scope) as session:

            async def as_recorded(counts: str) -> SessionsOut:
                await read_course(session, caller, course_id)
                return SessionsOut.model_validate_json(counts)

            async def newly() -> SessionsOut:
                done = await use_cases.confirm(session, outbox, caller, course_id, body.confirmations(), now=now)
                return SessionsOut.model_validate(done)

            return await once(
                session,
                Attempt.of(asked, caller, scope, now),
                create=newly,
                reference=SessionsOut.model_dump_json,
                again=as_recorded,
            )

    return router


def _moment(day: date, at: time) -> str:
    return f"{day.isoformat()}{clock_time(at)}"
