"""The number that is added to every published version after the database was restored from a backup.

A restored producer continues from the versions in the backup, which its readers have already passed, so they would
ignore its events. ``raise_versions`` sets the addition to the seconds since ``EPOCH``. A later raise is therefore
higher than every version ever published, whatever the backup knows of earlier raises, as no aggregate changes more than
once a second for long. Versions are 32-bit in the read models; the addition reaches their limit in 2093.
"""

from datetime import UTC, datetime

from sqlalchemy import text

from libs.shared.base.clock import Clock, utc_now
from libs.shared.contracts.state import State
from libs.shared.db.database import ReadSession, WriteSession

EPOCH = datetime(2025, 1, 1, tzinfo=UTC)

_RAISED = text("SELECT coalesce(max(raised_by), 0) FROM version_raise")
_RAISE = text("""
INSERT INTO version_raise AS v (one, raised_by) VALUES (true, :seconds)
ON CONFLICT (one) DO UPDATE SET raised_by = greatest(excluded.raised_by, v.raised_by + 1), raised_at = clock_timestamp()
RETURNING raised_by
""")


async def raised_by(session: ReadSession) -> int:
    """The addition. Read it after taking the row lock of the aggregate, so that an older addition is never published
    after a newer one.
    """
    return int((await session.execute(_RAISED)).scalar_one())


async def raise_versions(session: WriteSession, clock: Clock = utc_now) -> int:
    """Raise the addition above every version published before; returns the new addition."""
    seconds = int((clock() - EPOCH).total_seconds())
    return int((await session.execute(_RAISE, {"seconds": seconds})).scalar_one())


def raised_state(state: State, raised: int) -> State:
    """The state with the addition on its version."""
    return state.model_copy(update={"aggregate_version": state.aggregate_version + raised}) if raised else state
