"""Enrolments and attendance of a pupil who turns out to be another one, or two."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.events.outbox import Outbox
from services.registration.courses.courses import queries as courses
from services.registration.courses.enrolments import queries
from services.registration.courses.events import add_enrolment_gone, enrolment_changed
from services.registration.courses.tables import Course, Enrolment
from services.registration.roster.merging.following import Left, Named, Span
from services.registration.roster.schools import queries as schools


@dataclass(frozen=True, slots=True)
class CoursesFollow:
    """What this room does about it."""

    outbox: Outbox

    async def merged(self, session: WriteSession, winner: UUID, loser: UUID) -> None:
        """Enrolments follow with an event. Two that share a day become one, and the other's key gets a tombstone."""
        found = await queries.locked_of_pupils(session, [winner, loser])
        kept = [enrolment for _, enrolment in found if enrolment.pupil_id == winner]
        changed: dict[UUID, tuple[Course, Enrolment]] = {}
        for course, enrolment in found:
            if enrolment.pupil_id != loser:
                continue
            same = next((each for each in kept if _touch(each, enrolment)), None)
            if same is None:
                enrolment.pupil_id = winner
                changed[enrolment.enrolment_id] = course, enrolment
                continue
            same.valid_from = min(same.valid_from, enrolment.valid_from)
            same.valid_to = max(same.valid_to, enrolment.valid_to)
            same.designated = same.designated or enrolment.designated
            changed[same.enrolment_id] = course, same
            code = enrolment.municipality_code
            await queries.remove(session, enrolment)
            await add_enrolment_gone(session, self.outbox, enrolment.enrolment_id, code)
        await self._publish(session, list(changed.values()))

    async def split(
        self, session: WriteSession, from_id: UUID, to_id: UUID, spans: Sequence[Span], named: Named
    ) -> None:
        """Enrolments at the schools of these stays, from days of them, become the new pupil's, with attendance, unless
        a person named them to stay; and those that a person named.
        """
        moved, others = [], set()
        for course, enrolment in await queries.locked_of_pupils(session, [from_id]):
            school = await schools.one(session, course.school_id)
            number = school and school.institution_number
            of_stays = any(number == at and first <= enrolment.valid_from < after for at, first, after in spans)
            if enrolment.enrolment_id in named.moves or (of_stays and enrolment.enrolment_id not in named.stays):
                enrolment.pupil_id = to_id
                moved.append((course, enrolment))
            else:
                others.add(course.course_id)
        for course, enrolment in moved:
            # Of a course in which both are enrolled now, each has the attendance of the days of its own enrolments.
            days = (enrolment.valid_from, enrolment.valid_to) if course.course_id in others else None
            await queries.move_attendance(session, course.course_id, from_id, to_id, days=days)
        await self._publish(session, moved)

    async def left(self, session: ReadSession, pupil_id: UUID) -> Sequence[Left]:
        """The pupil's enrolments."""
        return await queries.places_of(session, pupil_id)

    async def _publish(self, session: WriteSession, changed: Sequence[tuple[Course, Enrolment]]) -> None:
        for _, enrolment in changed:
            enrolment.aggregate_version += 1
        await courses.save(session)
        if changed:
            await self.outbox.add(session, [enrolment_changed(course, enrolment) for course, enrolment in changed])


def _touch(one: Enrolment, other: Enrolment) -> bool:
    """Whether two enrolments in one course have a day or their first day in common."""
    overlap = one.valid_from < other.valid_to and other.valid_from < one.valid_to
    return one.course_id == other.course_id and (overlap or one.valid_from == other.valid_from)
