"""The lock under which a municipality's pupils and classes are changed."""

from libs.shared.db.database import WriteSession
from libs.shared.db.locks import Lock, hold_in_transaction


async def lock_roster(session: WriteSession, code: str) -> None:
    """Let nobody else change the municipality's pupils or classes until the transaction ends.

    A pupil's event holds its classes' grades: if two changed one each, the event of one of them would be stale.
    """
    await hold_in_transaction(session, Lock.ROSTER, code, shared=False)
