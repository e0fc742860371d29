"""Reads members by set."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import text

from libs.shared.db.database import ReadSession

_MEMBERS = text("""
SELECT DISTINCT ON (m.pupil_id) m.pupil_id, c.class_id, c.name AS class_name, c.grade, m.valid_to
  FROM membership AS m JOIN class_ AS c USING (class_id)
 WHERE c.school_id = :school_id AND m.valid_from <= :on AND m.valid_to > :on
   AND (CAST(:class_id AS uuid) IS NULL OR c.class_id = :class_id)
   AND (CAST(:ids AS uuid[]) IS NULL OR m.pupil_id = ANY(CAST(:ids AS uuid[])))
 ORDER BY m.pupil_id, m.valid_from DESC
""")

_AT = text("""
SELECT DISTINCT g.pupil_id, g.day
  FROM unnest(CAST(:ids AS uuid[]), CAST(:days AS date[])) AS g (pupil_id, day)
  JOIN membership AS m ON m.pupil_id = g.pupil_id AND m.valid_from <= g.day AND m.valid_to > g.day
  JOIN class_ AS c USING (class_id) JOIN school AS s USING (school_id)
 WHERE s.institution_number = ANY(CAST(:numbers AS text[])) AND s.standing <> 'refused'
""")

_IDENTIFIED = text("SELECT pupil_id FROM pupil WHERE pupil_id = ANY(CAST(:ids AS uuid[])) AND has_cpr_number")

_OF_CLASSES = text("""
SELECT m.class_id, m.pupil_id, c.grade, m.valid_from, m.valid_to FROM membership AS m JOIN class_ AS c USING (class_id)
 WHERE m.class_id = ANY(CAST(:ids AS uuid[])) AND m.valid_to > m.valid_from AND m.valid_to > :on
 ORDER BY m.class_id, m.pupil_id, m.valid_from
""")

_AT_SCHOOLS = text("""
SELECT m.pupil_id, c.school_id, m.class_id, m.valid_from, m.valid_to
  FROM membership AS m JOIN class_ AS c USING (class_id)
 WHERE m.pupil_id = ANY(CAST(:ids AS uuid[])) AND m.valid_to > m.valid_from
""")

_HAS_CLASS = text("SELECT EXISTS (SELECT 1 FROM class_ WHERE class_id = :class_id AND school_id = :school_id)")


@dataclass(frozen=True, slots=True)
class Member:
    """A pupil in a class on the day asked for; ``valid_to`` is the day after the last in it."""

    pupil_id: UUID
    class_id: UUID
    class_name: str
    grade: int
    valid_to: date


@dataclass(frozen=True, slots=True)
class ClassTime:
    """A pupil's time in a class: from ``valid_from`` until before ``valid_to``."""

    class_id: UUID
    pupil_id: UUID
    grade: int
    valid_from: date
    valid_to: date


@dataclass(frozen=True, slots=True)
class SchoolTime:
    """A pupil's time in a class of a school."""

    pupil_id: UUID
    school_id: UUID
    class_id: UUID
    valid_from: date
    valid_to: date


async def identified(session: ReadSession, pupil_ids: Iterable[UUID]) -> set[UUID]:
    """Those of the pupils who have a CPR number."""
    return set((await session.execute(_IDENTIFIED, {"ids": sorted(set(pupil_ids))})).scalars())


async def of_classes(session: ReadSession, class_ids: Iterable[UUID], on: date) -> list[ClassTime]:
    """Times in these classes that go on after the day, or begin later."""
    found = await session.execute(_OF_CLASSES, {"ids": sorted(set(class_ids)), "on": on})
    return [ClassTime(**row) for row in found.mappings()]


async def times_at_schools(session: ReadSession, pupil_ids: Iterable[UUID]) -> list[SchoolTime]:
    """All times of these pupils in classes."""
    found = await session.execute(_AT_SCHOOLS, {"ids": sorted(set(pupil_ids))})
    return [SchoolTime(**row) for row in found.mappings()]


async def members(
    session: ReadSession,
    school_id: UUID,
    on: date,
    *,
    class_id: UUID | None = None,
    pupil_ids: Iterable[UUID] | None = None,
) -> dict[UUID, Member]:
    """The school's pupils on the day, each once; of one class or among these pupils where given."""
    ids = None if pupil_ids is None else list(pupil_ids)
    given = {"school_id": school_id, "on": on, "class_id": class_id, "ids": ids}
    return {row[0]: Member(*row) for row in await session.execute(_MEMBERS, given)}


async def at(
    session: ReadSession, institution_numbers: Iterable[str], stays: Iterable[tuple[UUID, date]]
) -> set[tuple[UUID, date]]:
    """Those pairs (pupil id, day) on which the pupil is at one of the institutions."""
    wanted = sorted(set(stays))
    given = {"numbers": sorted(institution_numbers), "ids": [each[0] for each in wanted]}
    found = await session.execute(_AT, {**given, "days": [each[1] for each in wanted]})
    return {(pupil_id, day) for pupil_id, day in found}


async def has_class(session: ReadSession, school_id: UUID, class_id: UUID) -> bool:
    """Whether the class belongs to the school."""
    return bool((await session.execute(_HAS_CLASS, {"class_id": class_id, "school_id": school_id})).scalar_one())
