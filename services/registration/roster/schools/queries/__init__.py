"""Reads and writes schools by set."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import RowMapping, text

from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.events.republishing import Place
from services.registration.roster.schools.domain import GivenSchool, StoredSchool

_GIVEN = """
WITH given AS (
    SELECT * FROM unnest(CAST(:numbers AS text[]), CAST(:names AS text[]), CAST(:kinds AS text[]),
                         CAST(:locations AS text[]), CAST(:mains AS text[]), CAST(:standings AS text[]))
        AS g (institution_number, name, kind, location, main, standing)
)
"""
_STATE = """
s.school_id, s.municipality_code, s.institution_number, s.kind,
coalesce(s.location_municipality_code, s.municipality_code) AS location_municipality_code, s.main_school_id,
s.aggregate_version
"""

# What a row says nothing about stays as it is. A location in the municipality itself is stored as NULL, and a school
# that names itself as its main school has none.
_SAID = """
, said AS (
    SELECT g.institution_number, g.name, g.kind, g.standing,
           CASE WHEN g.location IS NULL THEN s.location_municipality_code
                ELSE nullif(g.location, s.municipality_code) END AS location,
           CASE WHEN g.main IS NULL THEN s.main_school_id WHEN g.main = g.institution_number THEN NULL
                ELSE m.school_id END AS main_school_id
      FROM given AS g
      JOIN school AS s ON s.institution_number = g.institution_number AND s.municipality_code = :code
      LEFT JOIN school AS m ON m.institution_number = g.main AND m.municipality_code = :code
)
"""

_UPDATE = text(
    _GIVEN
    + _SAID
    + """
UPDATE school AS s
   SET name = g.name, kind = g.kind, location_municipality_code = g.location, main_school_id = g.main_school_id,
       standing = g.standing, aggregate_version = s.aggregate_version + 1
  FROM said AS g
 WHERE s.institution_number = g.institution_number AND s.municipality_code = :code
   AND ((s.name, s.kind, s.location_municipality_code, s.main_school_id)
        IS DISTINCT FROM (g.name, g.kind, g.location, g.main_school_id) OR s.standing IN ('former', 'refused'))
RETURNING s.school_id
"""
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
    + """
INSERT INTO school AS s (school_id, municipality_code, institution_number, name, kind, location_municipality_code,
    standing, first_used_on, aggregate_version)
SELECT gen_random_uuid(), CAST(:code AS text), g.institution_number, g.name, g.kind,
       nullif(g.location, CAST(:code AS text)), g.standing, :today, 1
  FROM given AS g
ON CONFLICT DO NOTHING
RETURNING s.school_id
"""
)

_CHANGED = text(
    f"SELECT {_STATE} FROM school AS s WHERE s.school_id = ANY(CAST(:ids AS uuid[])) ORDER BY s.institution_number"  # noqa: S608 - a constant of this module
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

SHOWN = """
SELECT s.school_id, s.municipality_code, s.institution_number, s.name, s.kind,
       coalesce(s.location_municipality_code, s.municipality_code) AS location_municipality_code,
       m.institution_number AS main_institution_number
  FROM school AS s LEFT JOIN school AS m ON m.school_id = s.main_school_id AND m.standing <> 'refused'
"""

_HOLDERS_SQL = f"""
{SHOWN}
 WHERE s.institution_number = ANY(CAST(:numbers AS text[])) AND s.standing IN ('registered', 'first_use')
 ORDER BY s.institution_number
"""
_HOLDERS = text(_HOLDERS_SQL)
_LOCK_HOLDERS = text(f"{_HOLDERS_SQL} FOR UPDATE OF s")

_OWN = text("""
SELECT s.institution_number, s.name, s.kind,
       coalesce(s.location_municipality_code, s.municipality_code) AS location_municipality_code,
       m.institution_number AS main_institution_number, s.standing
  FROM school AS s LEFT JOIN school AS m ON m.school_id = s.main_school_id
 WHERE s.municipality_code = :code
""")

_RELEASE = text("UPDATE school SET standing = :standing WHERE school_id = :school_id")

_CONFIRM = text("""
UPDATE school SET standing = 'registered'
 WHERE institution_number = :number AND municipality_code = :code AND standing = 'first_use'
""")

_BY_ID = text(f"{SHOWN} WHERE s.school_id = ANY(CAST(:ids AS uuid[])) AND s.standing <> 'refused'")


@dataclass(frozen=True, slots=True)
class SchoolRecord:
    """A school as it is read. ``municipality_code`` is the municipality that runs it, ``location_municipality_code``
    the one in which it lies; ``main_institution_number`` is the main school's of a department.
    """

    school_id: UUID
    municipality_code: str
    institution_number: str
    name: str
    kind: str
    location_municipality_code: str
    main_institution_number: str | None


async def upsert(
    session: WriteSession, code: str, rows: Sequence[GivenSchool], today: date
) -> tuple[Sequence[RowMapping], set[str]]:
    """Write schools, each number once. Returns the rows that changed, and the numbers that are now the municipality's.
    Another municipality holds the other numbers.
    """
    if not rows:
        return [], set()
    numbers, names, kinds, locations, mains, standings = (list(column) for column in zip(*rows, strict=True))
    given = {"code": code, "numbers": numbers, "names": names, "kinds": kinds, "standings": standings, "today": today}
    given |= {"locations": locations, "mains": mains}
    # New schools are written first, because one of them may be the main school of another row.
    changed = [*(await session.execute(_INSERT, given)).scalars(), *(await session.execute(_UPDATE, given)).scalars()]
    await session.execute(_CONFIRM_OWN, given)
    own = await ids(session, code, numbers)
    return (await session.execute(_CHANGED, {"ids": changed})).mappings().all(), set(own)


async def locked_page(session: WriteSession, code: str, after: Place | None, size: int) -> Sequence[RowMapping]:
    """The municipality's schools by id, their rows locked."""
    found = await session.execute(_STATES, {"code": code, "after": after[0] if after else None, "size": size})
    return found.mappings().all()


async def ids(session: ReadSession, code: str, numbers: Iterable[str]) -> dict[str, UUID]:
    """School id by institution number, for those that are the municipality's."""
    rows = await session.execute(_IDS, {"code": code, "numbers": sorted(set(numbers))})
    return {row.institution_number: row.school_id for row in rows}


async def holders(session: ReadSession, numbers: Iterable[str]) -> list[SchoolRecord]:
    """The schools that hold these numbers, of any municipality. Needs the access ``secretariat``."""
    rows = await session.execute(_HOLDERS, {"numbers": sorted(set(numbers))})
    return [SchoolRecord(**row) for row in rows.mappings()]


async def lock_holders(session: WriteSession, numbers: Iterable[str]) -> None:
    """Lock the schools that hold these numbers until the transaction ends. Needs the access ``secretariat``."""
    await session.execute(_LOCK_HOLDERS, {"numbers": sorted(set(numbers))})


async def own(session: ReadSession, code: str) -> dict[str, StoredSchool]:
    """The municipality's schools by number, also those that lost theirs."""
    rows = await session.execute(_OWN, {"code": code})
    return {number: StoredSchool(*values) for number, *values in rows}


async def release(session: WriteSession, school_id: UUID, standing: str) -> None:
    """Take a school's number away. Needs the access ``secretariat``."""
    await session.execute(_RELEASE, {"school_id": school_id, "standing": standing})


async def confirm(session: WriteSession, number: str, code: str | None) -> None:
    """Record that the municipality's school has its number by right. Needs the access ``secretariat``."""
    await session.execute(_CONFIRM, {"number": number, "code": code})


async def by_id(session: ReadSession, school_ids: Iterable[UUID]) -> dict[UUID, SchoolRecord]:
    """Those of the schools that the session may see."""
    rows = (await session.execute(_BY_ID, {"ids": list(school_ids)})).mappings()
    return {row["school_id"]: SchoolRecord(**row) for row in rows}


async def one(session: ReadSession, school_id: UUID) -> SchoolRecord | None:
    """The school, if the session may see it."""
    return (await by_id(session, [school_id])).get(school_id)
