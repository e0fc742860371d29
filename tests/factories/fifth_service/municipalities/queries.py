"""Reading municipalities."""

from sqlalchemy import text

from libs.shared.db.database import ReadSession

_NAMES = text("SELECT name FROM municipality ORDER BY municipality_code")


async def names(session: ReadSession) -> list[str]:
    """The names of the municipalities in the session's scope."""
    return list((await session.execute(_NAMES)).scalars())
