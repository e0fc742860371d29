"""The use cases about municipalities."""

from libs.shared.db.database import ReadSession
from tests.factories.fifth_service.municipalities import queries


async def listed(session: ReadSession) -> list[str]:
    """The names, in the order of the codes."""
    return await queries.names(session)
