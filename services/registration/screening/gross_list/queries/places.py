"""The names of classes and schools that a list shows."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from libs.shared.db.database import ReadSession
from services.registration.screening.gross_list.listed import SchoolPlace

_CLASSES = text("""
SELECT c.class_id, c.name AS class_name, s.school_id, s.institution_number, s.name AS school_name
  FROM class_ AS c JOIN school AS s USING (school_id) WHERE c.class_id = ANY(CAST(:ids AS uuid[]))
""")
_SCHOOLS = text("SELECT school_id, institution_number, name FROM school WHERE municipality_code = :code")


@dataclass(frozen=True, slots=True)
class ClassPlace:
    """A class and its school."""

    class_id: UUID
    class_name: str
    school_id: UUID
    institution_number: str
    school_name: str


async def classes(session: ReadSession, class_ids: Collection[UUID]) -> dict[UUID, ClassPlace]:
    """These classes by id."""
    rows = (await session.execute(_CLASSES, {"ids": list(class_ids)})).mappings()
    return {row["class_id"]: ClassPlace(**row) for row in rows}


async def schools(session: ReadSession, code: str) -> dict[UUID, SchoolPlace]:
    """The municipality's schools by id."""
    rows = (await session.execute(_SCHOOLS, {"code": code})).mappings()
    return {row["school_id"]: SchoolPlace(**row) for row in rows}
