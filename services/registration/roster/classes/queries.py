"""Reading and writing classes by set."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import RowMapping, text

from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.db.order import Order, Sortable, parameters
from libs.shared.db.order import Place as ListPlace
from libs.shared.events.republishing import Place
from services.registration.roster.classes.domain import Chosen

# The previous grade is also returned, because pupils' events contain the grade. A new class has no previous grade.
_UPSERT = text("""
WITH given AS (
    SELECT * FROM unnest(CAST(:schools AS uuid[]), CAST(:years AS text[]), CAST(:names AS text[]),
                         CAST(:grades AS int[]), CAST(:kinds AS text[]), CAST(:givens AS boolean[]),
                         CAST(:lines AS text[]))
        AS g (school_id, school_year, name, grade, kind, kind_given, line)
), before AS (
    SELECT c.class_id, c.grade FROM class_ AS c JOIN given AS g USING (school_id, school_year, name)
), written AS (
    INSERT INTO class_ AS c (class_id, municipality_code, school_id, school_year, name, grade, kind, kind_given, line,
                             aggregate_version)
    SELECT gen_random_uuid(), :code, g.school_id, g.school_year, g.name, g.grade, g.kind, g.kind_given, g.line, 1
      FROM given AS g
    ON CONFLICT (school_id, school_year, name) DO UPDATE
       SET grade = excluded.grade, kind = excluded.kind, kind_given = excluded.kind_given, line = excluded.line,
           aggregate_version = c.aggregate_version + 1
     WHERE (c.grade, c.kind, c.kind_given, c.line)
           IS DISTINCT FROM (excluded.grade, excluded.kind, excluded.kind_given, excluded.line)
    RETURNING *
)
SELECT w.class_id, w.municipality_code, w.school_id, s.institution_number, w.school_year, w.name, w.grade, w.kind,
       w.aggregate_version, b.grade IS NOT NULL AND b.grade <> w.grade AS regraded
  FROM written AS w JOIN school AS s USING (school_id) LEFT JOIN before AS b USING (class_id)
""")

_STORED = text("""
SELECT c.school_id, c.school_year, c.name, c.grade, c.kind, c.kind_given, c.line
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


@dataclass(frozen=True, slots=True)
class ListedClass:
    """A class in the list of a municipality's classes."""

    class_id: UUID
    institution_number: str
    school_year: str
    name: str
    line: str | None
    grade: int
    kind: str


_LIST_ORDERS = {
    "institution_number": Sortable("(s.institution_number || c.school_year || c.name)"),
    "school_year": Sortable("(c.school_year || c.name)"),
    "name": Sortable("c.name"),
    "grade": Sortable("c.grade", "integer"),
    "kind": Sortable("c.kind"),
}
_OF_MUNICIPALITY = """
SELECT c.class_id, s.institution_number, c.school_year, c.name, c.line, c.grade, c.kind
  FROM class_ AS c JOIN school AS s USING (school_id)
 WHERE s.municipality_code = :code AND s.standing <> 'refused'
   AND (CAST(:own AS text[]) IS NULL OR s.institution_number = ANY(CAST(:own AS text[])))
   AND (CAST(:number AS text) IS NULL OR s.institution_number = :number)
   AND (CAST(:year AS text) IS NULL OR c.school_year = :year)
   AND (CAST(:kind AS text) IS NULL OR c.kind = :kind) AND {after}
 ORDER BY {order} LIMIT :size
"""


_OPEN = text("""
SELECT c.class_id, c.name, c.line, c.kind FROM class_ AS c JOIN school AS s USING (school_id)
 WHERE s.municipality_code = :code AND s.institution_number = :number AND NOT c.kind_given
""")

_SET_KINDS = text("""
UPDATE class_ AS c SET kind = g.kind, aggregate_version = c.aggregate_version + 1
  FROM unnest(CAST(:ids AS uuid[]), CAST(:kinds AS text[])) AS g (class_id, kind), school AS s
 WHERE c.class_id = g.class_id AND s.school_id = c.school_id
RETURNING c.class_id, c.municipality_code, c.school_id, s.institution_number, c.school_year, c.name, c.grade, c.kind,
          c.aggregate_version
""")


ClassKey = tuple[str, str, str]
"""Institution number, school year and name."""


class GivenClass(NamedTuple):
    """A class as it is to be stored. ``kind_given``: a file or somebody has said its kind, so that rules do not."""

    school_id: UUID
    school_year: str
    name: str
    grade: int
    kind: str
    kind_given: bool
    line: str | None


class OpenClass(NamedTuple):
    """A class whose kind nobody has said."""

    class_id: UUID
    name: str
    line: str | None
    kind: str


async def stored(
    session: ReadSession, keys: Sequence[tuple[UUID, str, str]]
) -> dict[tuple[UUID, str, str], GivenClass]:
    """The existing classes among these, by school id, school year and name."""
    if not keys:
        return {}
    schools, years, names = (list(column) for column in zip(*keys, strict=True))
    found = await session.execute(_STORED, {"schools": schools, "years": years, "names": names})
    return {(row[0], row[1], row[2]): GivenClass(*row) for row in found}


async def open_kinds(session: ReadSession, code: str, number: str) -> list[OpenClass]:
    """The classes of a municipality's school whose kind nobody has said."""
    return [OpenClass(*row) for row in await session.execute(_OPEN, {"code": code, "number": number})]


async def set_kinds(session: WriteSession, kinds: Mapping[UUID, str]) -> Sequence[RowMapping]:
    """Change the kinds of these classes; the rows that changed."""
    if not kinds:
        return []
    given = {"ids": list(kinds), "kinds": list(kinds.values())}
    return (await session.execute(_SET_KINDS, given)).mappings().all()


async def upsert(
    session: WriteSession, code: str, rows: Sequence[GivenClass]
) -> tuple[Sequence[RowMapping], list[UUID]]:
    """Write the classes, each once. Returns the rows that changed, and the ids of those that had another grade."""
    if not rows:
        return [], []
    names = ("schools", "years", "names", "grades", "kinds", "givens", "lines")
    columns = (list(column) for column in zip(*rows, strict=True))
    given = {"code": code, **dict(zip(names, columns, strict=True))}
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


async def of_municipality(
    session: ReadSession, code: str, chosen: Chosen, *, order: Order, after: ListPlace | None, size: int
) -> list[ListedClass]:
    """At most ``size`` of the municipality's classes after that place."""
    condition, order_by = order.sql(_LIST_ORDERS, Sortable("c.class_id", "uuid"))
    given = {
        "code": code,
        "own": None if chosen.institutions is None else sorted(chosen.institutions),
        "number": chosen.institution_number,
        "year": chosen.school_year,
        "kind": chosen.kind,
        "size": size,
        **parameters(after),
    }
    found = await session.execute(text(_OF_MUNICIPALITY.format(after=condition, order=order_by)), given)
    return [ListedClass(**row) for row in found.mappings()]
