"""A process with an old ring notices before it looks for something by a key that was retired."""

from sqlalchemy import text

from libs.shared.db.database import ReadSession
from libs.shared.rotation.places import Ring

_RETIRED = text("SELECT EXISTS (SELECT FROM retired_key WHERE ring = :ring AND key_id = :key_id)")


class KeyRetired(Exception):
    """The active key of this process' ring was retired: what it looks for by it is not found though it is there.

    It passes by itself (``db.passing``) once the process is restarted with the new ring, as does what the fence of the
    tables raises.
    """

    sqlstate = "SK001"


async def require_active(session: ReadSession, ring: Ring, key_id: str) -> None:
    """Raise ``KeyRetired`` if the key by which this process looks things up was retired."""
    if (await session.execute(_RETIRED, {"ring": ring.value, "key_id": key_id})).scalar_one():
        raise KeyRetired(f"the key {key_id} of the ring {ring.value} is retired: this process runs with an old ring")
