"""A municipality's grant and its release; the room of projects calls ``grant_of`` and ``release_grant``."""

from datetime import datetime
from uuid import UUID

from libs.shared.auth.principal import Principal
from libs.shared.db.database import ReadSession, WriteSession
from services.registration.initiatives.domain import InvitationStatus
from services.registration.initiatives.errors import NotInvited
from services.registration.initiatives.grants.domain import Grant
from services.registration.initiatives.grants.errors import (
    NotAccepted,
    NotAllocated,
    NothingToRelease,
    NotReleased,
)
from services.registration.initiatives.history import queries as history
from services.registration.initiatives.history.domain import Step, StepKind
from services.registration.initiatives.invitations import queries as invitations
from services.registration.initiatives.invitations.use_cases import locked_invitation
from services.registration.initiatives.programme import queries as programme
from services.registration.initiatives.programme.use_cases import require_open
from services.registration.initiatives.tables import Initiative, Invitation


async def grant_of(session: ReadSession, initiative_id: UUID, municipality_code: str) -> Grant:
    """What the municipality has in the initiative, as the session may see it.

    Raises ``NotInvited``, also if there is no such initiative.
    """
    initiative = await programme.one(session, initiative_id)
    found = await invitations.one(session, initiative_id, municipality_code)
    if initiative is None or found is None:
        raise NotInvited(pointer="/initiative_id")
    return Grant.of(initiative.model_dump(), dict(found))


async def release_grant(
    session: WriteSession,
    caller: Principal,
    initiative_id: UUID,
    municipality_code: str,
    *,
    project_id: UUID,
    now: datetime,
) -> Grant:
    """Release the grant, as the project of this id is approved; in the transaction of the approval.

    The first approved project releases the whole grant. A further one, and an approved amendment, release what later
    allocations have added since; if they added nothing, nothing changes. A released amount is never lowered here.

    Raises ``NotInvited``, ``InitiativeClosed``, ``NotAccepted`` and ``NotAllocated``.
    """
    initiative, invitation = await locked_invitation(session, initiative_id, municipality_code)
    await _release(session, caller, initiative, invitation, project_id=project_id, now=now)
    return Grant.of(initiative.model_dump(), invitation.model_dump())


async def release_addition(
    session: WriteSession, caller: Principal, initiative: Initiative, invitation: Invitation, now: datetime
) -> None:
    """Release what a later allocation added to a grant that was released before; its row is locked.

    Raises ``NotReleased``, ``NothingToRelease`` and what ``release_grant`` raises.
    """
    if invitation.project_id is None:
        raise NotReleased
    if not await _release(session, caller, initiative, invitation, project_id=invitation.project_id, now=now):
        raise NothingToRelease


async def _release(
    session: WriteSession,
    caller: Principal,
    initiative: Initiative,
    invitation: Invitation,
    *,
    project_id: UUID,
    now: datetime,
) -> bool:
    """Whether anything was released."""
    require_open(initiative)
    if invitation.status != InvitationStatus.ACCEPTED:
        raise NotAccepted
    if invitation.allocated is None:
        raise NotAllocated
    before = invitation.released
    if invitation.project_id is not None and invitation.allocated <= before:
        return False
    invitation.released = max(invitation.allocated, before)
    invitation.released_by, invitation.released_at = caller.subject, now
    invitation.project_id = invitation.project_id or project_id
    invitation.aggregate_version += 1
    await invitations.add(session, [invitation])
    details = {
        "before": before,
        "after": invitation.released,
        "allocation": initiative.allocation_number,
        "project_id": str(project_id),
    }
    step = Step(
        initiative.initiative_id,
        StepKind.GRANT_RELEASED,
        caller.subject,
        now,
        municipality_code=invitation.municipality_code,
        details=details,
    )
    await history.add(session, [step])
    return True
