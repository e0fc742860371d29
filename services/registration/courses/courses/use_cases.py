"""Creates, shows, changes and ends courses."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter
from typing import Any
from uuid import UUID, uuid4

from libs.shared.auth.principal import Principal
from libs.shared.base.clock import danish_date
from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.events.outbox import Outbox
from libs.shared.privacy.sealed_texts import SealedTexts
from libs.shared.rules.composition.checks import FAMILY as COMPOSITION
from libs.shared.rules.composition.plan import Plan
from libs.shared.values.days import day_after
from services.registration.access import own_course, own_school
from services.registration.copies.catalog.use_cases import received_entries, rule_set_for
from services.registration.courses.courses import queries
from services.registration.courses.courses.domain import (
    EndReason,
    NewCourse,
    StaffRole,
    judge_start,
    require_end,
    stored,
)
from services.registration.courses.courses.shown import ShownCourse
from services.registration.courses.enrolments import queries as enrolments
from services.registration.courses.enrolments.domain import EnrolmentEnd, Origin
from services.registration.courses.errors import (
    CourseCodeTaken,
    CourseHasLaterSessions,
    CourseProjectNotApproved,
    CourseProjectUnknown,
    DesignatedNotEnrolled,
)
from services.registration.courses.events import enrolment_changed
from services.registration.courses.ledger.use_cases import judge_new, rejudge
from services.registration.courses.schedules import queries as schedules
from services.registration.courses.sessions import queries as sessions
from services.registration.courses.tables import Course, Enrolment
from services.registration.projects import queries as projects
from services.registration.projects.domain import InForce, ProjectStatus
from services.registration.roster.members import queries as members
from services.registration.roster.members.errors import ClassEmpty
from services.registration.roster.members.queries import Member
from services.registration.roster.members.use_cases import class_members, named_members, shown_pupils
from services.registration.roster.schools import queries as schools
from services.registration.roster.schools.errors import SchoolUnknown
from services.registration.roster.schools.queries import SchoolRecord

Precondition = Callable[[ShownCourse], None]
"""Raises unless the course is as the caller read it."""


@dataclass(frozen=True, slots=True)
class Change:
    """What is changed of a course; None: it stays."""

    code: str | None = None
    subjects: Sequence[str] | None = None
    staff: Sequence[tuple[StaffRole, int]] | None = None
    stated: int | None = None


async def create_course(
    session: WriteSession, outbox: Outbox, texts: SealedTexts, caller: Principal, new: NewCourse, *, now: datetime
) -> ShownCourse:
    """Create a course of an approved project and enrol a class, named pupils or nobody yet, with an event per enrolment
    and one about the dosage, which so far has only the verdict on the planned dosage.

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
    course_id = uuid4()
    course = Course(
        course_id=course_id,
        municipality_code=school.municipality_code,
        project_id=new.project_id,
        initiative_id=project.initiative_id,
        school_id=new.school_id,
        class_id=new.class_id,
        code=new.code or f"{new.variant}-{course_id.hex[:6].upper()}",
        variant=new.variant,
        subjects=list(dict.fromkeys(new.subjects)),
        staff=_staff(new.staff),
        stated=len(taking_part) if new.stated is None else new.stated,
        start=new.start,
        last_day=new.last_day,
        planned=stored(new.phases(plan)),
        minimum=approved_minimum(project, new.variant),
        verdicts=stored(verdicts),
        judged_on=danish_date(now),
        aggregate_version=1,
    )
    # In the order in which ``enrolments.of_course`` reads them, so that a repeated request gets the same answer.
    enrolled = sorted((_enrolment(course, each, new) for each in taking_part), key=attrgetter("grade", "pupil_id"))
    await hold_code(session, course)
    await queries.add(session, course, enrolled)
    await outbox.add(session, [enrolment_changed(course, each) for each in enrolled])
    await judge_new(session, outbox, course, danish_date(now))
    return await shown_course(session, texts, caller, course, danish_date(now))


async def change_course(
    session: WriteSession,
    outbox: Outbox,
    texts: SealedTexts,
    caller: Principal,
    course_id: UUID,
    *,
    change: Change,
    precondition: Precondition,
    now: datetime,
) -> ShownCourse:
    """Change what is said of a course. Its pupils' events are written again if they say it too.

    Raises ``CourseNotFound``, ``CourseCodeTaken`` and what the precondition raises.
    """
    course = await locked_course(session, caller, course_id)
    precondition(await shown_course(session, texts, caller, course, danish_date(now)))
    if change.code is not None and change.code != course.code:
        course.code = change.code
        await hold_code(session, course)
    if change.staff is not None:
        course.staff = _staff(change.staff)
    if change.stated is not None:
        course.stated = change.stated
    subjects = course.subjects if change.subjects is None else list(dict.fromkeys(change.subjects))
    if subjects != course.subjects:
        course.subjects = subjects
        await republish_enrolments(session, outbox, course, await enrolments.of_course(session, course_id))
    await rejudge(session, outbox, course, danish_date(now))
    return await shown_course(session, texts, caller, course, danish_date(now))


async def end_course(
    session: WriteSession,
    outbox: Outbox,
    texts: SealedTexts,
    caller: Principal,
    course_id: UUID,
    *,
    last_day: date,
    reason: EndReason,
    note: str | None,
    precondition: Precondition,
    now: datetime,
) -> ShownCourse:
    """End a course before its planned last day, with its enrolments and what its schedule still plans.

    A course that ended early can be ended again on another day before the planned one; its enrolments follow.

    Raises ``CourseNotFound``, ``CourseEndsBeforeStart``, ``CourseEndsLater``, ``CourseHasLaterSessions`` and what the
    precondition raises.
    """
    course = await locked_course(session, caller, course_id)
    precondition(await shown_course(session, texts, caller, course, danish_date(now)))
    await end_early(session, outbox, course, last_day=last_day, reason=reason)
    course.end_note = None if note is None else texts.seal(course_id, "end_note", note)
    await rejudge(session, outbox, course, danish_date(now))
    return await shown_course(session, texts, caller, course, danish_date(now))


async def end_early(
    session: WriteSession, outbox: Outbox, course: Course, *, last_day: date, reason: EndReason
) -> None:
    """End a course whose row is locked; its dosage is left to be judged. Raises what ``end_course`` raises."""
    planned_last_day = course.planned_last_day or course.last_day
    require_end(course.start, planned_last_day, last_day)
    last = await sessions.last_held(session, course.course_id)
    if last is not None and last > last_day:
        raise CourseHasLaterSessions(pointer="/last_day", last=last)
    before, after = day_after(course.last_day), day_after(last_day)
    changed = []
    for each in await enrolments.of_course(session, course.course_id):
        followed = each.valid_to == before and each.end_reason in (None, EnrolmentEnd.COURSE_ENDED)
        if each.valid_to > after or (followed and each.valid_to < after):
            each.valid_to = max(after, each.valid_from)
            each.end_reason = each.end_reason or EnrolmentEnd.COURSE_ENDED
            changed.append(each)
    course.planned_last_day, course.last_day, course.end_reason = planned_last_day, last_day, reason
    await schedules.cancel_after(session, course.course_id, last_day, reason.value)
    await republish_enrolments(session, outbox, course, changed)


async def republish_enrolments(
    session: WriteSession, outbox: Outbox, course: Course, rows: Sequence[Enrolment]
) -> None:
    """Write enrolments that changed, with an event for each."""
    for each in rows:
        each.aggregate_version += 1
    await queries.save(session)
    await outbox.add(session, [enrolment_changed(course, each) for each in rows])


async def get_course(
    session: ReadSession, texts: SealedTexts, caller: Principal, course_id: UUID, today: date
) -> ShownCourse:
    """A course of one of the caller's schools, with its enrolments. Raises ``CourseNotFound``."""
    return await shown_course(session, texts, caller, await read_course(session, caller, course_id), today)


async def read_course(session: ReadSession, caller: Principal, course_id: UUID) -> Course:
    """A course of one of the caller's schools. Raises ``CourseNotFound``."""
    found = await queries.one(session, course_id)
    return own_course(caller, found, await school_of(session, found))


async def locked_course(session: WriteSession, caller: Principal, course_id: UUID) -> Course:
    """The same, with its row locked."""
    found = await queries.locked(session, course_id)
    return own_course(caller, found, await school_of(session, found))


async def shown_course(
    session: ReadSession, texts: SealedTexts, caller: Principal, course: Course, today: date
) -> ShownCourse:
    """The course as the caller is shown it on a day. Raises ``Undecryptable``."""
    rows = await enrolments.of_course(session, course.course_id)
    pupils = {each.pupil_id for each in rows if each.valid_to > each.valid_from}
    shown = await shown_pupils(session, caller, (each.pupil_id for each in rows), today)
    note = None if course.end_note is None else texts.open(course.course_id, "end_note", course.end_note)
    return ShownCourse(
        course=course,
        enrolments=[each for each in rows if each.pupil_id in shown],
        not_shown=len({each.pupil_id for each in rows} - shown),
        enrolled=len(pupils),
        identified=len(await members.identified(session, pupils)),
        today=today,
        end_note=note,
    )


async def hold_code(session: WriteSession, course: Course, *, pointer: str = "/code") -> None:
    """Hold the course's code, which no other course of the school may have. Raises ``CourseCodeTaken``."""
    await queries.hold_codes(session, course.municipality_code)
    if await queries.code_taken(session, course.school_id, course.code, but=course.course_id):
        raise CourseCodeTaken(pointer=pointer)


def approved_minimum(project: InForce, variant: str) -> list[dict[str, Any]]:
    """The phases that the project's approval has set as the minimum of the variant; empty if it has set none."""
    return next((list(each["phases"]) for each in project.minimums if each["variant"] == variant), [])


async def school_of(session: ReadSession, course: Course | None) -> SchoolRecord | None:
    """The course's school."""
    return None if course is None else await schools.one(session, course.school_id)


async def _taking_part(session: ReadSession, new: NewCourse) -> list[Member]:
    if new.class_id is not None:
        try:
            return await class_members(session, new.school_id, new.class_id, new.start)
        except ClassEmpty:
            if new.stated is None:
                raise
            return []
    return await named_members(session, new.school_id, new.pupil_ids, new.start)


def _enrolment(course: Course, member: Member, new: NewCourse) -> Enrolment:
    """A pupil of a group stays enrolled to the last day. A pupil who leaves a class also leaves the class's course."""
    valid_to = day_after(course.last_day)
    leaves = course.class_id is not None and member.valid_to < valid_to
    return Enrolment(
        enrolment_id=uuid4(),
        course_id=course.course_id,
        pupil_id=member.pupil_id,
        municipality_code=course.municipality_code,
        grade=member.grade,
        designated=member.pupil_id in new.designated_pupil_ids,
        valid_from=course.start,
        valid_to=member.valid_to if leaves else valid_to,
        origin=Origin.NAMED if course.class_id is None else Origin.CLASS,
        end_reason=EnrolmentEnd.LEFT_CLASS if leaves else None,
        aggregate_version=1,
    )


def _staff(staff: Sequence[tuple[StaffRole, int]]) -> list[dict[str, Any]]:
    return [{"role": role.value, "persons": persons} for role, persons in staff]
