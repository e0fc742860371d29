"""Reading schools by set."""

from collections.abc import Iterable

from sqlalchemy import text

from libs.shared.db.database import ReadSession

_KNOWN = text("""
SELECT institution_number FROM school
 WHERE municipality_code = :code AND institution_number = ANY(CAST(:numbers AS text[]))
""")


async def known(session: ReadSession, code: str, numbers: Iterable[str]) -> set[str]:
    """Those institution numbers that belong to the municipality."""
    found = await session.execute(_KNOWN, {"code": code, "numbers": sorted(set(numbers))})
    return set(found.scalars())
