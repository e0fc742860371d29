"""Reads school weeks, the courses that are due for judging, and the lists of the ledger."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import text

from libs.shared.db.database import ReadSession
from libs.shared.db.order import Order, Place, Sortable, parameters
from libs.shared.rules.dosage.facts import monday_of, school_weeks_of
from libs.shared.values.school_years import school_year_of
from services.registration.courses.ledger.filters import Filters
from services.registration.roster.calendars import queries as calendars

LATE_NUMBERS = timedelta(days=200)
"""How long after its end a course is still judged each day, because pupils may get their CPR numbers."""

_DUE = text("""
SELECT course_id, municipality_code FROM course
 WHERE start <= :today AND judged_on < :today AND (CAST(:after AS uuid) IS NULL OR course_id > :after)
   AND (judged_on <= last_day OR ('not_identified' = ANY(attention) AND last_day >= :late))
 ORDER BY course_id LIMIT :size
""")

_ORDERS = {
    "code": Sortable("c.code"),
    "start": Sortable("c.start", "date"),
    "last_day": Sortable("c.last_day", "date"),
    "share_percent": Sortable("coalesce(c.share, 0)", "numeric"),
    "variant": Sortable("c.variant"),
}
_LISTED = """
SELECT c.course_id, c.municipality_code, c.school_id, c.project_id, c.initiative_id, c.class_id, c.code, c.variant,
       c.subjects, c.start, c.last_day, c.planned_last_day, c.stated, c.outcome, c.attention, c.share, c.judged_on,
       c.entry
  FROM course AS c
 WHERE (CAST(:codes AS text[]) IS NULL OR c.municipality_code = ANY(CAST(:codes AS text[])))
   AND (CAST(:schools AS uuid[]) IS NULL OR c.school_id = ANY(CAST(:schools AS uuid[])))
   AND (CAST(:project_id AS uuid) IS NULL OR c.project_id = :project_id)
   AND (CAST(:initiative_id AS uuid) IS NULL OR c.initiative_id = :initiative_id)
   AND (CAST(:variant AS text) IS NULL OR c.variant = :variant)
   AND (CAST(:subject AS text) IS NULL OR :subject = ANY(c.subjects))
   AND (CAST(:outcome AS text) IS NULL OR c.outcome = :outcome)
   AND (CAST(:attention AS text) IS NULL OR :attention = ANY(c.attention))
   AND (NOT :at_risk OR c.outcome IN ('at_risk', 'missed') OR cardinality(c.attention) > 0)
   AND (CAST(:status AS text) IS NULL OR :status = CASE
        WHEN c.start > :today THEN 'planned' WHEN c.last_day >= :today THEN 'running'
        WHEN c.planned_last_day IS NULL THEN 'ended' ELSE 'ended_early' END)
   AND (CAST(:first AS date) IS NULL OR c.last_day >= :first) AND (CAST(:last AS date) IS NULL OR c.start <= :last)
   AND {after}
 ORDER BY {order} LIMIT :size
"""


@dataclass(frozen=True, slots=True)
class SchoolWeeks:
    """The school's weeks around a course, as Mondays, and the number of weeks of its first school year; empty and None
    unless the school's calendar is known for the whole course.
    """

    weeks: tuple[date, ...] = ()
    in_school_year: int | None = None


@dataclass(frozen=True, slots=True)
class CourseRecord:
    """A course in a list, with the stored entry of the ledger."""

    course_id: UUID
    municipality_code: str
    school_id: UUID
    project_id: UUID
    initiative_id: UUID | None
    class_id: UUID | None
    code: str
    variant: str
    subjects: list[str]
    start: date
    last_day: date
    planned_last_day: date | None
    stated: int
    outcome: str
    attention: list[str]
    share: Decimal | None
    judged_on: date
    entry: dict[str, Any] | None


async def due(session: ReadSession, today: date, *, after: UUID | None, size: int) -> list[tuple[UUID, str]]:
    """Courses that have begun and were not judged today, with their municipality, by id after ``after``: until their
    last day has passed, and as long as a pupil's CPR number may still come.
    """
    given = {"today": today, "after": after, "size": size, "late": today - LATE_NUMBERS}
    return [(course_id, code) for course_id, code in await session.execute(_DUE, given)]


async def listed(
    session: ReadSession, filters: Filters, today: date, *, order: Order, after: Place | None, size: int
) -> list[CourseRecord]:
    """Courses of these filters."""
    condition, order_by = order.sql(_ORDERS, Sortable("c.course_id", "uuid"))
    given = {
        **{name: getattr(filters, name) for name in Filters.__slots__},
        "codes": _sorted(filters.codes),
        "schools": _sorted(filters.schools),
        "today": today,
        "size": size,
        **parameters(after),
    }
    found = await session.execute(text(_LISTED.format(after=condition, order=order_by)), given)
    return [CourseRecord(**row) for row in found.mappings()]


async def school_weeks(session: ReadSession, school_id: UUID, start: date, last_day: date) -> SchoolWeeks:
    """The school weeks of a course from ``start`` to ``last_day``, both inclusive."""
    years = sorted({school_year_of(start), school_year_of(last_day)})
    first, last = monday_of(start), monday_of(last_day) + timedelta(days=6)
    days = await calendars.school_days(session, school_id, years, first, last)
    if any(year not in days for year in years):
        return SchoolWeeks()
    weeks = school_weeks_of(day for of_year in days.values() for day in of_year if first <= day <= last)
    return SchoolWeeks(weeks, len(school_weeks_of(days[years[0]])))


def _sorted(values: Iterable[Any] | None) -> list[Any] | None:
    return None if values is None else sorted(values)
