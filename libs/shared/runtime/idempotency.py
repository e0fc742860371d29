"""The part of a service whose routes take idempotency keys."""

from libs.shared.base.clock import Clock
from libs.shared.db.database import Database
from libs.shared.idempotency.housekeeping import Pruning
from libs.shared.runtime.parts import Part


def idempotency_part(db: Database, clock: Clock) -> Part:
    """The worker's loop that deletes expired keys."""
    return Part(loops={"idempotency": Pruning(db, clock=clock)})
