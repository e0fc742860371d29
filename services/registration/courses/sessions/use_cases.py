"""Records sessions and attendance, and shows them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from libs.shared.auth.principal import Principal
from libs.shared.base.clock import danish_date
from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.db.order import Order, Place
from libs.shared.events.outbox import Outbox
from libs.shared.imports import parked
from libs.shared.rules.composition.checks import FAMILY as COMPOSITION
from libs.shared.rules.composition.settings import CompositionSettings
from services.registration.copies.catalog.use_cases import received_entries, rule_set_for
from services.registration.courses.courses.domain import type_of
from services.registration.courses.courses.use_cases import locked_course, read_course
from services.registration.courses.enrolments import queries as enrolments
from services.registration.courses.ledger.use_cases import rejudge
from services.registration.courses.schedules import queries as schedules
from services.registration.courses.sessions import queries
from services.registration.courses.sessions.attendance import queries as attendance
from services.registration.courses.sessions.domain import MOST_SESSIONS, HeldSession, Moment, Stay, require_sessions
from services.registration.courses.sessions.errors import SessionHasAttendance, SessionNotFound, SessionsTooMany
from services.registration.courses.sessions.queries import SessionRecord
from services.registration.courses.tables import Course
from services.registration.roster.members.use_cases import shown_pupils


@dataclass(frozen=True, slots=True)
class Recorded:
    """The result of sent sessions: ``recorded`` is the number of new or changed ones, ``sessions`` the number in the
    course.
    """

    recorded: int
    unchanged: int
    sessions: int


@dataclass(frozen=True, slots=True)
class ShownSession:
    """A session with the attendance of the pupils whom the caller may see, and the number of the others."""

    held: HeldSession
    not_shown: int


Precondition = Callable[[ShownSession | None], None]
"""Raises unless the session is as the caller read it, or does not exist as the caller says."""


async def record_sessions(
    session: WriteSession,
    outbox: Outbox,
    caller: Principal,
    course_id: UUID,
    sessions: Sequence[HeldSession],
    *,
    now: datetime,
) -> Recorded:
    """Write sessions by date and start time, and the attendance that they say, with an event if anything changed.
    Sending them again changes nothing.

    Raises ``CourseNotFound`` and the refusals of ``require_sessions``.
    """
    course = await locked_course(session, caller, course_id)
    return await record_in(session, outbox, course, sessions, danish_date(now))


async def record_in(
    session: WriteSession, outbox: Outbox, course: Course, sessions: Sequence[HeldSession], today: date
) -> Recorded:
    """The same for a course whose row is locked."""
    await _require(session, course, sessions, today)
    changed = await _write(session, course, sessions)
    total = await queries.count(session, course.course_id)
    if total > MOST_SESSIONS:
        raise SessionsTooMany(pointer="/sessions", most=MOST_SESSIONS)
    if changed:
        await rejudge(session, outbox, course, today)
        await tell_waiting(session, course)
    return Recorded(recorded=len(changed), unchanged=len(sessions) - len(changed), sessions=total)


async def put_session(
    session: WriteSession,
    outbox: Outbox,
    caller: Principal,
    course_id: UUID,
    held: HeldSession,
    *,
    precondition: Precondition,
    now: datetime,
) -> tuple[ShownSession, bool]:
    """Write one session with the attendance of everybody; returns it, and whether it is new. Attendance of pupils whom
    the caller may not see stays.

    Raises ``CourseNotFound``, the refusals of ``require_sessions`` and what the precondition raises.
    """
    course, today = await locked_course(session, caller, course_id), danish_date(now)
    stored = await queries.one(session, course_id, held.moment)
    before = None if stored is None else await _shown(session, caller, stored, today)
    precondition(before)
    await _require(session, course, [held], today, at="")
    hidden: set[UUID] = set()
    if stored is not None and before is not None:
        seen = {each.pupil_id for each in before.held.attendance or ()}
        hidden = {each.pupil_id for each in stored.attendance or ()} - seen
    changed = bool(await _write(session, course, [held]))
    named = {each.pupil_id for each in held.attendance or ()}
    changed = bool(await attendance.forget_others(session, course_id, held.moment, named | hidden)) or changed
    if changed:
        await rejudge(session, outbox, course, today)
        await tell_waiting(session, course)
    return await get_session(session, caller, course_id, held.moment, today), before is None


async def remove_session(
    session: WriteSession,
    outbox: Outbox,
    caller: Principal,
    course_id: UUID,
    moment: Moment,
    *,
    precondition: Precondition,
    now: datetime,
) -> None:
    """Remove a session that was recorded by mistake. Raises ``CourseNotFound``, ``SessionNotFound``,
    ``SessionHasAttendance`` and what the precondition raises.
    """
    course, today = await locked_course(session, caller, course_id), danish_date(now)
    stored = await queries.one(session, course_id, moment)
    if stored is None:
        raise SessionNotFound
    precondition(await _shown(session, caller, stored, today))
    if stored.attendance:
        raise SessionHasAttendance
    await queries.delete(session, course_id, moment)
    await rejudge(session, outbox, course, today)


async def get_session(
    session: ReadSession, caller: Principal, course_id: UUID, moment: Moment, today: date
) -> ShownSession:
    """A session of a course of one of the caller's schools. Raises ``CourseNotFound`` and ``SessionNotFound``."""
    await read_course(session, caller, course_id)
    found = await queries.one(session, course_id, moment)
    if found is None:
        raise SessionNotFound
    return await _shown(session, caller, found, today)


async def list_sessions(
    session: ReadSession,
    caller: Principal,
    course_id: UUID,
    *,
    first: date | None,
    last: date | None,
    order: Order,
    after: Place | None,
    size: int,
) -> list[SessionRecord]:
    """The sessions of a course of one of the caller's schools. Raises ``CourseNotFound``."""
    await read_course(session, caller, course_id)
    return await queries.listed(session, course_id, first=first, last=last, order=order, after=after, size=size)


async def most_pupils(session: ReadSession, variant: str, on: date) -> int | None:
    """The largest group of the variant's type, by the composition rules in force on the day; None without a limit.

    Raises what the rule set and the catalog raise.
    """
    kind = type_of(variant, await received_entries(session))
    group = (await rule_set_for(session, COMPOSITION, on)).settings_as(CompositionSettings).group
    return group.most_pupils if kind is not None and group is not None and kind in group.types else None


async def tell_waiting(session: WriteSession, course: Course) -> None:
    """Note that rows about the course's pupils, which wait in files, may now be placed."""
    pupils = (await enrolments.enrolled(session, [course.course_id])).get(course.course_id, set())
    await parked.due(session, course.municipality_code, pupils=pupils)


async def _require(
    session: ReadSession,
    course: Course,
    sessions: Sequence[HeldSession],
    today: date,
    *,
    at: str = "/sessions/{index}",
) -> None:
    counted = any(each.pupils is not None or each.attendance for each in sessions)
    most = await most_pupils(session, course.variant, course.start) if counted else None
    stays = await _stays(session, course.course_id) if any(each.attendance for each in sessions) else {}
    require_sessions(sessions, course.start, course.last_day, today, most_pupils=most, stays=stays, at=at)


async def _stays(session: ReadSession, course_id: UUID) -> dict[UUID, list[Stay]]:
    found = (await enrolments.stays(session, [course_id])).get(course_id, {})
    return {pupil_id: [Stay(*days) for days in of_pupil] for pupil_id, of_pupil in found.items()}


async def _write(session: WriteSession, course: Course, sessions: Sequence[HeldSession]) -> set[Moment]:
    """Write sessions and attendance; returns the moments of those in which anything changed."""
    course_id, code = course.course_id, course.municipality_code
    changed = await queries.put(session, code, [(course_id, each) for each in sessions])
    rows = [
        ((course_id, each.held_on, each.starts_at, one.pupil_id), one.minutes)
        for each in sessions
        for one in each.attendance or ()
    ]
    await schedules.follow(session, [course_id])
    return _moments(changed) | _moments(await attendance.put_attendance(session, code, rows))


def _moments(changed: Iterable[tuple[UUID, Moment]]) -> set[Moment]:
    return {moment for _, moment in changed}


async def _shown(session: ReadSession, caller: Principal, held: HeldSession, today: date) -> ShownSession:
    there = held.attendance or ()
    shown = await shown_pupils(session, caller, (each.pupil_id for each in there), today)
    visible = tuple(each for each in there if each.pupil_id in shown)
    return ShownSession(replace(held, attendance=visible), len(there) - len(visible))
