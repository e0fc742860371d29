"""Reading and writing enrolments, decisions about offers, and regroupings."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import text
from sqlmodel import col, select

from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.events.republishing import Place
from services.registration.courses.tables import Course, Enrolment, OfferDecision, Regrouping
from services.registration.roster.merging.following import Left

_OF_COURSES = text("""
SELECT course_id, pupil_id, valid_from, valid_to FROM enrolment
 WHERE course_id = ANY(CAST(:ids AS uuid[])) AND valid_to > valid_from
""")

_ENROLLED = text("""
SELECT DISTINCT course_id, pupil_id FROM enrolment
 WHERE course_id = ANY(CAST(:ids AS uuid[])) AND valid_to > valid_from
""")

_COURSES_OF = text("""
SELECT course_id FROM enrolment WHERE pupil_id = :pupil_id AND valid_to > valid_from GROUP BY course_id
 ORDER BY min(valid_from), course_id LIMIT :most
""")

# Of running courses, and those that a correction of the roster may let go on.
_RUNNING = text("""
SELECT e.enrolment_id, e.course_id, e.pupil_id, e.valid_from, e.valid_to, e.end_reason, c.class_id, c.school_id,
       c.last_day
  FROM enrolment AS e JOIN course AS c USING (course_id)
 WHERE e.municipality_code = :code AND c.start <= :today AND c.last_day >= :today AND e.valid_to > e.valid_from
   AND (CAST(:after AS uuid) IS NULL OR e.enrolment_id > :after)
 ORDER BY e.enrolment_id LIMIT :size
""")

_MOVE_ATTENDANCE = text("""
UPDATE attendance SET pupil_id = :to_id
 WHERE pupil_id = :from_id AND course_id = :course_id AND held_on >= :first AND held_on < :after
""")

_PLACES_OF = text("""
SELECT e.enrolment_id, k.institution_number, e.valid_from
  FROM enrolment AS e JOIN course AS c USING (course_id) JOIN school AS k USING (school_id)
 WHERE e.pupil_id = :pupil_id AND e.valid_to > e.valid_from
""")

_MUNICIPALITIES = text("""
SELECT DISTINCT municipality_code FROM course WHERE start <= :today AND last_day >= :today ORDER BY municipality_code
""")


@dataclass(frozen=True, slots=True)
class RunningEnrolment:
    """An enrolment in a running course, and for whom the course is."""

    enrolment_id: UUID
    course_id: UUID
    pupil_id: UUID
    valid_from: date
    valid_to: date
    end_reason: str | None
    class_id: UUID | None
    school_id: UUID
    last_day: date


async def of_course(session: ReadSession, course_id: UUID) -> list[Enrolment]:
    """The course's enrolments, by grade and id."""
    found = select(Enrolment).where(col(Enrolment.course_id) == course_id)
    ordered = found.order_by(col(Enrolment.grade), col(Enrolment.pupil_id), col(Enrolment.valid_from))
    return list((await session.execute(ordered)).scalars())


async def of_pupil(session: ReadSession, pupil_id: UUID, *, most: int) -> list[UUID]:
    """The ids of at most ``most`` courses in which the pupil is or was, the earliest first."""
    found = await session.execute(_COURSES_OF, {"pupil_id": pupil_id, "most": most})
    return list(found.scalars())


async def stays(session: ReadSession, course_ids: Iterable[UUID]) -> dict[UUID, dict[UUID, list[tuple[date, date]]]]:
    """The days of each pupil in each of the courses, as ``valid_from`` and ``valid_to``."""
    found: dict[UUID, dict[UUID, list[tuple[date, date]]]] = {}
    for row in await session.execute(_OF_COURSES, {"ids": sorted(set(course_ids))}):
        found.setdefault(row.course_id, {}).setdefault(row.pupil_id, []).append((row.valid_from, row.valid_to))
    return found


async def enrolled(session: ReadSession, course_ids: Iterable[UUID]) -> dict[UUID, set[UUID]]:
    """The pupils who are or were in each of the courses."""
    found: dict[UUID, set[UUID]] = {}
    for row in await session.execute(_ENROLLED, {"ids": sorted(set(course_ids))}):
        found.setdefault(row.course_id, set()).add(row.pupil_id)
    return found


async def one(session: ReadSession, enrolment_id: UUID) -> Enrolment | None:
    """The enrolment, if the session may see it."""
    return await session.get(Enrolment, enrolment_id)


async def locked(session: WriteSession, enrolment_id: UUID) -> Enrolment | None:
    """The same, with its row locked."""
    return await session.get(Enrolment, enrolment_id, with_for_update=True, populate_existing=True)


async def add(session: WriteSession, rows: Iterable[Enrolment | OfferDecision | Regrouping]) -> None:
    """Write new rows."""
    session.add_all(rows)
    await session.flush()


async def decisions(session: ReadSession, course_ids: Iterable[UUID]) -> dict[tuple[UUID, UUID], str]:
    """What was decided about offers, by course and pupil."""
    wanted = select(OfferDecision).where(col(OfferDecision.course_id).in_(sorted(set(course_ids))))
    return {(each.course_id, each.pupil_id): each.decision for each in (await session.execute(wanted)).scalars()}


async def decision(session: WriteSession, course_id: UUID, pupil_id: UUID) -> OfferDecision | None:
    """The decision about one offer."""
    return await session.get(OfferDecision, (course_id, pupil_id))


async def regroupings(session: ReadSession, course_id: UUID) -> list[Regrouping]:
    """The history of a course's groups, the earliest first."""
    either = (col(Regrouping.from_course_id) == course_id) | (col(Regrouping.to_course_id) == course_id)
    ordered = select(Regrouping).where(either).order_by(col(Regrouping.day), col(Regrouping.decided_at))
    return list((await session.execute(ordered)).scalars())


async def running(
    session: ReadSession, code: str, today: date, *, after: UUID | None, size: int
) -> list[RunningEnrolment]:
    """Enrolments of the municipality in courses that run today, by id."""
    given = {"code": code, "today": today, "after": after, "size": size}
    return [RunningEnrolment(**row) for row in (await session.execute(_RUNNING, given)).mappings()]


async def municipalities(session: ReadSession, today: date) -> list[str]:
    """The municipalities with a course that runs today."""
    return list((await session.execute(_MUNICIPALITIES, {"today": today})).scalars())


async def locked_page(
    session: WriteSession, code: str, after: Place | None, size: int
) -> list[tuple[Course, Enrolment]]:
    """The municipality's enrolments after that id, with their rows locked in its order, and their courses."""
    wanted = select(Course, Enrolment).join(Course, col(Course.course_id) == col(Enrolment.course_id))
    wanted = wanted.where(col(Enrolment.municipality_code) == code)
    if after is not None:
        wanted = wanted.where(col(Enrolment.enrolment_id) > UUID(after[0]))
    ordered = wanted.order_by(col(Enrolment.enrolment_id)).limit(size).with_for_update(of=Enrolment)
    return [(course, enrolment) for course, enrolment in await session.execute(ordered)]


async def locked_of_pupils(session: WriteSession, pupil_ids: Iterable[UUID]) -> list[tuple[Course, Enrolment]]:
    """The enrolments of these pupils with their courses, their rows locked in the order of their ids."""
    wanted = select(Course, Enrolment).join(Course, col(Course.course_id) == col(Enrolment.course_id))
    wanted = wanted.where(col(Enrolment.pupil_id).in_(sorted(set(pupil_ids))))
    ordered = wanted.order_by(col(Enrolment.enrolment_id)).with_for_update(of=Enrolment)
    return [(course, enrolment) for course, enrolment in await session.execute(ordered)]


async def places_of(session: ReadSession, pupil_id: UUID) -> list[Left]:
    """A pupil's enrolments, by the schools of their courses."""
    return [Left("enrolment", *row) for row in await session.execute(_PLACES_OF, {"pupil_id": pupil_id})]


async def remove(session: WriteSession, enrolment: Enrolment) -> None:
    """Delete an enrolment."""
    await session.delete(enrolment)
    await session.flush()


async def move_attendance(
    session: WriteSession, course_id: UUID, from_id: UUID, to_id: UUID, *, days: tuple[date, date] | None
) -> None:
    """Make the attendance of one pupil in a course another pupil's: all of it, or that from a day until before one."""
    first, after = days or (date.min, date.max)
    given = {"course_id": course_id, "from_id": from_id, "to_id": to_id, "first": first, "after": after}
    await session.execute(_MOVE_ATTENDANCE, given)
