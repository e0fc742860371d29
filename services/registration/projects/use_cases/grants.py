"""The grant against which a budget is held, and its release when the project is approved."""

from datetime import datetime
from uuid import UUID

from libs.shared.auth.principal import Principal
from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.descriptions.budget import BudgetHeld, held
from services.registration.initiatives.errors import NotInvited
from services.registration.initiatives.grants.domain import Grant
from services.registration.initiatives.grants.use_cases import grant_of, release_grant
from services.registration.projects import queries
from services.registration.projects.errors import ProjectOutsideInitiative
from services.registration.projects.tables import Project


async def held_budget(session: ReadSession, project: Project) -> BudgetHeld:
    """The project's budget, held against what other projects leave of the municipality's grant.

    The grant is unknown without an initiative, and before its pool is divided.
    """
    found = await _grant(session, project)
    if found is None or found.allocated is None:
        return held(project.budget_total, project.own_financing, None)
    elsewhere = await queries.used_elsewhere(session, project)
    return held(project.budget_total, project.own_financing, found.allocated, elsewhere)


async def require_invited(session: ReadSession, initiative_id: UUID | None, municipality_code: str) -> None:
    """Check that the municipality is invited to the initiative that its project names. Raises ``NotInvited``."""
    if initiative_id is not None:
        await grant_of(session, initiative_id, municipality_code)


async def require_inside(session: ReadSession, project: Project) -> None:
    """Check that the project lies in the period of its initiative. Raises ``ProjectOutsideInitiative``."""
    found, plan = await _grant(session, project), project.plan or {}
    if found is None or plan.get("last_day") is None:
        return
    first, last = found.start.isoformat(), found.last_day.isoformat()
    if plan["start"] < first or plan["last_day"] > last:
        raise ProjectOutsideInitiative(pointer="/plan/start", start=first, last_day=last)


async def release(session: WriteSession, caller: Principal, project: Project, now: datetime) -> bool:
    """Release the grant of an approved project, or what a later allocation has added to it; returns whether anything
    was released. Raises what ``release_grant`` raises.
    """
    if project.initiative_id is None:
        return False
    before = await grant_of(session, project.initiative_id, project.municipality_code)
    after = await release_grant(
        session,
        caller,
        project.initiative_id,
        project.municipality_code,
        project_id=project.project_id,
        now=now,
    )
    return after.released > before.released


async def _grant(session: ReadSession, project: Project) -> Grant | None:
    if project.initiative_id is None:
        return None
    try:
        return await grant_of(session, project.initiative_id, project.municipality_code)
    except NotInvited:  # the invitation was taken back since
        return None
