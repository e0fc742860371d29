"""Reads pupils' memberships with their classes and schools."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import text

from libs.shared.db.database import ReadSession

_MEMBERSHIPS = text("""
SELECT m.pupil_id, m.class_id, s.institution_number, c.school_year, c.name AS class_name, c.grade,
       m.valid_from, m.valid_to
  FROM membership AS m JOIN class_ AS c USING (class_id) JOIN school AS s USING (school_id)
 WHERE m.pupil_id = ANY(CAST(:ids AS uuid[])) AND m.valid_to > m.valid_from AND s.standing <> 'refused'
   AND (CAST(:numbers AS text[]) IS NULL OR s.institution_number = ANY(CAST(:numbers AS text[])))
 ORDER BY m.valid_from
""")

_CLAIMS = text("""
SELECT m.pupil_id, m.class_id, s.institution_number, c.school_year, c.name AS class_name, c.grade,
       coalesce(l.claimed_from, m.valid_from) AS valid_from, coalesce(l.claimed_to, m.valid_to) AS valid_to
  FROM membership AS m JOIN class_ AS c USING (class_id) JOIN school AS s USING (school_id)
  LEFT JOIN membership_limit AS l
    ON (l.pupil_id, l.class_id, l.valid_from) = (m.pupil_id, m.class_id, m.valid_from)
 WHERE m.pupil_id = ANY(CAST(:ids AS uuid[])) AND s.standing <> 'refused'
   AND coalesce(l.claimed_to > l.claimed_from, m.valid_to > m.valid_from)
   AND s.institution_number = ANY(CAST(:numbers AS text[]))
 ORDER BY 7, m.class_id
""")


@dataclass(frozen=True, slots=True)
class ClassTime:
    """A pupil's membership of a class."""

    class_id: UUID
    institution_number: str
    school_year: str
    class_name: str
    grade: int
    valid_from: date
    valid_to: date


async def of_pupils(
    session: ReadSession, pupil_ids: Iterable[UUID], numbers: Sequence[str] | None
) -> dict[UUID, list[ClassTime]]:
    """The memberships of these pupils by pupil, the first one first; with ``numbers`` only those at these
    institutions.
    """
    found: dict[UUID, list[ClassTime]] = {}
    for row in (await session.execute(_MEMBERSHIPS, {"ids": list(pupil_ids), "numbers": numbers})).mappings():
        values = dict(row)
        found.setdefault(values.pop("pupil_id"), []).append(ClassTime(**values))
    return found


async def claimed(
    session: ReadSession, pupil_ids: Iterable[UUID], numbers: Sequence[str]
) -> dict[UUID, list[ClassTime]]:
    """The same as these institutions claim it, whatever other ones say."""
    found: dict[UUID, list[ClassTime]] = {}
    given = {"ids": list(pupil_ids), "numbers": list(numbers)}
    for row in (await session.execute(_CLAIMS, given)).mappings():
        values = dict(row)
        found.setdefault(values.pop("pupil_id"), []).append(ClassTime(**values))
    return found
