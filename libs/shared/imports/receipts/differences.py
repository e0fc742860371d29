"""Reads the changes that a snapshot makes, counted by class and pupil by pupil, without names and numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from libs.shared.db.database import ReadSession
from libs.shared.db.order import Order, Place, Sortable, parameters


@dataclass(frozen=True, slots=True)
class OfClass:
    """The numbers of pupils who join, leave, come from another class, go to another one, or get another name."""

    class_name: str
    joined: int
    left: int
    moved_in: int
    moved_out: int
    renamed: int


@dataclass(frozen=True, slots=True)
class OfPupil:
    """One change. Without ``pupil_id`` it is that of ``pupils`` who are not stored yet."""

    number: int
    change: str
    class_name: str
    from_class_name: str | None
    pupil_id: UUID | None
    pupils: int


_COUNTS = ("joined", "left", "moved_in", "moved_out", "renamed")
_CLASS_ORDERS = {
    "class_name": Sortable("class_name"),
    **{name: Sortable(f'"{name}"', "bigint") for name in _COUNTS},
}

_CLASSES = """
WITH counted (name, change, pupils) AS (
    SELECT place, CASE change WHEN 'moved' THEN 'moved_in' ELSE change END, pupils
      FROM import_difference WHERE receipt_id = :id
     UNION ALL
    SELECT from_place, 'moved_out', pupils FROM import_difference WHERE receipt_id = :id AND change = 'moved'
), classes AS (
    SELECT name AS class_name, coalesce(sum(pupils) FILTER (WHERE change = 'joined'), 0) AS joined,
           coalesce(sum(pupils) FILTER (WHERE change = 'left'), 0) AS "left",
           coalesce(sum(pupils) FILTER (WHERE change = 'moved_in'), 0) AS moved_in,
           coalesce(sum(pupils) FILTER (WHERE change = 'moved_out'), 0) AS moved_out,
           coalesce(sum(pupils) FILTER (WHERE change = 'renamed'), 0) AS renamed
      FROM counted GROUP BY name
)
SELECT * FROM classes WHERE {after} ORDER BY {order} LIMIT :size
"""

_PUPIL_ORDERS = {"class_name": Sortable("place"), "change": Sortable("change")}

_PUPILS = """
SELECT number, change, place AS class_name, from_place AS from_class_name, pupil_id, pupils
  FROM import_difference
 WHERE receipt_id = :id AND (CAST(:change AS text) IS NULL OR change = :change) AND {after}
 ORDER BY {order} LIMIT :size
"""


async def classes(
    session: ReadSession, receipt_id: UUID, *, order: Order, after: Place | None = None, size: int
) -> Sequence[OfClass]:
    """The changes counted by class."""
    condition, order_by = order.sql(_CLASS_ORDERS, Sortable("class_name"))
    statement = text(_CLASSES.format(after=condition, order=order_by))
    given = {"id": receipt_id, "size": size, **parameters(after)}
    return [OfClass(**row) for row in (await session.execute(statement, given)).mappings()]


async def pupils(
    session: ReadSession,
    receipt_id: UUID,
    change: str | None = None,
    *,
    order: Order,
    after: Place | None = None,
    size: int,
) -> Sequence[OfPupil]:
    """The changes one by one, those of one sort alone if ``change`` is given."""
    condition, order_by = order.sql(_PUPIL_ORDERS, Sortable("number", "integer"))
    statement = text(_PUPILS.format(after=condition, order=order_by))
    given = {"id": receipt_id, "change": change, "size": size, **parameters(after)}
    return [OfPupil(**row) for row in (await session.execute(statement, given)).mappings()]
