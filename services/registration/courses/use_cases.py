"""Enrols pupils, records sessions and shows dosage."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter
from uuid import UUID, uuid4

from libs.shared.auth.principal import Principal
from libs.shared.base.clock import danish_date
from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.events.outbox import Outbox
from libs.shared.rules.composition.checks import FAMILY as COMPOSITION
from libs.shared.rules.composition.plan import Plan
from libs.shared.values.days import day_after
from services.registration.access import own_course, own_school
from services.registration.copies.catalog.use_cases import received_entries, rule_set_for
from services.registration.courses import queries
from services.registration.courses.domain import (
    HeldSession,
    NewCourse,
    judge_start,
    require_sessions,
    stored,
)
from services.registration.courses.dosage import Judged, dosage_state, judge_course
from services.registration.courses.errors import (
    CourseProjectNotApproved,
    CourseProjectUnknown,
    DesignatedNotEnrolled,
)
from services.registration.courses.events import enrolment_changed
from services.registration.courses.tables import Course, Enrolment
from services.registration.projects import queries as projects
from services.registration.projects.domain import ProjectStatus
from services.registration.roster.members.queries import Member
from services.registration.roster.members.use_cases import class_members, named_members, shown_pupils
from services.registration.roster.schools import queries as schools
from services.registration.roster.schools.errors import SchoolUnknown
from services.registration.roster.schools.queries import SchoolRecord


@dataclass(frozen=True, slots=True)
class Recorded:
    """The result of sent sessions: ``recorded`` is the number of new or changed ones, ``sessions`` the number in the
    course.
    """

    recorded: int
    unchanged: int
    sessions: int


@dataclass(frozen=True, slots=True)
class ShownCourse:
    """A course with the enrolments whose pupils the caller may see, and the number of the others."""

    course: Course
    enrolments: Sequence[Enrolment]
    not_shown: int


async def create_course(
    session: WriteSession, outbox: Outbox, caller: Principal, new: NewCourse, *, now: datetime
) -> ShownCourse:
    """Enrol a class or named pupils in a course of an approved project, with an event per enrolment and one about the
    dosage, which so far has only the verdict on the planned dosage.

    Raises the refusals of ``courses`` and ``members``, and those of rules and catalog.
    """
    school = own_school(caller, await schools.one(session, new.school_id), SchoolUnknown, pointer="/school_id")
    project = await projects.one(session, new.project_id)
    if project is None or school.school_id not in project.school_ids:
        raise CourseProjectUnknown(pointer="/project_id")
    if project.status != ProjectStatus.APPROVED:
        raise CourseProjectNotApproved(pointer="/project_id")
    plan = Plan.model_validate(project.plan)
    new.require_within(plan)
    taking_part = await _taking_part(session, new)
    if not new.designated_pupil_ids <= {each.pupil_id for each in taking_part}:
        raise DesignatedNotEnrolled(pointer="/designated_pupil_ids")
    rule_set = await rule_set_for(session, COMPOSITION, new.start)
    grades = [each.grade for each in taking_part]
    verdicts = judge_start(rule_set, new, plan, grades, await received_entries(session))
    course = Course(
        course_id=uuid4(),
        municipality_code=school.municipality_code,
        project_id=new.project_id,
        school_id=school.school_id,
        class_id=new.class_id,
        variant=new.variant,
        start=new.start,
        last_day=new.last_day,
        planned=stored(new.phases(plan)),
        verdicts=stored(verdicts),
        judged_on=danish_date(now),
        aggregate_version=1,
    )
    # In the order in which ``queries.enrolments`` reads them, so that a repeated request gets the same answer.
    enrolled = sorted((_enrolment(course, each, new) for each in taking_part), key=attrgetter("grade", "pupil_id"))
    await queries.add(session, course, enrolled)
    await outbox.add(session, [enrolment_changed(course, each) for each in enrolled])
    await outbox.add(session, await dosage_state(session, course, danish_date(now)))
    return await _visible_to(session, caller, course, enrolled, danish_date(now))


async def record_sessions(
    session: WriteSession,
    outbox: Outbox,
    caller: Principal,
    course_id: UUID,
    sessions: Sequence[HeldSession],
    *,
    now: datetime,
) -> Recorded:
    """Write sessions by date and start time, with an event if anything changed. Sending them again changes nothing.

    Raises ``CourseNotFound`` and the refusals of ``require_sessions``.
    """
    found = await queries.locked(session, course_id)
    course = own_course(caller, found, await _school(session, found))
    require_sessions(sessions, course.start, course.last_day, danish_date(now))
    changed = await queries.put_sessions(session, course, sessions)
    if changed:
        await _publish_dosage(session, outbox, course, danish_date(now))
    total = len(await queries.sessions(session, course_id))
    return Recorded(recorded=changed, unchanged=len(sessions) - changed, sessions=total)


async def close_course(session: WriteSession, outbox: Outbox, course_id: UUID, today: date) -> bool:
    """Judge a course once more after its last day and write an event. Returns False if this was done before."""
    course = await queries.locked(session, course_id)
    if course is None or not course.judged_on <= course.last_day < today:
        return False
    await _publish_dosage(session, outbox, course, today)
    return True


async def get_course(session: ReadSession, caller: Principal, course_id: UUID, today: date) -> ShownCourse:
    """A course of one of the caller's schools, with its enrolments. Raises ``CourseNotFound``."""
    found = await queries.one(session, course_id)
    course = own_course(caller, found, await _school(session, found))
    return await _visible_to(session, caller, course, await queries.enrolments(session, course_id), today)


async def course_dosage(session: ReadSession, caller: Principal, course_id: UUID, as_of: date) -> tuple[Course, Judged]:
    """Planned, forecast and delivered dosage as it looked on a day. Raises ``CourseNotFound``, and what the rule set
    raises.
    """
    found = await queries.one(session, course_id)
    course = own_course(caller, found, await _school(session, found))
    return course, await judge_course(session, course, as_of)


async def _publish_dosage(session: WriteSession, outbox: Outbox, course: Course, today: date) -> None:
    course.aggregate_version += 1
    course.judged_on = today
    await queries.save(session)
    await outbox.add(session, await dosage_state(session, course, today))


async def _taking_part(session: ReadSession, new: NewCourse) -> list[Member]:
    if new.class_id is not None:
        return await class_members(session, new.school_id, new.class_id, new.start)
    return await named_members(session, new.school_id, new.pupil_ids, new.start)


def _enrolment(course: Course, member: Member, new: NewCourse) -> Enrolment:
    """A pupil of a group stays enrolled to the last day. A pupil who leaves a class also leaves the class's course."""
    valid_to = day_after(course.last_day)
    return Enrolment(
        enrolment_id=uuid4(),
        course_id=course.course_id,
        pupil_id=member.pupil_id,
        municipality_code=course.municipality_code,
        grade=member.grade,
        designated=member.pupil_id in new.designated_pupil_ids,
        valid_from=course.start,
        valid_to=valid_to if course.class_id is None else min(valid_to, member.valid_to),
        aggregate_version=1,
    )


async def _visible_to(
    session: ReadSession, caller: Principal, course: Course, enrolments: Sequence[Enrolment], today: date
) -> ShownCourse:
    shown = await shown_pupils(session, caller, (each.pupil_id for each in enrolments), today)
    listed = [each for each in enrolments if each.pupil_id in shown]
    return ShownCourse(course, listed, len(enrolments) - len(listed))


async def _school(session: ReadSession, course: Course | None) -> SchoolRecord | None:
    return None if course is None else await schools.one(session, course.school_id)
