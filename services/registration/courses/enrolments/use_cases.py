"""Enrols pupils, ends enrolments, and shows them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from libs.shared.auth.principal import Principal
from libs.shared.base.clock import danish_date
from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.events.outbox import Outbox
from libs.shared.imports import parked
from libs.shared.rules.composition.plan import Plan
from libs.shared.values.days import day_after
from services.registration.courses.courses.use_cases import locked_course, read_course, republish_enrolments
from services.registration.courses.enrolments import queries
from services.registration.courses.enrolments.domain import (
    Days,
    EnrolmentEnd,
    Origin,
    require_apart,
    require_days,
    require_group,
)
from services.registration.courses.enrolments.errors import EnrolmentAttendedLater, EnrolmentNotFound
from services.registration.courses.events import enrolment_changed
from services.registration.courses.ledger.use_cases import rejudge
from services.registration.courses.sessions.attendance import queries as attendance
from services.registration.courses.sessions.use_cases import most_pupils
from services.registration.courses.tables import Course, Enrolment
from services.registration.errors import CourseNotFound
from services.registration.projects import queries as projects
from services.registration.roster.members import queries as members
from services.registration.roster.members.errors import PupilNotAtSchool, PupilRepeated
from services.registration.roster.members.queries import Member
from services.registration.roster.members.use_cases import shown_pupils


@dataclass(frozen=True, slots=True)
class NewEnrolment:
    """A pupil to enrol; None: from the course's first day, and to its last."""

    pupil_id: UUID
    valid_from: date | None = None
    valid_to: date | None = None
    designated: bool = False


@dataclass(frozen=True, slots=True)
class EnrolmentChange:
    """What is changed of an enrolment; None: it stays. ``valid_to`` is the day after the last."""

    designated: bool | None = None
    valid_to: date | None = None


Precondition = Callable[[Enrolment], None]
"""Raises unless the enrolment is as the caller read it."""


async def enrol(
    session: WriteSession,
    outbox: Outbox,
    caller: Principal,
    course_id: UUID,
    new: Sequence[NewEnrolment],
    *,
    now: datetime,
) -> list[Enrolment]:
    """Enrol pupils whom the school names, with an event for each.

    Raises ``CourseNotFound``, the refusals of ``members`` and of enrolments.
    """
    course, today = await locked_course(session, caller, course_id), danish_date(now)
    shown = await shown_pupils(session, caller, (each.pupil_id for each in new), today)
    for index, each in enumerate(new):
        if each.pupil_id not in shown:
            on = each.valid_from or course.start
            raise PupilNotAtSchool(pointer=f"/enrolments/{index}/pupil_id", on=on.isoformat())
    return await enrol_in(session, outbox, course, new, origin=Origin.NAMED, today=today, at="/enrolments/{index}")


async def enrol_in(
    session: WriteSession,
    outbox: Outbox,
    course: Course,
    new: Sequence[NewEnrolment],
    *,
    origin: Origin,
    today: date,
    at: str,
) -> list[Enrolment]:
    """Enrol pupils in a course whose row is locked. ``at`` is the pointer to a pupil's object in the request.

    Raises the refusals of ``members`` and of enrolments.
    """
    names = [each.pupil_id for each in new]
    for index, pupil_id in enumerate(names):
        if pupil_id in names[:index]:
            raise PupilRepeated(pointer=f"{at.format(index=index)}/pupil_id")
    taken = (await queries.stays(session, [course.course_id])).get(course.course_id, {})
    rows, project = [], await project_days(session, course)
    for index, each in enumerate(new):
        pointer = at.format(index=index)
        days = each.valid_from or course.start, each.valid_to or day_after(course.last_day)
        require_days(days, course_days(course), project, pointer=pointer)
        require_apart(days, taken.get(each.pupil_id, ()), pointer=f"{pointer}/pupil_id")
        found = await members.members(session, course.school_id, days[0], pupil_ids=[each.pupil_id])
        if each.pupil_id not in found:
            raise PupilNotAtSchool(pointer=f"{pointer}/pupil_id", on=days[0].isoformat())
        rows.append(_row(course, found[each.pupil_id], days, each.designated, origin))
    await require_room(session, course, [(row.valid_from, row.valid_to) for row in rows], taken.values())
    await write_new(session, outbox, course, rows, today)
    return rows


async def write_new(
    session: WriteSession, outbox: Outbox, course: Course, rows: Sequence[Enrolment], today: date
) -> None:
    """Write enrolments with an event for each, judge the course, and wake the rows of files that wait for them."""
    await queries.add(session, rows)
    await outbox.add(session, [enrolment_changed(course, each) for each in rows])
    await rejudge(session, outbox, course, today)
    await parked.due(session, course.municipality_code, pupils=[each.pupil_id for each in rows])


async def change_enrolment(
    session: WriteSession,
    outbox: Outbox,
    caller: Principal,
    enrolment_id: UUID,
    *,
    change: EnrolmentChange,
    precondition: Precondition,
    now: datetime,
) -> Enrolment:
    """Mark a pupil as designated or not, or end an enrolment with a date; an end can be corrected.

    Raises ``EnrolmentNotFound``, the refusals of enrolments and what the precondition raises.
    """
    today = danish_date(now)
    found = await queries.one(session, enrolment_id)
    course = await _course_of(session, caller, found, today, locked=True)
    row = await queries.locked(session, enrolment_id)
    if row is None:
        raise EnrolmentNotFound
    precondition(row)
    if change.valid_to is not None and change.valid_to != row.valid_to:
        await _end(session, course, row, change.valid_to)
    if change.designated is not None:
        row.designated = change.designated
    await republish_enrolments(session, outbox, course, [row])
    await rejudge(session, outbox, course, today, always=False)
    await parked.due(session, course.municipality_code, pupils=[row.pupil_id])
    return row


async def get_enrolment(session: ReadSession, caller: Principal, enrolment_id: UUID, today: date) -> Enrolment:
    """An enrolment in a course of one of the caller's schools. Raises ``EnrolmentNotFound``."""
    found = await queries.one(session, enrolment_id)
    await _course_of(session, caller, found, today, locked=False)
    if found is None:
        raise EnrolmentNotFound
    return found


async def project_days(session: ReadSession, course: Course) -> Days | None:
    """The days of the course's project; None if its plan has no end."""
    project = await projects.one(session, course.project_id)
    if project is None:
        return None
    plan = Plan.model_validate(project.plan)
    return None if plan.last_day is None else (plan.start, day_after(plan.last_day))


def course_days(course: Course) -> Days:
    """The days of the course."""
    return course.start, day_after(course.last_day)


async def require_room(
    session: ReadSession, course: Course, new: Sequence[Days], taken: Iterable[Sequence[Days]], *, pointer: str = ""
) -> None:
    """Check that the group does not become too large. Raises ``EnrolmentGroupTooLarge``."""
    most = await most_pupils(session, course.variant, course.start)
    require_group([*(days for stays in taken for days in stays), *new], most, pointer=pointer)


async def _end(session: ReadSession, course: Course, row: Enrolment, valid_to: date) -> None:
    require_days((row.valid_from, valid_to), course_days(course), await project_days(session, course))
    attended = await attendance.attended(session, course.course_id, [row.pupil_id])
    later = [each.held_on for each in attended if row.valid_from <= each.held_on < row.valid_to]
    if later and max(later) >= valid_to:
        raise EnrolmentAttendedLater(pointer="/valid_to", last=max(later))
    others = await queries.of_course(session, course.course_id)
    own = [
        (each.valid_from, each.valid_to)
        for each in others
        if each.pupil_id == row.pupil_id and each.enrolment_id != row.enrolment_id
    ]
    require_apart((row.valid_from, valid_to), own, pointer="/valid_to")
    row.valid_to = valid_to
    row.end_reason = EnrolmentEnd.LEFT if valid_to < day_after(course.last_day) else None


async def _course_of(
    session: ReadSession, caller: Principal, found: Enrolment | None, today: date, *, locked: bool
) -> Course:
    """The course of an enrolment whose pupil the caller may see. Raises ``EnrolmentNotFound``."""
    if found is None or found.pupil_id not in await shown_pupils(session, caller, [found.pupil_id], today):
        raise EnrolmentNotFound
    try:
        if locked and isinstance(session, WriteSession):
            return await locked_course(session, caller, found.course_id)
        return await read_course(session, caller, found.course_id)
    except CourseNotFound:
        raise EnrolmentNotFound from None


def _row(course: Course, member: Member, days: Days, designated: bool, origin: Origin) -> Enrolment:
    """An enrolment in a class's course ends with the pupil's time in the class."""
    leaves = course.class_id is not None and member.class_id == course.class_id and member.valid_to < days[1]
    reason = None if days[1] == day_after(course.last_day) else EnrolmentEnd.LEFT
    return Enrolment(
        enrolment_id=uuid4(),
        course_id=course.course_id,
        pupil_id=member.pupil_id,
        municipality_code=course.municipality_code,
        grade=member.grade,
        designated=designated,
        valid_from=days[0],
        valid_to=member.valid_to if leaves else days[1],
        origin=origin,
        end_reason=EnrolmentEnd.LEFT_CLASS if leaves else reason,
        aggregate_version=1,
    )
