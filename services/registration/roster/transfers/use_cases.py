"""Lists pupils whom two schools claim, and records people's decisions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from libs.shared.auth.principal import Principal
from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.db.order import Order, Place
from libs.shared.events.outbox import Outbox
from services.registration.access import institutions_listed
from services.registration.roster.lock import lock_roster
from services.registration.roster.pupils.claims import Ruling
from services.registration.roster.pupils.publishing import publish
from services.registration.roster.pupils.queries import claims
from services.registration.roster.pupils.stays import changes
from services.registration.roster.transfers import queries
from services.registration.roster.transfers.domain import ConflictRow
from services.registration.roster.transfers.errors import ConflictNotFound, ConflictOtherSchool


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision as it stands."""

    pupil_id: UUID
    school_year: str
    institution_number: str
    other_institution_number: str
    covers_to: date


async def list_conflicts(
    session: ReadSession,
    caller: Principal,
    code: str,
    *,
    open_only: bool,
    order: Order,
    after: Place | None,
    size: int,
) -> list[ConflictRow]:
    """The municipality's claims that another school's limit, if the caller may see both schools."""
    return await queries.page(session, code, _numbers(caller), open_only=open_only, order=order, after=after, size=size)


async def get_conflict(session: ReadSession, caller: Principal, conflict_id: UUID) -> ConflictRow:
    """One of them. Raises ``ConflictNotFound``."""
    found = await queries.one(session, conflict_id, _numbers(caller))
    if found is None:
        raise ConflictNotFound
    return found


async def lock_conflict(session: WriteSession, caller: Principal, conflict_id: UUID) -> ConflictRow:
    """The same, with the roster locked until the transaction ends, so that no file changes it."""
    found = await get_conflict(session, caller, conflict_id)
    await lock_roster(session, found.municipality_code)
    return await get_conflict(session, caller, conflict_id)


async def decide(
    session: WriteSession, outbox: Outbox, caller: Principal, conflict: ConflictRow, *, kept: str, now: datetime
) -> Decided:
    """Record at which of the two schools the pupil is, and place the pupil accordingly, with an event. The roster is
    locked. Raises ``ConflictOtherSchool``.
    """
    pair = (conflict.institution_number, conflict.rival_number)
    if kept not in pair:
        raise ConflictOtherSchool(pointer="/institution_number")
    other = pair[0] if kept == pair[1] else pair[1]
    stored = (await claims.stays(session, [conflict.pupil_id]))[conflict.pupil_id]
    covers_to = max(
        each.interval.valid_from
        for each in stored.claims
        if each.school_year == conflict.school_year and each.institution_number in pair and not each.is_withdrawn
    )
    kept_rulings = [
        each
        for each in stored.rulings
        if each.school_year != conflict.school_year or {each.kept, each.other} != {kept, other}
    ]
    ruling = Ruling(kept, other, conflict.school_year, covers_to)
    code, pupil_id = conflict.municipality_code, conflict.pupil_id
    await claims.rule(session, code, pupil_id, ruling, decided_by=caller.subject, decided_at=now)
    found = changes(stored, stored.claims, [*kept_rulings, ruling])
    await claims.write(session, code, {pupil_id: found})
    if found.rows:
        await publish(session, outbox, [pupil_id])
    return Decided(conflict.pupil_id, conflict.school_year, kept, other, covers_to)


def _numbers(caller: Principal) -> Sequence[str] | None:
    institutions = institutions_listed(caller)
    return None if institutions is None else sorted(institutions)
