"""Reading and writing attendance by set."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from uuid import UUID

from sqlalchemy import text

from libs.shared.db.database import ReadSession, WriteSession
from services.registration.courses.sessions.domain import Moment
from services.registration.courses.sessions.queries import LINE, SessionKey, columns_of

_PUT_ATTENDANCE = text("""
INSERT INTO attendance AS a (course_id, held_on, starts_at, pupil_id, municipality_code, minutes)
SELECT g.course_id, g.held_on, g.starts_at, g.pupil_id, :code, g.minutes
  FROM unnest(CAST(:courses AS uuid[]), CAST(:days AS date[]), CAST(:times AS time[]), CAST(:ids AS uuid[]),
              CAST(:minutes AS int[])) AS g (course_id, held_on, starts_at, pupil_id, minutes)
ON CONFLICT (course_id, held_on, starts_at, pupil_id) DO UPDATE SET minutes = excluded.minutes
 WHERE a.minutes <> excluded.minutes
RETURNING a.course_id, a.held_on, a.starts_at
""")

_FORGET_OTHERS = text("""
DELETE FROM attendance WHERE course_id = :course_id AND held_on = :day AND starts_at = :at
   AND pupil_id <> ALL(CAST(:ids AS uuid[]))
RETURNING pupil_id
""")

_ATTENDED = text(
    LINE
    + """
SELECT a.pupil_id, a.held_on, a.starts_at, a.minutes, s.minutes AS of
  FROM line AS l JOIN attendance AS a USING (course_id)
  JOIN course_session AS s USING (course_id, held_on, starts_at)
 WHERE (l.until IS NULL OR a.held_on < l.until) AND s.minutes > 0
   AND (CAST(:ids AS uuid[]) IS NULL OR a.pupil_id = ANY(CAST(:ids AS uuid[])))
"""
)

_SHARES = text("""
SELECT a.course_id, CAST(100 * sum(a.minutes) AS numeric) / sum(s.minutes) AS share
  FROM attendance AS a JOIN course_session AS s USING (course_id, held_on, starts_at)
 WHERE a.course_id = ANY(CAST(:ids AS uuid[])) AND s.minutes > 0 AND a.held_on <= :as_of
 GROUP BY a.course_id
""")

_ATTENDANCE_OF = text("""
SELECT a.course_id, a.held_on, a.starts_at, a.pupil_id, a.minutes
  FROM unnest(CAST(:courses AS uuid[]), CAST(:days AS date[]), CAST(:times AS time[]))
       AS g (course_id, held_on, starts_at)
  JOIN attendance AS a USING (course_id, held_on, starts_at)
""")

_STORED_ATTENDANCE = text("""
SELECT a.course_id, a.held_on, a.starts_at, a.pupil_id, a.minutes
  FROM unnest(CAST(:courses AS uuid[]), CAST(:days AS date[]), CAST(:times AS time[]), CAST(:ids AS uuid[]))
       AS g (course_id, held_on, starts_at, pupil_id)
  JOIN attendance AS a USING (course_id, held_on, starts_at, pupil_id)
""")

AttendanceKey = tuple[UUID, date, time, UUID]
"""Course id, day and start time of a session, and pupil id."""


@dataclass(frozen=True, slots=True)
class AttendedSession:
    """A pupil's minutes of a session of ``of`` minutes."""

    pupil_id: UUID
    held_on: date
    starts_at: time
    minutes: int
    of: int


async def put_attendance(
    session: WriteSession, code: str, rows: Sequence[tuple[AttendanceKey, int]]
) -> set[tuple[UUID, Moment]]:
    """Write minutes of pupils, each key once; returns the sessions in which any is new or changed."""
    if not rows:
        return set()
    given = {
        "code": code,
        "courses": [key[0] for key, _ in rows],
        "days": [key[1] for key, _ in rows],
        "times": [key[2] for key, _ in rows],
        "ids": [key[3] for key, _ in rows],
        "minutes": [minutes for _, minutes in rows],
    }
    found = await session.execute(_PUT_ATTENDANCE, given)
    return {(row.course_id, (row.held_on, row.starts_at)) for row in found}


async def forget_others(session: WriteSession, course_id: UUID, moment: Moment, pupil_ids: Iterable[UUID]) -> int:
    """Remove the attendance of pupils who are not named; returns their number."""
    given = {"course_id": course_id, "day": moment[0], "at": moment[1], "ids": sorted(pupil_ids)}
    return len((await session.execute(_FORGET_OTHERS, given)).all())


async def attended(
    session: ReadSession, course_id: UUID, pupil_ids: Iterable[UUID] | None = None
) -> list[AttendedSession]:
    """The attendance of the course, and of those that it continues, in sessions that were held."""
    given = {"course_id": course_id, "ids": None if pupil_ids is None else sorted(pupil_ids)}
    return [AttendedSession(**row) for row in (await session.execute(_ATTENDED, given)).mappings()]


async def attended_shares(session: ReadSession, course_ids: Iterable[UUID], as_of: date) -> dict[UUID, Decimal]:
    """The minutes that pupils attended in per cent of those that they could have, by course."""
    found = await session.execute(_SHARES, {"ids": sorted(set(course_ids)), "as_of": as_of})
    return {row.course_id: row.share for row in found}


async def attendance_of(session: ReadSession, keys: Sequence[SessionKey]) -> dict[SessionKey, dict[UUID, int]]:
    """The minutes of each pupil in each of the sessions."""
    found: dict[SessionKey, dict[UUID, int]] = {}
    for row in await session.execute(_ATTENDANCE_OF, columns_of(keys)) if keys else ():
        found.setdefault((row.course_id, row.held_on, row.starts_at), {})[row.pupil_id] = row.minutes
    return found


async def stored_attendance(session: ReadSession, keys: Sequence[AttendanceKey]) -> dict[AttendanceKey, int]:
    """The minutes of the attendance that exists."""
    if not keys:
        return {}
    given = {**columns_of([key[:3] for key in keys]), "ids": [key[3] for key in keys]}
    found = await session.execute(_STORED_ATTENDANCE, given)
    return {(row.course_id, row.held_on, row.starts_at, row.pupil_id): row.minutes for row in found}
