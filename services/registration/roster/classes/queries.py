"""Reading and writing classes by set."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import RowMapping, text

from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.db.order import Order, Sortable, parameters
from libs.shared.db.order import Place as ListPlace
from libs.shared.events.republishing import Place

# The previous grade is also returned, because pupils' events contain the grade. A new class has no previous grade.
_UPSERT = text("""
WITH given AS (
    SELECT * FROM unnest(CAST(:schools AS uuid[]), CAST(:years AS text[]), CAST(:names AS text[]),
                         CAST(:grades AS int[]), CAST(:kinds AS text[]))
        AS g (school_id, school_year, name, grade, kind)
), before AS (
    SELECT c.class_id, c.grade FROM class_ AS c JOIN given AS g USING (school_id, school_year, name)
), written AS (
    INSERT INTO class_ AS c (class_id, municipality_code, school_id, school_year, name, grade, kind, aggregate_version)
    SELECT gen_random_uuid(), :code, g.school_id, g.school_year, g.name, g.grade, g.kind, 1 FROM given AS g
    ON CONFLICT (school_id, school_year, name) DO UPDATE
       SET grade = excluded.grade, kind = excluded.kind, aggregate_version = c.aggregate_version + 1
     WHERE (c.grade, c.kind) IS DISTINCT FROM (excluded.grade, excluded.kind)
    RETURNING *
)
SELECT w.class_id, w.municipality_code, w.school_id, s.institution_number, w.school_year, w.name, w.grade, w.kind,
       w.aggregate_version, b.grade IS NOT NULL AND b.grade <> w.grade AS regraded
  FROM written AS w JOIN school AS s USING (school_id) LEFT JOIN before AS b USING (class_id)
""")

_STORED = text("""
SELECT c.school_id, c.school_year, c.name, c.grade, c.kind
  FROM unnest(CAST(:schools AS uuid[]), CAST(:years AS text[]), CAST(:names AS text[]))
       AS g (school_id, school_year, name)
  JOIN class_ AS c USING (school_id, school_year, name)
""")

_STATES = text("""
SELECT c.class_id, c.municipality_code, c.school_id, s.institution_number, c.school_year, c.name, c.grade, c.kind,
       c.aggregate_version
  FROM class_ AS c JOIN school AS s USING (school_id)
 WHERE c.municipality_code = :code
   AND (CAST(:after AS text) IS NULL OR c.class_id > CAST(CAST(:after AS text) AS uuid))
 ORDER BY c.class_id LIMIT :size FOR UPDATE OF c
""")

_FIND = text("""
SELECT s.institution_number, c.school_year, c.name, c.class_id
  FROM unnest(CAST(:numbers AS text[]), CAST(:years AS text[]), CAST(:names AS text[]))
       AS g (institution_number, school_year, name)
  JOIN school AS s ON s.institution_number = g.institution_number AND s.municipality_code = :code
  JOIN class_ AS c ON c.school_id = s.school_id AND c.school_year = g.school_year AND c.name = g.name
""")

_ONE = text("""
SELECT c.class_id, c.school_year, c.name, c.grade, c.kind FROM class_ AS c JOIN school AS s USING (school_id)
 WHERE s.municipality_code = :code AND s.institution_number = :number AND s.standing <> 'refused'
   AND c.school_year = :year AND c.name = :name
""")

_ORDERS = {
    "school_year": Sortable("(school_year || name)"),
    "name": Sortable("name"),
    "grade": Sortable("grade", "integer"),
}
_OF_SCHOOL = """
SELECT class_id, school_year, name, grade, kind FROM class_
 WHERE school_id = :school_id AND (CAST(:year AS text) IS NULL OR school_year = :year)
   AND (CAST(:kind AS text) IS NULL OR kind = :kind) AND {after}
 ORDER BY {order} LIMIT :size
"""


@dataclass(frozen=True, slots=True)
class ClassRecord:
    """A class as it is read."""

    class_id: UUID
    school_year: str
    name: str
    grade: int
    kind: str


ClassKey = tuple[str, str, str]
"""Institution number, school year and name."""


class GivenClass(NamedTuple):
    """A class as a file has it."""

    school_id: UUID
    school_year: str
    name: str
    grade: int
    kind: str


async def stored(session: ReadSession, rows: Sequence[GivenClass]) -> dict[tuple[UUID, str, str], tuple[int, str]]:
    """Grade and kind of the existing classes, by school id, school year and name."""
    if not rows:
        return {}
    schools, years, names, _, _ = (list(column) for column in zip(*rows, strict=True))
    found = await session.execute(_STORED, {"schools": schools, "years": years, "names": names})
    return {(school_id, year, name): (grade, kind) for school_id, year, name, grade, kind in found}


async def upsert(
    session: WriteSession, code: str, rows: Sequence[GivenClass]
) -> tuple[Sequence[RowMapping], list[UUID]]:
    """Write the classes, each once. Returns the rows that changed, and the ids of those that had another grade."""
    if not rows:
        return [], []
    schools, years, names, grades, kinds = (list(column) for column in zip(*rows, strict=True))
    given = {"code": code, "schools": schools, "years": years, "names": names, "grades": grades, "kinds": kinds}
    found = (await session.execute(_UPSERT, given)).mappings().all()
    return found, [row["class_id"] for row in found if row["regraded"]]


async def locked_page(session: WriteSession, code: str, after: Place | None, size: int) -> Sequence[RowMapping]:
    """The municipality's classes by id, their rows locked."""
    found = await session.execute(_STATES, {"code": code, "after": after[0] if after else None, "size": size})
    return found.mappings().all()


async def ids(session: ReadSession, code: str, keys: Iterable[ClassKey]) -> dict[ClassKey, UUID]:
    """Class id by institution number, school year and name, for those that are the municipality's."""
    wanted = sorted(set(keys))
    given = {
        "code": code,
        "numbers": [key[0] for key in wanted],
        "years": [key[1] for key in wanted],
        "names": [key[2] for key in wanted],
    }
    return {(number, year, name): class_id for number, year, name, class_id in await session.execute(_FIND, given)}


async def one(session: ReadSession, code: str, key: ClassKey) -> ClassRecord | None:
    """The class of the municipality with this key."""
    given = {"code": code, "number": key[0], "year": key[1], "name": key[2]}
    found = (await session.execute(_ONE, given)).mappings().one_or_none()
    return None if found is None else ClassRecord(**found)


async def of_school(
    session: ReadSession,
    school_id: UUID,
    *,
    school_year: str | None = None,
    kind: str | None = None,
    order: Order,
    after: ListPlace | None,
    size: int,
) -> list[ClassRecord]:
    """A school's classes of this year and kind; ``school_year`` sorts by year and name."""
    condition, order_by = order.sql(_ORDERS, Sortable("class_id", "uuid"))
    given = {"school_id": school_id, "year": school_year, "kind": kind, "size": size, **parameters(after)}
    found = await session.execute(text(_OF_SCHOOL.format(after=condition, order=order_by)), given)
    return [ClassRecord(**row) for row in found.mappings()]
