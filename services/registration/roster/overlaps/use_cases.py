"""Lists overlapping stays for the secretariat."""

from collections.abc import Sequence

from libs.shared.db.database import ReadSession
from services.registration.roster.overlaps import queries
from services.registration.roster.overlaps.queries import Overlap


async def list_overlaps(session: ReadSession, *, after: Sequence[str] | None, size: int) -> tuple[list[Overlap], int]:
    """At most ``size`` overlaps after that key, and the number of all. Needs the identity access, and a session that
    reads one snapshot.
    """
    return await queries.overlaps(session, after=after, size=size), await queries.count(session)
