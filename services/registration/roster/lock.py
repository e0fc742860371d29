"""The lock under which a municipality's schools, classes and pupils are changed."""

from libs.shared.db.database import WriteSession
from libs.shared.db.locks import Lock, hold_in_transaction


async def lock_roster(session: WriteSession, code: str) -> None:
    """Lock the municipality's roster: no other transaction changes its pupils or classes until this one ends.

    A pupil's event contains its classes' grades. If two transactions changed one of the two each, one event would be
    stale.
    """
    await hold_in_transaction(session, Lock.ROSTER, code, shared=False)
