"""What the secretariat does with a municipality."""

from libs.shared.base.municipalities import municipality_name
from libs.shared.db.database import WriteSession
from libs.shared.delivery.outbox import Outbox
from services.registration.municipalities import queries


async def put_municipality(session: WriteSession, outbox: Outbox, *, code: str, status: str) -> bool:
    """Create or change a municipality; True if anything changed. The same again changes nothing and says nothing.

    Its name is the official one.
    """
    changed = await queries.put(session, code, municipality_name(code), status)
    if changed is not None:
        await outbox.add(session, changed)
    return changed is not None
