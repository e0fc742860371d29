"""Reading and writing schools by set."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from libs.shared.contracts.registration import SchoolChanged
from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.delivery.republishing import Place

_GIVEN = """
WITH given AS (
    SELECT * FROM unnest(CAST(:numbers AS text[]), CAST(:names AS text[]), CAST(:kinds AS text[]))
        AS g (institution_number, name, kind)
)
"""
_STATE = "s.school_id, s.municipality_code, s.institution_number, s.kind, s.aggregate_version"
"""The name stays here: a person wrote it."""

_UPDATE = text(
    _GIVEN
    + f"""
UPDATE school AS s SET name = g.name, kind = g.kind, aggregate_version = s.aggregate_version + 1
  FROM given AS g
 WHERE s.institution_number = g.institution_number AND s.municipality_code = :code
   AND (s.name, s.kind) IS DISTINCT FROM (g.name, g.kind)
RETURNING {_STATE}
"""  # noqa: S608 - only constants of this module are put together
)

# DO NOTHING and not DO UPDATE: the number may be a row of another municipality, which is invisible here.
_INSERT = text(
    _GIVEN
    + f"""
INSERT INTO school AS s (school_id, municipality_code, institution_number, name, kind, aggregate_version)
SELECT gen_random_uuid(), :code, g.institution_number, g.name, g.kind, 1 FROM given AS g
ON CONFLICT (institution_number) DO NOTHING
RETURNING {_STATE}
"""  # noqa: S608 - only constants of this module are put together
)

_STATES = text(
    f"""
SELECT {_STATE} FROM school AS s
 WHERE s.municipality_code = :code
   AND (CAST(:after AS text) IS NULL OR s.school_id > CAST(CAST(:after AS text) AS uuid))
 ORDER BY s.school_id LIMIT :size FOR UPDATE
"""  # noqa: S608 - only constants of this module are put together
)

_IDS = text("""
SELECT institution_number, school_id FROM school
 WHERE municipality_code = :code AND institution_number = ANY(CAST(:numbers AS text[]))
""")

_LIST = text("""
SELECT school_id, municipality_code, institution_number, name, kind FROM school
 WHERE municipality_code = :code AND (:all OR institution_number = ANY(CAST(:numbers AS text[])))
   AND institution_number > :after
 ORDER BY institution_number LIMIT :size
""")

_ONE = text("""
SELECT school_id, municipality_code, institution_number, name, kind FROM school WHERE school_id = :school_id
""")


@dataclass(frozen=True, slots=True)
class SchoolRecord:
    """A school as it is read."""

    school_id: UUID
    municipality_code: str
    institution_number: str
    name: str
    kind: str


async def upsert(
    session: WriteSession, code: str, rows: Sequence[tuple[str, str, str]]
) -> tuple[list[SchoolChanged], set[str]]:
    """Write (institution number, name, kind), each number once; the schools that changed, and the numbers that are now
    the municipality's. A number missing there belongs to another municipality.
    """
    numbers, names, kinds = (list(column) for column in zip(*rows, strict=True))
    given = {"code": code, "numbers": numbers, "names": names, "kinds": kinds}
    changed = [*(await session.execute(_UPDATE, given)).mappings(), *(await session.execute(_INSERT, given)).mappings()]
    own = await ids(session, code, numbers)
    return [SchoolChanged.model_validate(dict(row)) for row in changed], set(own)


async def states(session: WriteSession, code: str, after: Place | None, size: int) -> list[SchoolChanged]:
    """The states of the municipality's schools by id, their rows locked."""
    found = await session.execute(_STATES, {"code": code, "after": after[0] if after else None, "size": size})
    return [SchoolChanged.model_validate(dict(row)) for row in found.mappings()]


async def ids(session: ReadSession, code: str, numbers: Iterable[str]) -> dict[str, UUID]:
    """School id by institution number, for those that are the municipality's."""
    rows = await session.execute(_IDS, {"code": code, "numbers": sorted(set(numbers))})
    return {row.institution_number: row.school_id for row in rows}


async def listed(
    session: ReadSession, code: str, *, only: Iterable[str] = (), after: str = "", size: int
) -> list[SchoolRecord]:
    """The municipality's schools by institution number; ``only`` limits them to these numbers if it names any."""
    numbers = sorted(only)
    given = {"code": code, "all": not numbers, "numbers": numbers, "after": after, "size": size}
    return [SchoolRecord(**row) for row in (await session.execute(_LIST, given)).mappings()]


async def one(session: ReadSession, school_id: UUID) -> SchoolRecord | None:
    """The school, if the session may see it."""
    row = (await session.execute(_ONE, {"school_id": school_id})).mappings().one_or_none()
    return SchoolRecord(**row) if row else None
