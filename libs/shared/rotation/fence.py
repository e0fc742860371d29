"""Checks before a look-up that the key for it was not retired, so that a process with an old ring notices it."""

from sqlalchemy import text

from libs.shared.db.database import ReadSession
from libs.shared.rotation.places import Ring

_RETIRED = text("SELECT EXISTS (SELECT FROM retired_key WHERE ring = :ring AND key_id = :key_id)")


class KeyRetired(Exception):
    """The active key of this process's ring was retired: look-ups by it do not find existing rows.

    It passes (``db.passing``) when the process is restarted with the new ring, as does the error that the fence of the
    tables raises.
    """

    sqlstate = "SK001"


async def require_active(session: ReadSession, ring: Ring, key_id: str) -> None:
    """Raises ``KeyRetired`` if this key, by which the process is about to look something up, was retired."""
    if (await session.execute(_RETIRED, {"ring": ring.value, "key_id": key_id})).scalar_one():
        raise KeyRetired(f"the key {key_id} of the ring {ring.value} is retired: this process runs with an old ring")
