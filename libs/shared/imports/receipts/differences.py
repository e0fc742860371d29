"""Reads the changes that a snapshot makes, counted by class and pupil by pupil, without names and numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from libs.shared.db.database import ReadSession


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


_CLASSES = text("""
WITH counted (name, change, pupils) AS (
    SELECT place, CASE change WHEN 'moved' THEN 'moved_in' ELSE change END, pupils
      FROM import_difference WHERE receipt_id = :id
     UNION ALL
    SELECT from_place, 'moved_out', pupils FROM import_difference WHERE receipt_id = :id AND change = 'moved'
)
SELECT name AS class_name, coalesce(sum(pupils) FILTER (WHERE change = 'joined'), 0) AS joined,
       coalesce(sum(pupils) FILTER (WHERE change = 'left'), 0) AS "left",
       coalesce(sum(pupils) FILTER (WHERE change = 'moved_in'), 0) AS moved_in,
       coalesce(sum(pupils) FILTER (WHERE change = 'moved_out'), 0) AS moved_out,
       coalesce(sum(pupils) FILTER (WHERE change = 'renamed'), 0) AS renamed
  FROM counted WHERE name > :after GROUP BY name ORDER BY name LIMIT :size
""")

_PUPILS = text("""
SELECT number, change, place AS class_name, from_place AS from_class_name, pupil_id, pupils
  FROM import_difference WHERE receipt_id = :id AND number > :after ORDER BY number LIMIT :size
""")


async def classes(session: ReadSession, receipt_id: UUID, *, after: str, size: int) -> Sequence[OfClass]:
    """The changes counted by class, by its name."""
    given = {"id": receipt_id, "after": after, "size": size}
    return [OfClass(**row) for row in (await session.execute(_CLASSES, given)).mappings()]


async def pupils(session: ReadSession, receipt_id: UUID, *, after: int, size: int) -> Sequence[OfPupil]:
    """The changes one by one."""
    given = {"id": receipt_id, "after": after, "size": size}
    return [OfPupil(**row) for row in (await session.execute(_PUPILS, given)).mappings()]
