"""Reads and writes schools by set."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import RowMapping, text

from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.db.order import Order, Sortable, parameters
from libs.shared.db.order import Place as ListPlace
from libs.shared.events.republishing import Place

BY_NUMBER = Order("institution_number")

_GIVEN = """
WITH given AS (
    SELECT * FROM unnest(CAST(:numbers AS text[]), CAST(:names AS text[]), CAST(:kinds AS text[]),
                         CAST(:standings AS text[]))
        AS g (institution_number, name, kind, standing)
)
"""
_STATE = "s.school_id, s.municipality_code, s.institution_number, s.kind, s.aggregate_version"

_UPDATE = text(
    _GIVEN
    + f"""
UPDATE school AS s
   SET name = g.name, kind = g.kind, standing = g.standing, aggregate_version = s.aggregate_version + 1
  FROM given AS g
 WHERE s.institution_number = g.institution_number AND s.municipality_code = :code
   AND ((s.name, s.kind) IS DISTINCT FROM (g.name, g.kind) OR s.standing IN ('former', 'refused'))
RETURNING {_STATE}
"""  # noqa: S608 - only constants of this module are put together
)

# Other services do not see that a school's number is confirmed, so no version is raised.
_CONFIRM_OWN = text(
    _GIVEN
    + """
UPDATE school AS s SET standing = g.standing FROM given AS g
 WHERE s.institution_number = g.institution_number AND s.municipality_code = :code AND s.standing <> g.standing
"""
)

# DO NOTHING and not DO UPDATE: the number may be a row of another municipality, which is invisible here.
_INSERT = text(
    _GIVEN
    + f"""
INSERT INTO school AS s (school_id, municipality_code, institution_number, name, kind, standing, first_used_on,
    aggregate_version)
SELECT gen_random_uuid(), :code, g.institution_number, g.name, g.kind, g.standing, :today, 1 FROM given AS g
ON CONFLICT DO NOTHING
RETURNING {_STATE}
"""  # noqa: S608 - only constants of this module are put together
)

_STATES = text(
    f"""
SELECT {_STATE} FROM school AS s
 WHERE s.municipality_code = :code AND s.standing <> 'refused'
   AND (CAST(:after AS text) IS NULL OR s.school_id > CAST(CAST(:after AS text) AS uuid))
 ORDER BY s.school_id LIMIT :size FOR UPDATE
"""  # noqa: S608 - only constants of this module are put together
)

# A municipality cannot send rows about a number that the register gives to another one, even while its own school still
# holds the number.
_IDS = text("""
SELECT s.institution_number, s.school_id FROM school AS s
 WHERE s.municipality_code = :code AND s.institution_number = ANY(CAST(:numbers AS text[]))
   AND s.standing IN ('registered', 'first_use')
   AND (EXISTS (SELECT FROM institution AS i
                 WHERE i.institution_number = s.institution_number AND i.belongs_to = s.municipality_code
                   AND i.valid_to IS DISTINCT FROM i.valid_from)
        OR NOT EXISTS (SELECT FROM institution AS i
                        WHERE i.institution_number = s.institution_number AND i.valid_to IS DISTINCT FROM i.valid_from))
""")

_HOLDERS_SQL = """
SELECT school_id, municipality_code, institution_number, name, kind FROM school
 WHERE institution_number = ANY(CAST(:numbers AS text[])) AND standing IN ('registered', 'first_use')
 ORDER BY institution_number
"""
_HOLDERS = text(_HOLDERS_SQL)
_LOCK_HOLDERS = text(f"{_HOLDERS_SQL} FOR UPDATE")

_OWN = text("""
SELECT institution_number, name, kind, standing FROM school
 WHERE municipality_code = :code AND institution_number = ANY(CAST(:numbers AS text[]))
""")

_RELEASE = text("UPDATE school SET standing = :standing WHERE school_id = :school_id")

_CONFIRM = text("""
UPDATE school SET standing = 'registered'
 WHERE institution_number = :number AND municipality_code = :code AND standing = 'first_use'
""")

_LIST_ORDERS = {
    "institution_number": Sortable("institution_number"),
    "name": Sortable("name"),
    "kind": Sortable("kind"),
}

_LIST = """
SELECT school_id, municipality_code, institution_number, name, kind FROM school
 WHERE municipality_code = :code AND (:all OR institution_number = ANY(CAST(:numbers AS text[])))
   AND (CAST(:kind AS text) IS NULL OR kind = :kind) AND standing <> 'refused' AND {after}
 ORDER BY {order} LIMIT :size
"""

_NUMBER_ORDERS = {
    "institution_number": Sortable("institution_number"),
    "municipality_code": Sortable("municipality_code"),
    "first_used_on": Sortable("first_used_on", "date"),
}
_NUMBER_AND_CODE = Sortable("(institution_number || '/' || municipality_code)")

_BY_STANDING = """
SELECT * FROM (
    SELECT s.institution_number, s.municipality_code, s.school_id, s.name, s.kind, s.first_used_on, r.belongs_to,
           CASE WHEN s.standing IN ('registered', 'first_use') AND r.number IS NOT NULL
                     AND r.belongs_to IS DISTINCT FROM s.municipality_code
                THEN 'disputed' ELSE s.standing END AS standing
      FROM school AS s LEFT JOIN LATERAL (
          SELECT i.institution_number AS number, i.belongs_to FROM institution AS i
           WHERE i.institution_number = s.institution_number AND i.valid_to IS DISTINCT FROM i.valid_from
           ORDER BY i.belongs_to = s.municipality_code DESC NULLS LAST, i.valid_from DESC LIMIT 1) AS r ON true
) AS judged
 WHERE (CAST(:standing AS text) IS NULL OR standing = :standing) AND {after}
 ORDER BY {order} LIMIT :size
"""

_BY_ID = text("""
SELECT school_id, municipality_code, institution_number, name, kind FROM school
 WHERE school_id = ANY(CAST(:ids AS uuid[])) AND standing <> 'refused'
""")


@dataclass(frozen=True, slots=True)
class SchoolRecord:
    """A school as it is read."""

    school_id: UUID
    municipality_code: str
    institution_number: str
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class NumberRecord:
    """A school's number and the ground on which the municipality has it; ``disputed`` if the register assigns it only
    to others. ``belongs_to`` is the municipality of the register, if it has the number.
    """

    institution_number: str
    municipality_code: str
    school_id: UUID
    name: str
    kind: str
    first_used_on: date
    belongs_to: str | None
    standing: str


async def upsert(
    session: WriteSession, code: str, rows: Sequence[tuple[str, str, str, str]], today: date
) -> tuple[list[RowMapping], set[str]]:
    """Write (institution number, name, kind, standing), each number once. Returns the rows that changed, and the
    numbers that are now the municipality's. Another municipality holds the other numbers.
    """
    if not rows:
        return [], set()
    numbers, names, kinds, standings = (list(column) for column in zip(*rows, strict=True))
    given = {"code": code, "numbers": numbers, "names": names, "kinds": kinds, "standings": standings, "today": today}
    changed = [*(await session.execute(_UPDATE, given)).mappings(), *(await session.execute(_INSERT, given)).mappings()]
    await session.execute(_CONFIRM_OWN, given)
    own = await ids(session, code, numbers)
    return changed, set(own)


async def locked_page(session: WriteSession, code: str, after: Place | None, size: int) -> Sequence[RowMapping]:
    """The municipality's schools by id, their rows locked."""
    found = await session.execute(_STATES, {"code": code, "after": after[0] if after else None, "size": size})
    return found.mappings().all()


async def ids(session: ReadSession, code: str, numbers: Iterable[str]) -> dict[str, UUID]:
    """School id by institution number, for those that are the municipality's."""
    rows = await session.execute(_IDS, {"code": code, "numbers": sorted(set(numbers))})
    return {row.institution_number: row.school_id for row in rows}


async def numbers(
    session: ReadSession, standing: str | None, *, order: Order, after: ListPlace | None, size: int
) -> list[NumberRecord]:
    """The schools of all municipalities with their numbers. Needs the access ``secretariat``."""
    condition, order_by = order.sql(_NUMBER_ORDERS, _NUMBER_AND_CODE)
    found = await session.execute(
        text(_BY_STANDING.format(after=condition, order=order_by)),
        {"standing": standing, "size": size, **parameters(after)},
    )
    return [NumberRecord(**row) for row in found.mappings()]


async def holders(session: ReadSession, numbers: Iterable[str]) -> list[SchoolRecord]:
    """The schools that hold these numbers, of any municipality. Needs the access ``secretariat``."""
    rows = await session.execute(_HOLDERS, {"numbers": sorted(set(numbers))})
    return [SchoolRecord(**row) for row in rows.mappings()]


async def lock_holders(session: WriteSession, numbers: Iterable[str]) -> None:
    """Lock the schools that hold these numbers until the transaction ends. Needs the access ``secretariat``."""
    await session.execute(_LOCK_HOLDERS, {"numbers": sorted(set(numbers))})


async def own(session: ReadSession, code: str, numbers: Iterable[str]) -> dict[str, tuple[str, str, str]]:
    """Name, kind and standing of the municipality's schools with these numbers, also of those that lost theirs."""
    rows = await session.execute(_OWN, {"code": code, "numbers": sorted(set(numbers))})
    return {number: (name, kind, standing) for number, name, kind, standing in rows}


async def release(session: WriteSession, school_id: UUID, standing: str) -> None:
    """Take a school's number away. Needs the access ``secretariat``."""
    await session.execute(_RELEASE, {"school_id": school_id, "standing": standing})


async def confirm(session: WriteSession, number: str, code: str | None) -> None:
    """Record that the municipality's school has its number by right. Needs the access ``secretariat``."""
    await session.execute(_CONFIRM, {"number": number, "code": code})


async def listed(
    session: ReadSession,
    code: str,
    *,
    only: Iterable[str] | None = None,
    kind: str | None = None,
    order: Order = BY_NUMBER,
    after: ListPlace | None = None,
    size: int,
) -> list[SchoolRecord]:
    """The municipality's schools; those with a number in ``only`` unless it is None, and of this kind."""
    condition, order_by = order.sql(_LIST_ORDERS, Sortable("institution_number"))
    statement = text(_LIST.format(after=condition, order=order_by))
    given = {"code": code, "all": only is None, "numbers": sorted(only or ()), "kind": kind, "size": size}
    return [SchoolRecord(**row) for row in (await session.execute(statement, given | parameters(after))).mappings()]


async def by_id(session: ReadSession, school_ids: Iterable[UUID]) -> dict[UUID, SchoolRecord]:
    """Those of the schools that the session may see."""
    rows = (await session.execute(_BY_ID, {"ids": list(school_ids)})).mappings()
    return {row["school_id"]: SchoolRecord(**row) for row in rows}


async def one(session: ReadSession, school_id: UUID) -> SchoolRecord | None:
    """The school, if the session may see it."""
    return (await by_id(session, [school_id])).get(school_id)
