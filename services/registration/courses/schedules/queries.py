"""Reading and writing schedules and the sessions that they plan."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any
from uuid import UUID

from sqlalchemy import text

from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.db.order import Order, Place, Sortable, parameters
from services.registration.courses.tables import CourseSchedule

_DROP = text("DELETE FROM planned_session WHERE course_id = :course_id AND state = 'planned' AND day >= :first")

# A session of which something is known keeps its place.
_PLAN = text("""
INSERT INTO planned_session (course_id, day, starts_at, municipality_code, minutes, state)
SELECT :course_id, g.day, g.starts_at, :code, g.minutes, 'planned'
  FROM unnest(CAST(:days AS date[]), CAST(:times AS time[]), CAST(:minutes AS int[])) AS g (day, starts_at, minutes)
ON CONFLICT (course_id, day, starts_at) DO NOTHING
""")

_MARK = text("""
UPDATE planned_session AS p SET state = g.state, reason = g.reason, held_on = g.held_on, held_at = g.held_at
  FROM unnest(CAST(:days AS date[]), CAST(:times AS time[]), CAST(:states AS text[]), CAST(:reasons AS text[]),
              CAST(:held_on AS date[]), CAST(:held_at AS time[])) AS g (day, starts_at, state, reason, held_on, held_at)
 WHERE p.course_id = :course_id AND p.day = g.day AND p.starts_at = g.starts_at
""")

_CANCEL_AFTER = text("""
UPDATE planned_session SET state = 'cancelled', reason = :reason
 WHERE course_id = :course_id AND day > :last_day AND state = 'planned'
""")

# A session that was recorded at the planned time, in whatever way, is what became of the planned one.
_FOLLOW = text("""
UPDATE planned_session AS p
   SET state = CASE WHEN s.minutes = 0 THEN 'cancelled' WHEN s.minutes = p.minutes THEN 'held' ELSE 'changed' END,
       held_on = CASE WHEN s.minutes > 0 THEN s.held_on END, held_at = CASE WHEN s.minutes > 0 THEN s.starts_at END
  FROM course_session AS s
 WHERE p.course_id = ANY(CAST(:ids AS uuid[])) AND s.course_id = p.course_id AND s.held_on = p.day
   AND s.starts_at = p.starts_at AND p.state = 'planned'
""")

_WEEKS = text("""
SELECT DISTINCT course_id, day - (CAST(extract(isodow FROM day) AS integer) - 1) AS monday FROM planned_session
 WHERE course_id = ANY(CAST(:ids AS uuid[])) AND state <> 'cancelled'
""")

_COUNTS = text("""
SELECT course_id, count(*) AS planned FROM planned_session
 WHERE course_id = ANY(CAST(:ids AS uuid[])) AND state <> 'cancelled' GROUP BY course_id
""")

_ORDERS = {
    "day": Sortable("(to_char(day, 'YYYY-MM-DD') || to_char(starts_at, 'HH24:MI'))"),
    "state": Sortable("state"),
}
_COLUMNS = "day, starts_at, minutes, state, reason, held_on, held_at"
_LISTED = f"""
SELECT {_COLUMNS} FROM planned_session
 WHERE course_id = :course_id AND (CAST(:state AS text) IS NULL OR state = :state)
   AND (CAST(:first AS date) IS NULL OR day >= :first) AND (CAST(:last AS date) IS NULL OR day <= :last) AND {{after}}
 ORDER BY {{order}} LIMIT :size
"""  # noqa: S608 - only constants of this module are put together

_ALL = text(f"SELECT {_COLUMNS} FROM planned_session WHERE course_id = :course_id ORDER BY day, starts_at")  # noqa: S608 - only constants of this module are put together


@dataclass(frozen=True, slots=True)
class PlannedRecord:
    """A planned session, and what became of it."""

    day: date
    starts_at: time
    minutes: int
    state: str
    reason: str | None = None
    held_on: date | None = None
    held_at: time | None = None


async def one(session: ReadSession, course_id: UUID) -> CourseSchedule | None:
    """The course's schedule."""
    return await session.get(CourseSchedule, course_id)


async def put(session: WriteSession, schedule: CourseSchedule) -> None:
    """Write the schedule, new or changed."""
    session.add(schedule)
    await session.flush()


async def planned(session: ReadSession, course_id: UUID) -> list[PlannedRecord]:
    """Every session that the schedule plans, by day and time."""
    found = await session.execute(_ALL, {"course_id": course_id})
    return [PlannedRecord(**row) for row in found.mappings()]


async def listed(
    session: ReadSession,
    course_id: UUID,
    *,
    state: str | None,
    first: date | None,
    last: date | None,
    order: Order,
    after: Place | None,
    size: int,
) -> list[PlannedRecord]:
    """Planned sessions in this state, between the two days, both inclusive."""
    condition, order_by = order.sql(_ORDERS, _ORDERS["day"])
    given = {"course_id": course_id, "state": state, "first": first, "last": last, "size": size, **parameters(after)}
    found = await session.execute(text(_LISTED.format(after=condition, order=order_by)), given)
    return [PlannedRecord(**row) for row in found.mappings()]


async def replan(
    session: WriteSession, course_id: UUID, code: str, first: date, rows: Sequence[tuple[date, time, int]]
) -> None:
    """Replace the sessions from ``first`` on of which nothing is known yet by these days, times and minutes."""
    await session.execute(_DROP, {"course_id": course_id, "first": first})
    given: dict[str, Any] = {
        "course_id": course_id,
        "code": code,
        "days": [row[0] for row in rows],
        "times": [row[1] for row in rows],
        "minutes": [row[2] for row in rows],
    }
    await session.execute(_PLAN, given)


async def mark(session: WriteSession, course_id: UUID, rows: Sequence[PlannedRecord]) -> None:
    """Write what became of planned sessions."""
    given = {
        "course_id": course_id,
        "days": [each.day for each in rows],
        "times": [each.starts_at for each in rows],
        "states": [each.state for each in rows],
        "reasons": [each.reason for each in rows],
        "held_on": [each.held_on for each in rows],
        "held_at": [each.held_at for each in rows],
    }
    await session.execute(_MARK, given)


async def follow(session: WriteSession, course_ids: Iterable[UUID]) -> None:
    """Mark planned sessions of these courses that were recorded at their own time."""
    await session.execute(_FOLLOW, {"ids": sorted(set(course_ids))})


async def cancel_after(session: WriteSession, course_id: UUID, last_day: date, reason: str) -> None:
    """Cancel what is still planned after the day."""
    await session.execute(_CANCEL_AFTER, {"course_id": course_id, "last_day": last_day, "reason": reason})


async def weeks(session: ReadSession, course_ids: Iterable[UUID]) -> dict[UUID, set[date]]:
    """The Mondays of the weeks for which sessions are planned, by course."""
    found: dict[UUID, set[date]] = {}
    for row in await session.execute(_WEEKS, {"ids": sorted(set(course_ids))}):
        found.setdefault(row.course_id, set()).add(row.monday)
    return found


async def counts(session: ReadSession, course_ids: Iterable[UUID]) -> dict[UUID, int]:
    """The number of planned sessions that are not cancelled, by course."""
    found = await session.execute(_COUNTS, {"ids": sorted(set(course_ids))})
    return {row.course_id: row.planned for row in found}
