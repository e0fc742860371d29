"""Lists contradictions of identifiers, and dismisses those that need nothing."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from libs.shared.auth.principal import Principal
from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.db.order import Order, Place
from services.registration.access import institutions_listed
from services.registration.roster.contradictions import queries
from services.registration.roster.contradictions.domain import ConflictRow
from services.registration.roster.contradictions.errors import PupilConflictNotFound
from services.registration.roster.pupils.queries import conflicts


async def list_conflicts(
    session: ReadSession,
    caller: Principal,
    code: str,
    *,
    today: date,
    open_only: bool,
    order: Order,
    after: Place | None,
    size: int,
) -> list[ConflictRow]:
    """The municipality's contradictions that the caller may see."""
    numbers = _numbers(caller)
    return await queries.page(session, code, numbers, today, open_only=open_only, order=order, after=after, size=size)


async def get_conflict(session: ReadSession, caller: Principal, conflict_id: UUID, today: date) -> ConflictRow:
    """One of them. Raises ``PupilConflictNotFound``."""
    found = await queries.one(session, conflict_id, _numbers(caller), today)
    if found is None:
        raise PupilConflictNotFound
    return found


async def lock_conflict(session: WriteSession, caller: Principal, conflict_id: UUID, today: date) -> ConflictRow:
    """The same, with its row locked until the transaction ends."""
    await conflicts.lock(session, conflict_id)
    return await get_conflict(session, caller, conflict_id, today)


async def dismiss(
    session: WriteSession, caller: Principal, conflict_id: UUID, *, now: datetime, today: date
) -> ConflictRow:
    """Take it from the list; the rows stay refused. Again changes nothing."""
    await conflicts.dismiss(session, conflict_id, caller.subject, now)
    return await get_conflict(session, caller, conflict_id, today)


def _numbers(caller: Principal) -> Sequence[str] | None:
    institutions = institutions_listed(caller)
    return None if institutions is None else sorted(institutions)
