"""Lists overlapping stays for the secretariat."""

from libs.shared.db.database import ReadSession
from libs.shared.db.order import Order, Place
from services.registration.roster.overlaps import queries
from services.registration.roster.overlaps.queries import Overlap


async def list_overlaps(
    session: ReadSession, *, order: Order, after: Place | None, size: int
) -> tuple[list[Overlap], int]:
    """At most ``size`` overlaps after that place, and the number of all. Needs the identity access, and a session that
    reads one snapshot.
    """
    return await queries.overlaps(session, order=order, after=after, size=size), await queries.count(session)
