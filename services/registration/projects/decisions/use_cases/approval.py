"""Approves a version of a project: the secretariat, or the municipality for an amendment within its grant."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from libs.shared.descriptions.budget import BudgetHeld, BudgetOutcome
from services.registration.errors import ProjectNotFound
from services.registration.projects import queries
from services.registration.projects.decisions.use_cases.judging import judge, minimums_for
from services.registration.projects.decisions.use_cases.keeping import keep
from services.registration.projects.domain import ProjectStatus, Step
from services.registration.projects.errors import (
    AmendmentOutsideGrant,
    NoAmendment,
    ProjectNotSubmitted,
    SecondPersonNeeded,
    SecretariatApproves,
)
from services.registration.projects.showing import AsRead, Shown
from services.registration.projects.tables import Project
from services.registration.projects.use_cases.desk import Desk, shown
from services.registration.projects.use_cases.grants import release


@dataclass(frozen=True, slots=True)
class Said:
    """What is said on approval: reasons by rule, and minimums by variant; None keeps those of the version before."""

    reasons: Mapping[str, str]
    minimums: list[dict[str, Any]] | None = None


async def approve_project(desk: Desk, project_id: UUID, said: Said, as_read: AsRead) -> Shown:
    """Approve a submitted version. It is judged again, because the catalog or the grant may have changed since, and it
    releases the grant, or what a later allocation has added to it. An approved one stays as it is.

    Raises ``ProjectNotFound``, ``ProjectNotSubmitted`` and what ``as_read``, ``judge`` and ``release`` raise.
    """
    project = await queries.locked(desk.session, project_id)
    if project is None:
        raise ProjectNotFound
    as_read(project)
    if project.status == ProjectStatus.APPROVED:
        return await shown(desk.session, project)
    if project.status != ProjectStatus.SUBMITTED:
        raise ProjectNotSubmitted
    held = await _held(desk, project, said)
    return await _approved(desk, project, said, held, releasing=True)


async def approve_amendment(desk: Desk, project_id: UUID, said: Said, as_read: AsRead, *, allowed: bool) -> Shown:
    """Approve an amendment within the grant as the municipality; ``allowed`` is the setting.

    The approver is not the person who submitted it. Raises what ``Desk.changeable`` and ``judge`` raise,
    ``SecretariatApproves``, ``NoAmendment``, ``ProjectNotSubmitted``, ``SecondPersonNeeded`` and
    ``AmendmentOutsideGrant``.
    """
    project = await desk.changeable(project_id, as_read)
    if not allowed:
        raise SecretariatApproves
    if project.version_in_force is None:
        raise NoAmendment
    if project.status == ProjectStatus.APPROVED:
        return await shown(desk.session, project)
    if project.status != ProjectStatus.SUBMITTED:
        raise ProjectNotSubmitted
    if desk.caller.is_subject(project.submitted_by):
        raise SecondPersonNeeded
    held = await _held(desk, project, said)
    if held.outcome is not BudgetOutcome.WITHIN:
        raise AmendmentOutsideGrant(held_da=held.reason.da, held_en=held.reason.en)
    return await _approved(desk, project, said, held, releasing=False)


async def _held(desk: Desk, project: Project, said: Said) -> BudgetHeld:
    if project.initiative_id is not None:
        await queries.hold_grant(desk.session, project)
    return await judge(desk, project, said.reasons)


async def _approved(desk: Desk, project: Project, said: Said, held: BudgetHeld, *, releasing: bool) -> Shown:
    project.status, project.version_in_force = ProjectStatus.APPROVED, project.version
    project.approved_by, project.approved_at = desk.caller.subject, desk.now
    project.approve_reason = desk.texts.seal_reasons(project, "approve_reason", said.reasons)
    project.minimums = await minimums_for(desk, project, said.minimums)
    if held.total is not None:
        project.granted_budget = held.total - (held.own_financing or 0)
    await keep(desk, project, "approved")
    steps = [Step.APPROVED]
    if releasing and await release(desk.session, desk.caller, project, desk.now):
        steps.append(Step.GRANT_RELEASED)
    return await desk.record(project, *steps)
