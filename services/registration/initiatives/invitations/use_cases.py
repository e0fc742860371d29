"""Invites municipalities, and records their answers."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from libs.shared.auth.principal import Principal
from libs.shared.base.clock import danish_date
from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.db.order import Order, Place
from libs.shared.events.outbox import Outbox
from services.registration.initiatives.domain import InvitationStatus, standing_of
from services.registration.initiatives.errors import InitiativeNotFound, NotInvited, ReasonMissing
from services.registration.initiatives.history import queries as history
from services.registration.initiatives.history.domain import Step, StepKind
from services.registration.initiatives.invitations import queries
from services.registration.initiatives.invitations.domain import Answer, InvitationRead, require_answerable
from services.registration.initiatives.invitations.errors import (
    AnswerDayPassed,
    InvitedAlready,
    NobodyToInvite,
    NothingReleased,
    ShareMissing,
    SpentTooMuch,
)
from services.registration.initiatives.programme import queries as programme
from services.registration.initiatives.programme.use_cases import require_open, touch
from services.registration.initiatives.shares.use_cases import candidates_of
from services.registration.initiatives.tables import Initiative, Invitation
from services.registration.roster.municipalities.use_cases import put_by_initiative

Locked = tuple[Initiative, Invitation]
"""An invitation whose row is locked, after the initiative as it stands."""

_TAKES_PART = (InvitationStatus.INVITED, InvitationStatus.ACCEPTED)
_KIND_OF = {InvitationStatus.ACCEPTED: StepKind.ACCEPTED, InvitationStatus.DECLINED: StepKind.DECLINED}


async def invite(
    session: WriteSession,
    outbox: Outbox,
    caller: Principal,
    initiative: Initiative,
    *,
    codes: Sequence[str] | None,
    reason: str | None,
    answer_by: date,
    now: datetime,
) -> list[str]:
    """Invite municipalities to a locked initiative; returns their codes. ``codes`` None: all of the rule's list that
    are not invited yet. One that declined or withdrew is invited again only if it is named.

    Raises ``InitiativeClosed``, ``AnswerDayPassed``, ``SharesMissing``, ``NobodyToInvite``, ``InvitedAlready``,
    ``ShareMissing`` and ``ReasonMissing`` (for one outside the rule's list, and for one that is invited again).
    """
    require_open(initiative)
    if answer_by < danish_date(now):
        raise AnswerDayPassed(pointer="/answer_by")
    locked = await programme.invitations_locked(session, initiative.initiative_id)
    stored = {each.municipality_code: each for each in locked}
    by_code = {each.municipality_code: each for each in await candidates_of(session, initiative)}
    by_rule = {code for code, each in by_code.items() if each.invited}
    wanted = sorted(by_rule - stored.keys()) if codes is None else sorted(set(codes))
    if not wanted:
        raise NobodyToInvite
    _refuse(InvitedAlready, [code for code in wanted if code in stored and stored[code].status in _TAKES_PART])
    _refuse(ShareMissing, [code for code in wanted if code not in by_code or not by_code[code].share_percent])
    if reason is None and any(code in stored or code not in by_rule for code in wanted):
        raise ReasonMissing(pointer="/reason")
    for code in wanted:
        invitation = _invited(
            stored.get(code),
            initiative.initiative_id,
            code,
            code in by_rule,
            caller=caller,
            at=now,
            answer_by=answer_by,
        )
        invitation.invite_reason = reason
        await queries.add(session, [invitation])
    details = {"answer_by": answer_by.isoformat()}
    await history.add(
        session,
        [
            Step(
                initiative.initiative_id,
                StepKind.INVITED,
                caller.subject,
                now,
                municipality_code=code,
                details={"by_rule": code in by_rule, **details},
                reason=reason,
            )
            for code in wanted
        ],
    )
    for code in wanted:
        await _tell(session, outbox, code)
    await touch(session, initiative)
    return wanted


async def answer(
    session: WriteSession,
    outbox: Outbox,
    caller: Principal,
    initiative: Initiative,
    invitation: Invitation,
    *,
    given: Answer,
    now: datetime,
) -> None:
    """Record a municipality's answer; its row is locked. The same answer again changes nothing.

    A no voids its part of the allocation, which the secretariat then makes anew. Raises ``InitiativeClosed`` and what
    ``require_answerable`` raises.
    """
    require_open(initiative)
    if invitation.status == given.status:
        return
    today = danish_date(now)
    require_answerable(invitation.status, invitation.answer_by, invitation.released, given, today)
    before, void = invitation.status, invitation.allocated
    invitation.status = given.status
    invitation.answered_by, invitation.answered_at = caller.subject, now
    invitation.decided_on, invitation.answer_reason = given.decided_on, given.reason
    invitation.late = today > invitation.answer_by
    if given.status == InvitationStatus.DECLINED:
        invitation.allocated = None
    details = {
        "before": before,
        "decided_on": given.decided_on.isoformat(),
        "late": invitation.late,
        **({"void": void} if void is not None and invitation.allocated is None else {}),
    }
    await _changed(session, invitation)
    step = Step(
        initiative.initiative_id,
        _KIND_OF[given.status],
        caller.subject,
        now,
        municipality_code=invitation.municipality_code,
        details=details,
        reason=given.reason,
    )
    await history.add(session, [step])
    await _tell(session, outbox, invitation.municipality_code)


async def withdraw(
    session: WriteSession,
    outbox: Outbox,
    caller: Principal,
    initiative: Initiative,
    invitation: Invitation,
    *,
    spent: int,
    reason: str,
    now: datetime,
) -> None:
    """Record that a municipality gives up after its grant was released. It keeps what it has spent; the rest returns to
    the pool, which the secretariat then divides again.

    Raises ``InitiativeClosed``, ``NothingReleased`` and ``SpentTooMuch``.
    """
    require_open(initiative)
    if invitation.status != InvitationStatus.ACCEPTED or not invitation.released:
        raise NothingReleased
    if not invitation.passed_on <= spent <= invitation.released:
        raise SpentTooMuch(pointer="/spent", passed_on=invitation.passed_on, released=invitation.released)
    details = {"released": invitation.released, "spent": spent, "returned": invitation.released - spent}
    invitation.status = InvitationStatus.WITHDRAWN
    invitation.released, invitation.allocated = spent, None
    invitation.answered_by, invitation.answered_at = caller.subject, now
    invitation.decided_on, invitation.answer_reason = danish_date(now), reason
    await _changed(session, invitation)
    step = Step(
        initiative.initiative_id,
        StepKind.WITHDRAWN,
        caller.subject,
        now,
        municipality_code=invitation.municipality_code,
        details=details,
        reason=reason,
    )
    await history.add(session, [step])
    await _tell(session, outbox, invitation.municipality_code)


async def locked_invitation(session: WriteSession, initiative_id: UUID, code: str) -> Locked:
    """The municipality's invitation with its row locked, and the initiative as it stands now.

    Raises ``InitiativeNotFound`` and ``NotInvited``.
    """
    found = await queries.locked(session, initiative_id, code)
    # Read after the lock: an initiative is closed under the locks of all its invitations.
    initiative = await programme.one(session, initiative_id)
    if initiative is None:
        raise InitiativeNotFound
    if found is None:
        raise NotInvited
    return initiative, found


async def get_invitation(session: ReadSession, initiative_id: UUID, code: str) -> InvitationRead:
    """The municipality's invitation with its share. Raises ``InitiativeNotFound`` and ``NotInvited``."""
    if await programme.one(session, initiative_id) is None:
        raise InitiativeNotFound
    found = await queries.one(session, initiative_id, code)
    if found is None:
        raise NotInvited
    return InvitationRead(**found)


async def list_invitations(
    session: ReadSession, initiative_id: UUID, *, order: Order, after: Place | None, size: int, **filters: Any
) -> list[InvitationRead]:
    """At most ``size`` of the invitations that the session may see; ``filters`` as in ``queries.listed``. Raises
    ``InitiativeNotFound``.
    """
    if await programme.one(session, initiative_id) is None:
        raise InitiativeNotFound
    found = await queries.listed(session, initiative_id, order=order, after=after, size=size, **filters)
    return [InvitationRead(**each) for each in found]


def _invited(
    known: Invitation | None,
    initiative_id: UUID,
    code: str,
    by_rule: bool,
    *,
    caller: Principal,
    at: datetime,
    answer_by: date,
) -> Invitation:
    """A new invitation, or the one of a municipality that is invited again, without its answer."""
    made = known or Invitation(
        initiative_id=initiative_id,
        municipality_code=code,
        status=InvitationStatus.INVITED,
        by_rule=by_rule,
        invited_by=caller.subject,
        invited_at=at,
        answer_by=answer_by,
        late=False,
        released=0,
        passed_on=0,
        aggregate_version=0,
    )
    made.status, made.by_rule, made.late = InvitationStatus.INVITED, by_rule, False
    made.invited_by, made.invited_at, made.answer_by = caller.subject, at, answer_by
    made.answered_by = made.answered_at = made.decided_on = made.answer_reason = None
    made.aggregate_version += 1
    return made


async def _changed(session: WriteSession, invitation: Invitation) -> None:
    invitation.aggregate_version += 1
    await queries.add(session, [invitation])


async def _tell(session: WriteSession, outbox: Outbox, code: str) -> None:
    """Write whether the municipality takes part or is compared with, by its answers in all initiatives."""
    status, comparison = standing_of(await queries.statuses(session, code))
    await put_by_initiative(session, outbox, code=code, status=status, comparison=comparison)


def _refuse(refusal: type[InvitedAlready | ShareMissing], codes: Sequence[str]) -> None:
    if codes:
        raise refusal(pointer="/municipality_codes", codes=", ".join(codes))
