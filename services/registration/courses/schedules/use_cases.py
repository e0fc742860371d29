"""Makes a course's schedule, and records what became of the sessions that it plans."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

from libs.shared.auth.principal import Principal
from libs.shared.base.clock import danish_date
from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.db.order import Order, Place
from libs.shared.events.outbox import Outbox
from libs.shared.values.school_years import school_year_of
from services.registration.courses.courses.use_cases import locked_course, read_course
from services.registration.courses.ledger.use_cases import rejudge
from services.registration.courses.schedules import queries
from services.registration.courses.schedules.domain import (
    ScheduleException,
    SessionState,
    Slot,
    planned_sessions,
    require_schedule,
)
from services.registration.courses.schedules.errors import PlannedSessionInFuture, PlannedSessionUnknown
from services.registration.courses.schedules.queries import PlannedRecord
from services.registration.courses.schedules.said import Confirmation, ShownSchedule
from services.registration.courses.schedules.storing import exceptions_of, slots_of, stored_exceptions, stored_slots
from services.registration.courses.sessions.domain import HeldSession
from services.registration.courses.sessions.use_cases import Recorded, record_in
from services.registration.courses.tables import Course, CourseSchedule
from services.registration.roster.calendars import queries as calendars

Precondition = Callable[[ShownSchedule | None], None]
"""Raises unless the schedule is as the caller read it, or does not exist as the caller says."""


async def put_schedule(
    session: WriteSession,
    outbox: Outbox,
    caller: Principal,
    course_id: UUID,
    *,
    slots: Sequence[Slot],
    exceptions: Sequence[ScheduleException],
    school_days_only: bool,
    precondition: Precondition,
    now: datetime,
) -> tuple[ShownSchedule, bool]:
    """Write the schedule and plan its sessions; returns it, and whether it is new.

    A new schedule plans from the course's first day. A changed one plans anew from today, and what was planned before
    stays to be confirmed. Raises ``CourseNotFound``, ``ScheduleRepeated``, ``ScheduleTooLarge`` and what the
    precondition raises.
    """
    course, today = await locked_course(session, caller, course_id), danish_date(now)
    before = await queries.one(session, course_id)
    precondition(None if before is None else await _shown(session, course, before))
    require_schedule(slots, exceptions)
    years, holidays = await _holidays(session, course, school_days_only)
    rows = planned_sessions(slots, exceptions, course.start, course.last_day, holidays=holidays)
    first = course.start if before is None else max(today, course.start)
    schedule = before or CourseSchedule(
        course_id=course_id,
        municipality_code=course.municipality_code,
        slots=[],
        exceptions=[],
        school_days_only=school_days_only,
    )
    schedule.slots, schedule.exceptions = stored_slots(slots), stored_exceptions(exceptions)
    schedule.school_days_only = school_days_only
    await queries.put(session, schedule)
    own = [row for row in rows if row[0] >= first]
    await queries.replan(session, course_id, course.municipality_code, first, own)
    await queries.follow(session, [course_id])
    await rejudge(session, outbox, course, today, always=False)
    shown = await _shown(session, course, schedule)
    return replace(shown, years_without_calendar=years), before is None


async def get_schedule(session: ReadSession, caller: Principal, course_id: UUID) -> ShownSchedule:
    """The schedule of a course of one of the caller's schools; an empty one before it is made. Raises
    ``CourseNotFound``.
    """
    course = await read_course(session, caller, course_id)
    found = await queries.one(session, course_id)
    return ShownSchedule([], [], True, 0, []) if found is None else await _shown(session, course, found)


async def list_planned(
    session: ReadSession,
    caller: Principal,
    course_id: UUID,
    *,
    state: SessionState | None,
    first: date | None,
    last: date | None,
    order: Order,
    after: Place | None,
    size: int,
) -> list[PlannedRecord]:
    """The planned sessions of a course of one of the caller's schools. Raises ``CourseNotFound``."""
    await read_course(session, caller, course_id)
    return await queries.listed(
        session, course_id, state=state, first=first, last=last, order=order, after=after, size=size
    )


async def confirm(
    session: WriteSession,
    outbox: Outbox,
    caller: Principal,
    course_id: UUID,
    confirmations: Sequence[Confirmation],
    *,
    now: datetime,
) -> Recorded:
    """Record planned sessions as held, changed or cancelled. A cancelled one of today or before is recorded with 0
    minutes.

    Raises ``CourseNotFound``, ``PlannedSessionUnknown``, ``PlannedSessionInFuture`` and the refusals of sessions.
    """
    course, today = await locked_course(session, caller, course_id), danish_date(now)
    planned = {(each.day, each.starts_at): each for each in await queries.planned(session, course_id)}
    held, marked = [], []
    for index, each in enumerate(confirmations):
        found = planned.get((each.day, each.starts_at))
        if found is None:
            raise PlannedSessionUnknown(pointer=f"/sessions/{index}")
        outcome, said = _confirmed(found, each)
        if said is not None and said.held_on > today:
            if said.minutes:
                raise PlannedSessionInFuture(pointer=f"/sessions/{index}/day")
        elif said is not None:
            held.append(said)
        marked.append(outcome)
    recorded = await record_in(session, outbox, course, held, today)
    await queries.mark(session, course_id, marked)
    if not recorded.recorded:
        await rejudge(session, outbox, course, today, always=False)
    return recorded


def _confirmed(planned: PlannedRecord, said: Confirmation) -> tuple[PlannedRecord, HeldSession | None]:
    """The planned session as it is marked, and the session to record."""
    if said.cancelled is not None:
        marked = replace(planned, state=SessionState.CANCELLED, reason=said.cancelled, held_on=None, held_at=None)
        return marked, HeldSession(planned.day, planned.starts_at, 0)
    day, at = said.held_on or planned.day, said.held_at or planned.starts_at
    minutes = planned.minutes if said.minutes is None else said.minutes
    as_planned = (day, at, minutes) == (planned.day, planned.starts_at, planned.minutes)
    state = SessionState.HELD if as_planned else SessionState.CHANGED
    held = HeldSession(day, at, minutes)
    if said.held is not None:
        held = replace(held, pupils=said.held.pupils, attendance=said.held.attendance)
    return replace(planned, state=state, reason=None, held_on=day, held_at=at), held


async def _shown(session: ReadSession, course: Course, schedule: CourseSchedule) -> ShownSchedule:
    counts = await queries.counts(session, [course.course_id])
    years, _ = await _holidays(session, course, schedule.school_days_only)
    return ShownSchedule(
        slots_of(schedule),
        exceptions_of(schedule),
        schedule.school_days_only,
        counts.get(course.course_id, 0),
        years,
    )


async def _holidays(session: ReadSession, course: Course, school_days_only: bool) -> tuple[list[str], set[date]]:
    """The course's school years whose calendar is not known, and the days of the others that are no school days."""
    if not school_days_only:
        return [], set()
    length = (course.last_day - course.start).days + 1
    days = [course.start + timedelta(days=index) for index in range(length)]
    years = sorted({school_year_of(day) for day in days})
    known = await calendars.school_days(session, course.school_id, years, course.start, course.last_day)
    school_days = {day for of_year in known.values() for day in of_year}
    unknown = [year for year in years if year not in known]
    return unknown, {day for day in days if day not in school_days and school_year_of(day) in known}
