"""Reading and writing sessions and attendance by set."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from uuid import UUID

from sqlalchemy import text

from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.db.order import Order, Place, Sortable, parameters
from libs.shared.rules.dosage.facts import SessionFact
from services.registration.courses.sessions.domain import Attended, HeldSession, Moment

_PUT = text("""
INSERT INTO course_session AS s (course_id, held_on, starts_at, municipality_code, minutes, pupils)
SELECT g.course_id, g.held_on, g.starts_at, :code, g.minutes, g.pupils
  FROM unnest(CAST(:courses AS uuid[]), CAST(:days AS date[]), CAST(:times AS time[]), CAST(:minutes AS int[]),
              CAST(:pupils AS int[])) AS g (course_id, held_on, starts_at, minutes, pupils)
ON CONFLICT (course_id, held_on, starts_at) DO UPDATE
   SET minutes = excluded.minutes, pupils = coalesce(excluded.pupils, s.pupils)
 WHERE (s.minutes, s.pupils) IS DISTINCT FROM (excluded.minutes, coalesce(excluded.pupils, s.pupils))
RETURNING s.course_id, s.held_on, s.starts_at
""")

# Sessions of the course, and of those that it continues until it began.
LINE = """
WITH RECURSIVE line AS (
    SELECT course_id, continues, start, CAST(NULL AS date) AS until FROM course WHERE course_id = :course_id
    UNION ALL
    SELECT c.course_id, c.continues, c.start, least(l.start, l.until)
      FROM line AS l JOIN course AS c ON c.course_id = l.continues
)
"""
_FACTS = text(
    LINE
    + """
SELECT s.held_on, s.starts_at, s.minutes FROM line AS l JOIN course_session AS s USING (course_id)
 WHERE l.until IS NULL OR s.held_on < l.until
 ORDER BY s.held_on, s.starts_at
"""
)
_FIRST_DAY = text(LINE + "SELECT min(start) FROM line")  # noqa: S608 - only constants of this module are put together

_LINE_IDS = text(LINE + "SELECT course_id FROM line")  # noqa: S608 - only constants of this module are put together

_COUNT = text("SELECT count(*) FROM course_session WHERE course_id = :course_id")
_LAST = text("SELECT max(held_on) FROM course_session WHERE course_id = :course_id AND minutes > 0")

_ORDERS = {
    "held_on": Sortable("(to_char(s.held_on, 'YYYY-MM-DD') || to_char(s.starts_at, 'HH24:MI'))"),
    "minutes": Sortable("s.minutes", "integer"),
}
_LISTED = """
SELECT s.held_on, s.starts_at, s.minutes, s.pupils,
       (SELECT count(*) FROM attendance AS a WHERE a.course_id = s.course_id AND a.held_on = s.held_on
           AND a.starts_at = s.starts_at) AS recorded,
       (SELECT count(*) FROM attendance AS a WHERE a.course_id = s.course_id AND a.held_on = s.held_on
           AND a.starts_at = s.starts_at AND a.minutes > 0) AS attended
  FROM course_session AS s
 WHERE s.course_id = :course_id AND (CAST(:first AS date) IS NULL OR s.held_on >= :first)
   AND (CAST(:last AS date) IS NULL OR s.held_on <= :last) AND {after}
 ORDER BY {order} LIMIT :size
"""

_ONE = text("""
SELECT held_on, starts_at, minutes, pupils FROM course_session
 WHERE course_id = :course_id AND held_on = :day AND starts_at = :at
""")

_ATTENDANCE = text("""
SELECT pupil_id, minutes FROM attendance
 WHERE course_id = :course_id AND held_on = :day AND starts_at = :at ORDER BY pupil_id
""")

_DELETE = text("DELETE FROM course_session WHERE course_id = :course_id AND held_on = :day AND starts_at = :at")

_STORED = text("""
SELECT s.course_id, s.held_on, s.starts_at, s.minutes, s.pupils
  FROM unnest(CAST(:courses AS uuid[]), CAST(:days AS date[]), CAST(:times AS time[]))
       AS g (course_id, held_on, starts_at)
  JOIN course_session AS s USING (course_id, held_on, starts_at)
""")

SessionKey = tuple[UUID, date, time]
"""Course id, day and start time."""


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """A session in a list: ``recorded`` pupils have attendance, ``attended`` of them were there."""

    held_on: date
    starts_at: time
    minutes: int
    pupils: int | None
    recorded: int
    attended: int


async def put(session: WriteSession, code: str, rows: Sequence[tuple[UUID, HeldSession]]) -> set[tuple[UUID, Moment]]:
    """Write sessions, each key once; returns those that are new or changed. A count of pupils that is not said again
    stays.
    """
    given = {
        "code": code,
        "courses": [course_id for course_id, _ in rows],
        "days": [each.held_on for _, each in rows],
        "times": [each.starts_at for _, each in rows],
        "minutes": [each.minutes for _, each in rows],
        "pupils": [each.pupils for _, each in rows],
    }
    return {(row.course_id, (row.held_on, row.starts_at)) for row in await session.execute(_PUT, given)}


async def facts(session: ReadSession, course_id: UUID) -> tuple[SessionFact, ...]:
    """All sessions of the course, and of those that it continues until it began, in the order of time."""
    rows = await session.execute(_FACTS, {"course_id": course_id})
    # The database holds only what the model allows, and a course may have a thousand sessions.
    return tuple(SessionFact.model_construct(held_on=row.held_on, minutes=row.minutes) for row in rows)


async def held(session: ReadSession, course_id: UUID) -> list[HeldSession]:
    """The same, with their times."""
    rows = await session.execute(_FACTS, {"course_id": course_id})
    return [HeldSession(row.held_on, row.starts_at, row.minutes) for row in rows]


async def first_day(session: ReadSession, course_id: UUID) -> date | None:
    """The first day of the course, or of the one that it continues."""
    found: date | None = (await session.execute(_FIRST_DAY, {"course_id": course_id})).scalar_one()
    return found


async def line(session: ReadSession, course_id: UUID) -> list[UUID]:
    """The ids of the course, and of those that it continues."""
    return list((await session.execute(_LINE_IDS, {"course_id": course_id})).scalars())


async def count(session: ReadSession, course_id: UUID) -> int:
    """The number of sessions that are recorded, cancelled ones among them."""
    return int((await session.execute(_COUNT, {"course_id": course_id})).scalar_one())


async def last_held(session: ReadSession, course_id: UUID) -> date | None:
    """The day of the last session that was held."""
    found: date | None = (await session.execute(_LAST, {"course_id": course_id})).scalar_one()
    return found


async def listed(
    session: ReadSession,
    course_id: UUID,
    *,
    first: date | None,
    last: date | None,
    order: Order,
    after: Place | None,
    size: int,
) -> list[SessionRecord]:
    """Sessions of the course between the two days, both inclusive."""
    unique = _ORDERS["held_on"]
    condition, order_by = order.sql(_ORDERS, unique)
    given = {"course_id": course_id, "first": first, "last": last, "size": size, **parameters(after)}
    found = await session.execute(text(_LISTED.format(after=condition, order=order_by)), given)
    return [SessionRecord(**row) for row in found.mappings()]


async def one(session: ReadSession, course_id: UUID, moment: Moment) -> HeldSession | None:
    """A session with its attendance, which is an empty tuple if none is recorded."""
    given = {"course_id": course_id, "day": moment[0], "at": moment[1]}
    found = (await session.execute(_ONE, given)).one_or_none()
    if found is None:
        return None
    there = tuple(Attended(row.pupil_id, row.minutes) for row in await session.execute(_ATTENDANCE, given))
    return HeldSession(found.held_on, found.starts_at, found.minutes, found.pupils, there)


async def delete(session: WriteSession, course_id: UUID, moment: Moment) -> None:
    """Remove a session, which has no attendance."""
    await session.execute(_DELETE, {"course_id": course_id, "day": moment[0], "at": moment[1]})


async def stored(session: ReadSession, keys: Sequence[SessionKey]) -> dict[SessionKey, tuple[int, int | None]]:
    """Minutes and counted pupils of the sessions that exist."""
    if not keys:
        return {}
    found = await session.execute(_STORED, columns_of(keys))
    return {(row.course_id, row.held_on, row.starts_at): (row.minutes, row.pupils) for row in found}


def columns_of(keys: Sequence[SessionKey]) -> Mapping[str, list[object]]:
    """The keys as the parameters of statements."""
    return {
        "courses": [key[0] for key in keys],
        "days": [key[1] for key in keys],
        "times": [key[2] for key in keys],
    }
