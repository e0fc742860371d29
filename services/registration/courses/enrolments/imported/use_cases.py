"""Imports enrolments: an upsert by pupil, course and first day."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from libs.shared.base.clock import Clock, danish_date
from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.events.outbox import Outbox
from libs.shared.files.kinds import courses as codes
from libs.shared.imports import parked
from libs.shared.imports.batch import Batch, BatchResult, Judged, Refusal, Waiting, WaitingReason
from libs.shared.values.days import day_after
from services.registration.courses.courses import queries as courses
from services.registration.courses.enrolments import queries
from services.registration.courses.enrolments.domain import Days, EnrolmentEnd, Origin, most_at_once, overlap
from services.registration.courses.enrolments.use_cases import course_days, project_days
from services.registration.courses.events import enrolment_changed
from services.registration.courses.files import lock_courses, named_courses, named_pupils
from services.registration.courses.sessions.attendance import queries as attendance
from services.registration.courses.sessions.imported.use_cases import Limits, judge_again
from services.registration.courses.tables import Course, Enrolment
from services.registration.roster.lock import lock_roster
from services.registration.roster.members import queries as members


@dataclass(slots=True)
class _Plan:
    """New enrolments, and those that change with their new ``valid_to`` and mark."""

    new: list[Enrolment] = field(default_factory=list)
    changed: list[tuple[Enrolment, date, bool]] = field(default_factory=list)


@dataclass(slots=True)
class _Known:
    """What is known of one course: its enrolments, the days that are taken, and what limits them."""

    course: Course
    project: Days | None
    most: int | None
    rows: dict[tuple[UUID, date], Enrolment]
    days: dict[tuple[UUID, date], Days]
    attended: dict[UUID, list[date]]


@dataclass(frozen=True, slots=True)
class EnrolmentImport:
    """Imports enrolments. A row about a pupil who is not known yet, or not yet at the school, waits."""

    outbox: Outbox
    clock: Clock

    async def lock(self, session: WriteSession, batch: Batch) -> None:
        """Lock the roster, so that identifiers keep their pupils, and the courses."""
        await lock_roster(session, batch.municipality_code)
        await lock_courses(session, batch)

    async def judge(self, session: WriteSession, batch: Batch) -> Judged[_Plan]:
        """The plan is the enrolments that are new or changed. A row that waited never changes a stored enrolment."""
        named, pupil_ids = await named_courses(session, batch), await named_pupils(session, batch)
        limits = Limits(session)
        known = {key: await _known(session, course, limits) for key, course in named.courses.items()}
        plan, refused, waiting, unchanged = _Plan(), list(named.refused), list[Waiting](), 0
        rows = list(batch.records("valid_from", "valid_to", "designated"))
        seen: dict[tuple[UUID, UUID, date], int] = {}
        for index, (course, pupil_id) in enumerate(zip(named.by_row, pupil_ids, strict=True)):
            if course is None:
                continue
            if pupil_id is None:
                waiting.append(Waiting(index, WaitingReason.UNKNOWN_PUPIL))
                continue
            of = known[course.course_id]
            valid_from, valid_to, mark = rows[index]
            days = valid_from or course.start, valid_to or day_after(course.last_day)
            stored = of.rows.get((pupil_id, days[0]))
            first = seen.setdefault((course.course_id, pupil_id, days[0]), index)
            if first != index:  # by another of the pupil's identifiers, or with and without the first day
                refused.append(Refusal(index, "row.duplicate", params={"first_row": batch.row_numbers[first]}))
            elif (why := _refusal(of, pupil_id, days)) is not None:
                refused.append(Refusal(index, *why))
            elif stored is not None:
                designated = stored.designated if mark is None else mark == "1"
                if batch.replay or (stored.valid_to, stored.designated) == (days[1], designated):
                    unchanged += 1
                else:
                    of.days[pupil_id, days[0]] = days
                    plan.changed.append((stored, days[1], designated))
            else:
                there = await members.members(session, course.school_id, days[0], pupil_ids=[pupil_id])
                if pupil_id in there:
                    of.days[pupil_id, days[0]] = days
                    plan.new.append(_row(course, pupil_id, there[pupil_id].grade, days, designated=mark == "1"))
                elif batch.settled:
                    refused.append(Refusal(index, codes.NOT_AT_SCHOOL, "valid_from"))
                else:
                    waiting.append(Waiting(index, WaitingReason.NOT_PLACED, pupil_id))
        accepted = len(plan.new) + len(plan.changed)
        return Judged(BatchResult(accepted, unchanged, waiting, refused), plan)

    async def write(self, session: WriteSession, batch: Batch, judged: Judged[_Plan]) -> None:
        """Write the enrolments with an event for each, and judge their courses."""
        plan = judged.plan
        for row, valid_to, designated in plan.changed:
            row.valid_to, row.designated = valid_to, designated
            row.aggregate_version += 1
        changed = [*plan.new, *(row for row, _, _ in plan.changed)]
        if not changed:
            return
        await queries.add(session, changed)
        ids = {row.course_id for row in changed}
        locked = await courses.locked_all(session, ids)
        for row, valid_to, _ in plan.changed:
            goes_on = valid_to == day_after(locked[row.course_id].last_day)
            row.end_reason = None if goes_on else EnrolmentEnd.FILE
        await courses.save(session)
        await self.outbox.add(session, [enrolment_changed(locked[row.course_id], row) for row in changed])
        await judge_again(session, self.outbox, ids, danish_date(self.clock()))
        await parked.due(session, batch.municipality_code, pupils={row.pupil_id for row in changed})


async def _known(session: ReadSession, course: Course, limits: Limits) -> _Known:
    rows = {(row.pupil_id, row.valid_from): row for row in await queries.of_course(session, course.course_id)}
    attended: dict[UUID, list[date]] = {}
    for each in await attendance.attended(session, course.course_id):
        attended.setdefault(each.pupil_id, []).append(each.held_on)
    return _Known(
        course=course,
        project=await project_days(session, course),
        most=await limits.of(course),
        rows=rows,
        days={key: (row.valid_from, row.valid_to) for key, row in rows.items()},
        attended=attended,
    )


def _refusal(of: _Known, pupil_id: UUID, days: Days) -> tuple[str, str | None, dict[str, Any]] | None:
    """Why a pupil cannot be enrolled on these days; None if nothing is in the way."""
    if days[1] < days[0]:
        return codes.ENDS_FIRST, "valid_to", {}
    for allowed, code in ((of.project, codes.OUTSIDE_PROJECT), (course_days(of.course), codes.OUTSIDE_COURSE)):
        if allowed is not None and not (allowed[0] <= days[0] < allowed[1] and days[1] <= allowed[1]):
            last_day = date.fromordinal(allowed[1].toordinal() - 1)
            shown = {"start": allowed[0].isoformat(), "last_day": last_day.isoformat()}
            return code, "valid_to" if allowed[0] <= days[0] < allowed[1] else "valid_from", shown
    others = {key: each for key, each in of.days.items() if key != (pupil_id, days[0])}
    if any(overlap(days, each) for key, each in others.items() if key[0] == pupil_id):
        return codes.ENROLMENT_OVERLAP, "valid_from", {}
    before = of.days.get((pupil_id, days[0]))
    later = [day for day in of.attended.get(pupil_id, ()) if before and days[1] <= day < before[1]]
    if later:
        return codes.ATTENDED_LATER, "valid_to", {"last": max(later).isoformat()}
    if of.most is not None and (number := most_at_once([*others.values(), days])) > of.most:
        return codes.GROUP_TOO_LARGE, "pupil", {"pupils": number, "most": of.most}
    return None


def _row(course: Course, pupil_id: UUID, grade: int, days: Days, *, designated: bool) -> Enrolment:
    return Enrolment(
        enrolment_id=uuid4(),
        course_id=course.course_id,
        pupil_id=pupil_id,
        municipality_code=course.municipality_code,
        grade=grade,
        designated=designated,
        valid_from=days[0],
        valid_to=days[1],
        origin=Origin.FILE,
        end_reason=None if days[1] == day_after(course.last_day) else EnrolmentEnd.FILE,
        aggregate_version=1,
    )
