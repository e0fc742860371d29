"""``/v1/courses/{course_id}/sessions``: sessions as they were held, and who attended."""

from datetime import date, time
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response, status

from libs.shared.base.clock import Clock, danish_date
from libs.shared.base.date_window import Day, PastDay
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
from services.registration.courses.sessions import use_cases
from services.registration.courses.sessions.schemas import (
    ClockTime,
    SessionListed,
    SessionOut,
    SessionPut,
    SessionsIn,
    SessionsOut,
    clock_time,
)
from services.registration.courses.sessions.use_cases import Precondition, ShownSession

_ONE = "/{course_id}/sessions/{held_on}/{starts_at}"
_HeldOn = Annotated[PastDay, Path(description="The session's day.", examples=["2023-08-21"])]
_StartsAt = Annotated[ClockTime, Path(description="Its start.")]


def _shown(found: ShownSession) -> SessionOut:
    return SessionOut.of(found.held, found.not_shown)


def _matching(if_match: str | None, if_new: str | None = None) -> Precondition:
    def require(before: ShownSession | None) -> None:
        require_match(None if before is None else _shown(before), if_match, if_new)

    return require


def _answered(response: Response, found: ShownSession) -> SessionOut:
    shown = _shown(found)
    response.headers["ETag"] = etag_of(shown)
    return shown


def sessions_router(db: Database, outbox: Outbox, clock: Clock) -> APIRouter:
    """Sessions of a course, for the school and the resource team."""
    router = APIRouter(prefix="/v1/courses", tags=["courses"])

    @router.post("/{course_id}/sessions", summary="Record sessions as they were held")
    async def record(course_id: UUID, body: SessionsIn, caller: SchoolStaff, asked: MayRepeat) -> SessionsOut:
        held = [each.held() for each in body.sessions]
        now, scope = clock(), scope_of(caller)
        async with db.write(scope) as session:

            async def as_recorded(counts: str) -> SessionsOut:
                await read_course(session, caller, course_id)
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

    @router.get(
        "/{course_id}/sessions",
        summary="A course's sessions",
        response_model=Page[SessionListed],
        responses=LISTED,
    )
    async def listed(
        *,
        course_id: UUID,
        caller: SchoolStaff,
        lists: Lists,
        first: Annotated[Day | None, Query(description="Held on this day or later.")] = None,
        last: Annotated[Day | None, Query(description="Held on this day or before.")] = None,
        sort: Annotated[str, sortable("held_on", "minutes")] = "held_on",
        page_size: PageSize = DEFAULT_PAGE_SIZE,
        page_token: PageToken = None,
    ) -> Page[SessionListed] | Response:
        order = Order.read(sort)
        after = lists.after(page_token, "sessions", order)
        async with db.read(scope_of(caller)) as session:
            rows = await use_cases.list_sessions(
                session, caller, course_id, first=first, last=last, order=order, after=after, size=page_size + 1
            )
        return lists.answer(
            "sessions",
            order,
            rows,
            page_size,
            model=SessionListed,
            item=lambda row: SessionListed(
                held_on=row.held_on,
                starts_at=clock_time(row.starts_at),
                minutes=row.minutes,
                pupils=row.pupils,
                recorded=row.recorded,
                attended=row.attended,
            ),
            place=lambda row: Place(
                str(row.minutes) if order.name == "minutes" else _moment(row.held_on, row.starts_at),
                _moment(row.held_on, row.starts_at),
            ),
        )

    @router.get(_ONE, summary="A session with its attendance", responses={200: ETAG})
    async def read(
        course_id: UUID, held_on: _HeldOn, starts_at: _StartsAt, caller: SchoolStaff, response: Response
    ) -> SessionOut:
        moment = held_on, time.fromisoformat(starts_at)
        async with db.read(scope_of(caller)) as session:
            found = await use_cases.get_session(session, caller, course_id, moment, danish_date(clock()))
        return _answered(response, found)

    @router.put(
        _ONE,
        summary="Record or correct one session with its attendance",
        responses={200: ETAG, 201: {**ETAG, "model": SessionOut, "description": "Created."}},
    )
    async def put(
        *,
        course_id: UUID,
        held_on: _HeldOn,
        starts_at: _StartsAt,
        body: SessionPut,
        caller: SchoolStaff,
        response: Response,
        if_match: IfMatch = None,
        if_none_match: IfNew = None,
    ) -> SessionOut:
        held = body.held(held_on, time.fromisoformat(starts_at))
        async with db.write(scope_of(caller)) as session:
            shown, created = await use_cases.put_session(
                session,
                outbox,
                caller,
                course_id,
                held,
                precondition=_matching(if_match, if_none_match),
                now=clock(),
            )
        response.status_code = status.HTTP_201_CREATED if created else status.HTTP_200_OK
        return _answered(response, shown)

    @router.delete(_ONE, status_code=status.HTTP_204_NO_CONTENT, summary="Remove a session recorded by mistake")
    async def remove(
        course_id: UUID,
        held_on: _HeldOn,
        starts_at: _StartsAt,
        caller: SchoolStaff,
        if_match: IfMatch = None,
    ) -> None:
        moment = held_on, time.fromisoformat(starts_at)
        async with db.write(scope_of(caller)) as session:
            await use_cases.remove_session(
                session, outbox, caller, course_id, moment, precondition=_matching(if_match), now=clock()
            )

    return router


def _moment(day: date, at: time) -> str:
    return f"{day.isoformat()}{clock_time(at)}"
