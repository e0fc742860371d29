"""Writing reported months by set."""

from collections.abc import Sequence

from sqlalchemy import text

from libs.shared.contracts.absence import CompletenessChanged
from libs.shared.db.database import WriteSession

_ADD = text("""
INSERT INTO completeness AS c (institution_number, month, municipality_code, aggregate_version)
SELECT g.institution_number, g.month, :code, 1
  FROM unnest(CAST(:numbers AS text[]), CAST(:months AS text[])) AS g (institution_number, month)
 ORDER BY g.institution_number, g.month
ON CONFLICT (institution_number, month) DO NOTHING
RETURNING c.institution_number, c.month, c.municipality_code, c.aggregate_version, true AS reported
""")


async def add(session: WriteSession, code: str, rows: Sequence[tuple[str, str]]) -> list[CompletenessChanged]:
    """Write (institution number, month); the new ones."""
    given = {"code": code, "numbers": [row[0] for row in rows], "months": [row[1] for row in rows]}
    return [CompletenessChanged.model_validate(dict(row)) for row in (await session.execute(_ADD, given)).mappings()]
