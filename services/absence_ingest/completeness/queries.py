"""Writing reported months by set."""

from collections.abc import Sequence

from sqlalchemy import text

from libs.shared.contracts.absence import CompletenessChanged
from libs.shared.db.database import WriteSession
from libs.shared.delivery.republishing import Place

_ADD = text("""
INSERT INTO completeness AS c (institution_number, month, municipality_code, aggregate_version)
SELECT g.institution_number, g.month, :code, 1
  FROM unnest(CAST(:numbers AS text[]), CAST(:months AS text[])) AS g (institution_number, month)
 ORDER BY g.institution_number, g.month
ON CONFLICT (institution_number, month) DO NOTHING
RETURNING c.institution_number, c.month, c.municipality_code, c.aggregate_version, true AS reported
""")


_STATES = text("""
SELECT institution_number, month, municipality_code, aggregate_version, true AS reported FROM completeness
 WHERE municipality_code = :code AND (
       CAST(:number AS text) IS NULL OR (institution_number, month) > (CAST(:number AS text), CAST(:month AS text)))
 ORDER BY institution_number, month LIMIT :size FOR UPDATE
""")


_FORGET_OF_SCHOOLS = text("""
DELETE FROM completeness AS c USING school AS s
 WHERE s.school_id = ANY(CAST(CAST(:ids AS text[]) AS uuid[]))
   AND (c.institution_number, c.municipality_code) = (s.institution_number, s.municipality_code)
RETURNING c.institution_number, c.month, c.municipality_code
""")


async def forget_of_schools(session: WriteSession, school_ids: Sequence[str]) -> list[tuple[str, str, str]]:
    """Remove the reported months of these schools; (institution number, month, municipality code) of each."""
    return [tuple(row) for row in await session.execute(_FORGET_OF_SCHOOLS, {"ids": list(school_ids)})]


async def states(session: WriteSession, code: str, after: Place | None, size: int) -> list[CompletenessChanged]:
    """The states of the municipality's reported months, their rows locked."""
    given = {"number": after[0] if after else None, "month": after[1] if after else None}
    found = await session.execute(_STATES, {"code": code, "size": size, **given})
    return [CompletenessChanged.model_validate(dict(row)) for row in found.mappings()]


async def add(session: WriteSession, code: str, rows: Sequence[tuple[str, str]]) -> list[CompletenessChanged]:
    """Write (institution number, month); the new ones."""
    given = {"code": code, "numbers": [row[0] for row in rows], "months": [row[1] for row in rows]}
    return [CompletenessChanged.model_validate(dict(row)) for row in (await session.execute(_ADD, given)).mappings()]
