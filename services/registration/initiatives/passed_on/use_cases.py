"""Passes a released grant on to schools, and corrects what was entered."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID, uuid4

from libs.shared.auth.principal import Principal
from libs.shared.base.clock import danish_date
from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.db.order import Order, Place
from services.registration.access import institutions_listed, works_at
from services.registration.initiatives.errors import NotInvited
from services.registration.initiatives.history import queries as history
from services.registration.initiatives.history.domain import Step, StepKind
from services.registration.initiatives.invitations import queries as invitations
from services.registration.initiatives.invitations.use_cases import locked_invitation
from services.registration.initiatives.passed_on import queries
from services.registration.initiatives.passed_on.domain import EntryRead, require_balance, require_given
from services.registration.initiatives.passed_on.errors import (
    EntryIsCorrection,
    EntryNotFound,
    SchoolNotOfMunicipality,
)
from services.registration.initiatives.programme.use_cases import require_open
from services.registration.initiatives.tables import PassedOn
from services.registration.roster.schools import queries as schools


async def pass_on(
    session: WriteSession,
    caller: Principal,
    initiative_id: UUID,
    code: str,
    *,
    school_id: UUID,
    amount: int,
    given_on: date,
    reason: str | None,
    now: datetime,
) -> EntryRead:
    """Enter what a school of the municipality was given of the released grant.

    Raises ``InitiativeNotFound``, ``NotInvited``, ``InitiativeClosed``, ``GivenLater``, ``SchoolNotOfMunicipality`` and
    ``BalanceTooSmall``.
    """
    initiative, invitation = await locked_invitation(session, initiative_id, code)
    require_open(initiative)
    require_given(given_on, danish_date(now))
    school = await schools.one(session, school_id)
    if school is None or school.municipality_code != code or not works_at(caller, school):
        raise SchoolNotOfMunicipality(pointer="/school_id")
    require_balance(invitation.released - invitation.passed_on, amount)
    entry = PassedOn(
        entry_id=uuid4(),
        initiative_id=initiative_id,
        municipality_code=code,
        school_id=school_id,
        institution_number=school.institution_number,
        amount=amount,
        given_on=given_on,
        reason=reason,
        entered_by=caller.subject,
        entered_at=now,
    )
    invitation.passed_on += amount
    invitation.aggregate_version += 1
    await queries.add(session, entry)
    await history.add(session, [_step(entry, StepKind.PASSED_ON, caller, now, {"amount": amount})])
    return await get_entry(session, caller, initiative_id, code, entry.entry_id)


async def correct(
    session: WriteSession, caller: Principal, before: EntryRead, *, amount: int, reason: str, now: datetime
) -> EntryRead:
    """Set the amount of an entry, by an entry of the difference; 0 takes it back. The municipality's invitation is
    locked. The same amount changes nothing.

    Raises ``InitiativeClosed`` and ``BalanceTooSmall``.
    """
    initiative, invitation = await locked_invitation(session, before.initiative_id, before.municipality_code)
    require_open(initiative)
    difference = amount - before.amount
    if not difference:
        return before
    require_balance(invitation.released - invitation.passed_on, difference)
    entry = PassedOn(
        entry_id=uuid4(),
        initiative_id=before.initiative_id,
        municipality_code=before.municipality_code,
        school_id=before.school_id,
        institution_number=before.institution_number,
        amount=difference,
        given_on=before.given_on,
        corrects=before.entry_id,
        reason=reason,
        entered_by=caller.subject,
        entered_at=now,
    )
    invitation.passed_on += difference
    invitation.aggregate_version += 1
    await queries.add(session, entry)
    amounts = {"before": before.amount, "after": amount}
    await history.add(session, [_step(entry, StepKind.PASSED_ON_CORRECTED, caller, now, amounts)])
    return await get_entry(session, caller, before.initiative_id, before.municipality_code, before.entry_id)


async def locked_entry(
    session: WriteSession, caller: Principal, initiative_id: UUID, code: str, entry_id: UUID
) -> EntryRead:
    """An entry, with the municipality's invitation locked: no entry of the account changes until the transaction ends.

    Raises ``InitiativeNotFound``, ``NotInvited``, ``EntryNotFound`` and ``EntryIsCorrection``.
    """
    await locked_invitation(session, initiative_id, code)
    return await get_entry(session, caller, initiative_id, code, entry_id)


async def get_entry(
    session: ReadSession, caller: Principal, initiative_id: UUID, code: str, entry_id: UUID
) -> EntryRead:
    """An entry with its corrections, of a school that the caller may see. Raises ``EntryNotFound`` and
    ``EntryIsCorrection``.
    """
    found = await queries.one(session, initiative_id, code, entry_id, institutions_listed(caller))
    if found is not None:
        return EntryRead(**found)
    entry = await queries.plain(session, entry_id)
    if (
        entry is not None
        and entry.corrects is not None
        and (entry.initiative_id, entry.municipality_code)
        == (
            initiative_id,
            code,
        )
    ):
        raise EntryIsCorrection
    raise EntryNotFound


async def list_entries(
    session: ReadSession,
    caller: Principal,
    initiative_id: UUID,
    code: str,
    *,
    institutions: Collection[str] | None,
    kind: str | None,
    order: Order,
    after: Place | None,
    size: int,
) -> list[EntryRead]:
    """At most ``size`` entries of the municipality to schools that the caller may see. Raises ``NotInvited``."""
    if await invitations.one(session, initiative_id, code) is None:
        raise NotInvited
    own = institutions_listed(caller)
    wanted = own if institutions is None else institutions if own is None else own & set(institutions)
    found = await queries.listed(
        session, initiative_id, code, institutions=wanted, kind=kind, order=order, after=after, size=size
    )
    return [EntryRead(**each) for each in found]


def _step(entry: PassedOn, kind: StepKind, caller: Principal, now: datetime, amounts: dict[str, int]) -> Step:
    return Step(
        entry.initiative_id,
        kind,
        caller.subject,
        now,
        municipality_code=entry.municipality_code,
        details={
            "entry_id": str(entry.corrects or entry.entry_id),
            "institution_number": entry.institution_number,
            "given_on": entry.given_on.isoformat(),
            **amounts,
        },
        reason=entry.reason,
    )
