"""Reading and writing courses."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlmodel import col, select

from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.events.republishing import Place
from libs.shared.rules.dosage.facts import SessionFact, monday_of, school_weeks_of
from libs.shared.values.school_years import school_year_of
from services.registration.courses.domain import HeldSession
from services.registration.courses.tables import Course, Enrolment
from services.registration.roster.calendars import queries as calendars

_ENDED = text("""
SELECT course_id, municipality_code FROM course
 WHERE last_day < :today AND judged_on <= last_day AND (CAST(:after AS uuid) IS NULL OR course_id > :after)
 ORDER BY course_id LIMIT :size
""")

_PUT_SESSIONS = text("""
INSERT INTO course_session AS s (course_id, held_on, starts_at, municipality_code, minutes)
SELECT :course_id, g.held_on, g.starts_at, :code, g.minutes
  FROM unnest(CAST(:days AS date[]), CAST(:times AS time[]), CAST(:minutes AS int[])) AS g (held_on, starts_at, minutes)
ON CONFLICT (course_id, held_on, starts_at) DO UPDATE SET minutes = excluded.minutes
 WHERE s.minutes <> excluded.minutes
RETURNING s.held_on
""")

_SESSIONS = text("SELECT held_on, minutes FROM course_session WHERE course_id = :course_id ORDER BY held_on, starts_at")


@dataclass(frozen=True, slots=True)
class SchoolWeeks:
    """The school's weeks around a course, as Mondays, and the number of weeks of its first school year; empty and None
    unless the school's calendar is known for the whole course.
    """

    weeks: tuple[date, ...] = ()
    in_school_year: int | None = None


async def add(session: WriteSession, course: Course, enrolments: Iterable[Enrolment]) -> None:
    """Write a new course with its enrolments."""
    session.add(course)
    await session.flush()
    session.add_all(enrolments)
    await session.flush()


async def save(session: WriteSession) -> None:
    """Write the changes of the objects that were read in this session."""
    await session.flush()


async def one(session: ReadSession, course_id: UUID) -> Course | None:
    """The course, if the session may see it."""
    return await session.get(Course, course_id)


async def locked(session: WriteSession, course_id: UUID) -> Course | None:
    """The same, with its row locked until the transaction ends."""
    return await session.get(Course, course_id, with_for_update=True)


async def ended(session: ReadSession, today: date, *, after: UUID | None, size: int) -> list[tuple[UUID, str]]:
    """Courses whose last day has passed since they were judged, with their municipality, by id after ``after``."""
    rows = await session.execute(_ENDED, {"today": today, "after": after, "size": size})
    return [(course_id, code) for course_id, code in rows]


async def enrolments(session: ReadSession, course_id: UUID) -> list[Enrolment]:
    """The course's enrolments, by grade and id."""
    found = select(Enrolment).where(col(Enrolment.course_id) == course_id)
    ordered = found.order_by(col(Enrolment.grade), col(Enrolment.pupil_id))
    return list((await session.execute(ordered)).scalars())


async def locked_page(session: WriteSession, code: str, after: Place | None, size: int) -> list[Course]:
    """The municipality's courses after that id, with their rows locked in its order."""
    wanted = select(Course).where(col(Course.municipality_code) == code)
    if after is not None:
        wanted = wanted.where(col(Course.course_id) > UUID(after[0]))
    found = await session.execute(wanted.order_by(col(Course.course_id)).limit(size).with_for_update())
    return list(found.scalars())


async def locked_enrolments(
    session: WriteSession, code: str, after: Place | None, size: int
) -> list[tuple[Course, Enrolment]]:
    """The municipality's enrolments after that id, with their rows locked in its order, and their courses."""
    wanted = select(Course, Enrolment).join(Course, col(Course.course_id) == col(Enrolment.course_id))
    wanted = wanted.where(col(Enrolment.municipality_code) == code)
    if after is not None:
        wanted = wanted.where(col(Enrolment.enrolment_id) > UUID(after[0]))
    ordered = wanted.order_by(col(Enrolment.enrolment_id)).limit(size).with_for_update(of=Enrolment)
    return [(course, enrolment) for course, enrolment in await session.execute(ordered)]


async def put_sessions(session: WriteSession, course: Course, sessions: Sequence[HeldSession]) -> int:
    """Write sessions, each key once; returns the number that is new or changed."""
    given = {
        "course_id": course.course_id,
        "code": course.municipality_code,
        "days": [each.held_on for each in sessions],
        "times": [each.starts_at for each in sessions],
        "minutes": [each.minutes for each in sessions],
    }
    return len((await session.execute(_PUT_SESSIONS, given)).all())


async def sessions(session: ReadSession, course_id: UUID) -> tuple[SessionFact, ...]:
    """All sessions of the course in the order of time."""
    rows = await session.execute(_SESSIONS, {"course_id": course_id})
    return tuple(SessionFact(held_on=held_on, minutes=minutes) for held_on, minutes in rows)


async def school_weeks(session: ReadSession, school_id: UUID, start: date, last_day: date) -> SchoolWeeks:
    """The school weeks of a course from ``start`` to ``last_day``, both inclusive."""
    years = sorted({school_year_of(start), school_year_of(last_day)})
    first, last = monday_of(start), monday_of(last_day) + timedelta(days=6)
    days = await calendars.school_days(session, school_id, years, first, last)
    if any(year not in days for year in years):
        return SchoolWeeks()
    weeks = school_weeks_of(day for of_year in days.values() for day in of_year if first <= day <= last)
    return SchoolWeeks(weeks, len(school_weeks_of(days[years[0]])))
