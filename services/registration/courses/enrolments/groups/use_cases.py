"""Splits a group into two courses, and merges two courses into one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from libs.shared.auth.principal import Principal
from libs.shared.base.clock import danish_date
from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.events.outbox import Outbox
from libs.shared.privacy.sealed_texts import SealedTexts
from libs.shared.values.days import day_after
from services.registration.courses.courses import queries as courses
from services.registration.courses.courses.domain import EndReason
from services.registration.courses.courses.shown import ShownCourse
from services.registration.courses.courses.use_cases import (
    Precondition,
    end_early,
    hold_code,
    locked_course,
    read_course,
    republish_enrolments,
    shown_course,
)
from services.registration.courses.enrolments import queries
from services.registration.courses.enrolments.domain import EnrolmentEnd, Origin
from services.registration.courses.enrolments.errors import RegroupingNobody, RegroupingOutside, RegroupingUnlike
from services.registration.courses.enrolments.use_cases import require_room
from services.registration.courses.errors import CourseHasLaterSessions
from services.registration.courses.events import enrolment_changed
from services.registration.courses.ledger.use_cases import judge_new, rejudge
from services.registration.courses.sessions.attendance import queries as attendance
from services.registration.courses.tables import Course, Enrolment, Regrouping


@dataclass(frozen=True, slots=True)
class Split:
    """Pupils who leave a group on a day for a new one, which has this code and this number of pupils."""

    day: date
    pupil_ids: Sequence[UUID]
    code: str | None = None


async def split_course(
    session: WriteSession,
    outbox: Outbox,
    texts: SealedTexts,
    caller: Principal,
    course_id: UUID,
    *,
    split: Split,
    precondition: Precondition,
    now: datetime,
) -> ShownCourse:
    """Move pupils to a new course from a day on; returns the new course.

    The new course continues the old one: what was given before counts for both. The old enrolments end the day before
    and stay as history. Raises ``CourseNotFound``, ``RegroupingOutside``, ``RegroupingNobody``, ``CourseCodeTaken`` and
    what the precondition raises.
    """
    course, today = await locked_course(session, caller, course_id), danish_date(now)
    _require_day(course, split.day)
    there = _on(split.day, await queries.of_course(session, course_id))
    moving = {each: there[each] for each in split.pupil_ids if each in there}
    if len(moving) != len(split.pupil_ids) or not moving or len(moving) == len(there):
        raise RegroupingNobody(pointer="/pupil_ids")
    precondition(await shown_course(session, texts, caller, course, today))
    await _require_no_attendance(session, course, split.day, list(moving))
    new_id = uuid4()
    copied = course.model_dump(
        exclude={"course_id", "code", "start", "stated", "class_id", "continues", "planned_last_day", "end_reason"}
        | {"end_note", "entry", "outcome", "attention", "share", "aggregate_version", "judged_on"}
    )
    new = Course(
        course_id=new_id,
        class_id=None,
        code=split.code or f"{course.variant}-{new_id.hex[:6].upper()}",
        start=split.day,
        stated=len(moving),
        continues=course_id,
        judged_on=today,
        aggregate_version=1,
        **copied,
    )
    await hold_code(session, new)
    rows = [_moved(new, each, split.day, Origin.SPLIT) for each in moving.values()]
    await courses.add(session, new, rows)
    course.stated = max(course.stated - len(moving), len(there) - len(moving))
    await _leave(session, outbox, course, list(moving.values()), day=split.day, why=EnrolmentEnd.SPLIT)
    await queries.add(
        session, [_regrouping("split", course, new, day=split.day, pupils=len(moving), caller=caller, now=now)]
    )
    await outbox.add(session, [enrolment_changed(new, each) for each in rows])
    await judge_new(session, outbox, new, today)
    await rejudge(session, outbox, course, today)
    return await shown_course(session, texts, caller, new, today)


async def merge_courses(
    session: WriteSession,
    outbox: Outbox,
    texts: SealedTexts,
    caller: Principal,
    course_id: UUID,
    *,
    from_course_id: UUID,
    day: date,
    precondition: Precondition,
    now: datetime,
) -> ShownCourse:
    """Move the pupils of another course into this one from a day on; the other one ends the day before.

    Raises ``CourseNotFound``, ``RegroupingUnlike``, ``RegroupingOutside``, ``EnrolmentGroupTooLarge``, the refusals of
    an early end and what the precondition raises.
    """
    await read_course(session, caller, course_id)
    await read_course(session, caller, from_course_id)
    if from_course_id == course_id:
        raise RegroupingUnlike(pointer="/from_course_id")
    locked = await courses.locked_all(session, [course_id, from_course_id])
    course, other, today = locked[course_id], locked[from_course_id], danish_date(now)
    precondition(await shown_course(session, texts, caller, course, today))
    if (course.project_id, course.school_id, course.variant) != (other.project_id, other.school_id, other.variant):
        raise RegroupingUnlike(pointer="/from_course_id")
    for each in (course, other):
        _require_day(each, day)
    here = _on(day, await queries.of_course(session, course_id))
    there = _on(day, await queries.of_course(session, from_course_id))
    coming = [each for pupil_id, each in there.items() if pupil_id not in here]
    rows = [_moved(course, each, day, Origin.MERGE) for each in coming]
    taken = (await queries.stays(session, [course_id])).get(course_id, {})
    await require_room(
        session, course, [(row.valid_from, row.valid_to) for row in rows], taken.values(), pointer="/from_course_id"
    )
    await _leave(session, outbox, other, list(there.values()), day=day, why=EnrolmentEnd.MERGE)
    await end_early(session, outbox, other, last_day=_day_before(day), reason=EndReason.MERGED)
    await queries.add(session, rows)
    await queries.add(
        session, [_regrouping("merge", other, course, day=day, pupils=len(there), caller=caller, now=now)]
    )
    course.stated = max(course.stated, len(here) + len(rows))
    await outbox.add(session, [enrolment_changed(course, each) for each in rows])
    await rejudge(session, outbox, other, today)
    await rejudge(session, outbox, course, today)
    return await shown_course(session, texts, caller, course, today)


async def history(session: ReadSession, caller: Principal, course_id: UUID) -> list[Regrouping]:
    """Who went from or to a course of one of the caller's schools, the earliest first. Raises ``CourseNotFound``."""
    await read_course(session, caller, course_id)
    return await queries.regroupings(session, course_id)


def _require_day(course: Course, day: date) -> None:
    if not course.start < day <= course.last_day:
        raise RegroupingOutside(pointer="/day", start=course.start, last_day=course.last_day)


async def _require_no_attendance(session: ReadSession, course: Course, day: date, pupil_ids: Sequence[UUID]) -> None:
    attended = await attendance.attended(session, course.course_id, pupil_ids)
    later = [each.held_on for each in attended if each.held_on >= day]
    if later:
        raise CourseHasLaterSessions(pointer="/day", last=max(later))


def _on(day: date, rows: Sequence[Enrolment]) -> dict[UUID, Enrolment]:
    return {each.pupil_id: each for each in rows if each.valid_from <= day < each.valid_to}


def _moved(course: Course, before: Enrolment, day: date, origin: Origin) -> Enrolment:
    return Enrolment(
        enrolment_id=uuid4(),
        course_id=course.course_id,
        pupil_id=before.pupil_id,
        municipality_code=course.municipality_code,
        grade=before.grade,
        designated=before.designated,
        valid_from=day,
        valid_to=max(day, min(before.valid_to, day_after(course.last_day))),
        origin=origin,
        end_reason=before.end_reason,
        aggregate_version=1,
    )


async def _leave(
    session: WriteSession, outbox: Outbox, course: Course, rows: Sequence[Enrolment], *, day: date, why: EnrolmentEnd
) -> None:
    for each in rows:
        each.valid_to, each.end_reason = max(day, each.valid_from), why
    await republish_enrolments(session, outbox, course, rows)


def _regrouping(
    kind: str, left: Course, joined: Course, *, day: date, pupils: int, caller: Principal, now: datetime
) -> Regrouping:
    given: dict[str, Any] = {"from_course_id": left.course_id, "to_course_id": joined.course_id}
    return Regrouping(
        regrouping_id=uuid4(),
        municipality_code=left.municipality_code,
        kind=kind,
        day=day,
        pupils=pupils,
        decided_by=caller.subject,
        decided_at=now,
        **given,
    )


def _day_before(day: date) -> date:
    return date.fromordinal(day.toordinal() - 1)
