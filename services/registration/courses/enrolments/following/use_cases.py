"""Ends enrolments of pupils who left, and lets them go on if the roster is corrected."""

from datetime import date
from uuid import UUID

from libs.shared.db.database import WriteSession
from libs.shared.events.outbox import Outbox
from libs.shared.values.days import day_after
from services.registration.courses.courses import queries as courses
from services.registration.courses.courses.use_cases import republish_enrolments
from services.registration.courses.enrolments import queries
from services.registration.courses.enrolments.domain import EnrolmentEnd
from services.registration.courses.enrolments.following.domain import Time, stays_until
from services.registration.courses.ledger.use_cases import rejudge
from services.registration.roster.members import queries as members

FOLLOWED = (None, EnrolmentEnd.LEFT_CLASS)
"""The reasons of an end that the roster decides; an end that a person set stays."""


async def follow_page(
    session: WriteSession, outbox: Outbox, code: str, today: date, *, after: UUID | None, size: int
) -> tuple[int, UUID | None]:
    """Compare a page of the municipality's enrolments in running courses with the roster; returns the number of those
    that changed, and the id after which the next page begins (None: it was the last).
    """
    rows = await queries.running(session, code, today, after=after, size=size)
    times: dict[UUID, list[Time]] = {}
    for at in await members.times_at_schools(session, {row.pupil_id for row in rows}):
        time = Time(at.school_id, at.class_id, at.valid_from, at.valid_to)
        times.setdefault(at.pupil_id, []).append(time)
    ends: dict[UUID, date] = {}
    for row in rows:
        end = stays_until(
            times.get(row.pupil_id, ()),
            row.valid_from,
            class_id=row.class_id,
            school_id=row.school_id,
            course_end=day_after(row.last_day),
            today=today,
        )
        if end is not None and end != row.valid_to and row.end_reason in FOLLOWED:
            ends[row.enrolment_id] = end
    changed = 0
    locked = await courses.locked_all(session, {row.course_id for row in rows if row.enrolment_id in ends})
    for course in locked.values():
        own = [each for each in await queries.of_course(session, course.course_id) if each.enrolment_id in ends]
        own = [each for each in own if each.end_reason in FOLLOWED]
        for each in own:
            each.valid_to = max(each.valid_from, ends[each.enrolment_id])
            each.end_reason = EnrolmentEnd.LEFT_CLASS if each.valid_to < day_after(course.last_day) else None
        await republish_enrolments(session, outbox, course, own)
        await rejudge(session, outbox, course, today, always=False)
        changed += len(own)
    return changed, rows[-1].enrolment_id if len(rows) == size else None
