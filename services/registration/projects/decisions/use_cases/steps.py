"""The steps of a project from its submission to its end, except approval."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from libs.shared.base.errors import Problem
from services.registration.access import closable_project
from services.registration.errors import ProjectNotFound
from services.registration.projects import queries
from services.registration.projects.decisions.use_cases.judging import judge
from services.registration.projects.decisions.use_cases.keeping import KEPT_TEXTS, keep
from services.registration.projects.domain import ProjectStatus, Step
from services.registration.projects.errors import (
    AmendedMeanwhile,
    NoAmendment,
    ProjectAmended,
    ProjectClosed,
    ProjectNotApproved,
    ProjectNotSubmitted,
)
from services.registration.projects.sealing import Remark
from services.registration.projects.showing import AsRead, Shown
from services.registration.projects.tables import Project
from services.registration.projects.use_cases.desk import Desk, schools_of, shown


async def submit_project(desk: Desk, project_id: UUID, reasons: Mapping[str, str], as_read: AsRead) -> Shown:
    """Judge the project by the rules in force on its start date, and submit it. A project that was already submitted
    or approved stays as it is.

    Raises what ``Desk.changeable`` and ``judge`` raise, and ``ProjectClosed``.
    """
    project = await desk.changeable(project_id, as_read)
    if project.status == ProjectStatus.CLOSED:
        raise ProjectClosed
    if project.status not in (ProjectStatus.DRAFT, ProjectStatus.RETURNED):
        return await shown(desk.session, project)
    await judge(desk, project, reasons)
    project.status, project.remarks = ProjectStatus.SUBMITTED, None
    project.submitted_by, project.submitted_at = desk.caller.subject, desk.now
    project.submit_reason = desk.texts.seal_reasons(project, "submit_reason", reasons)
    again = await queries.submissions(desk.session, project_id, project.version)
    return await desk.record(project, Step.RESUBMITTED if again else Step.SUBMITTED)


async def return_project(desk: Desk, project_id: UUID, remarks: Sequence[Remark], as_read: AsRead) -> Shown:
    """Return a submitted project with remarks; what was returned is kept. Raises ``ProjectNotFound``,
    ``ProjectNotSubmitted`` and what ``as_read`` raises.
    """
    project = await queries.locked(desk.session, project_id)
    if project is None:
        raise ProjectNotFound
    as_read(project)
    if project.status != ProjectStatus.SUBMITTED:
        raise ProjectNotSubmitted
    project.status = ProjectStatus.RETURNED
    project.remarks = desk.texts.seal_remarks(project, remarks)
    await keep(desk, project, "returned")
    return await desk.record(project, Step.RETURNED, remarks=remarks)


async def amend_project(desk: Desk, project_id: UUID, as_read: AsRead) -> Shown:
    """Begin the next version of an approved project, with the content of the approved one, which stays in force.

    Raises what ``Desk.changeable`` raises, ``ProjectClosed``, ``ProjectNotApproved``, ``ProjectAmended`` if an
    amendment has begun already, and ``AmendedMeanwhile`` if it has since the project was read.
    """
    found = await desk.changeable(project_id, _anything)
    if found.status != ProjectStatus.CLOSED and _is_amended(found):
        try:
            as_read(found)
        except Problem as problem:
            if problem.status == AmendedMeanwhile.status:
                raise AmendedMeanwhile(version=found.version) from None
            raise
        raise ProjectAmended(version=found.version)
    as_read(found)
    if found.status == ProjectStatus.CLOSED:
        raise ProjectClosed
    if found.version_in_force is None:
        raise ProjectNotApproved
    if await queries.kept(desk.session, project_id, found.version) is None:  # approved before versions were kept
        await keep(desk, found, "approved")
    _, highest = await queries.last_step(desk.session, project_id)
    found.version = max(highest, found.version) + 1
    found.status, found.verdicts, found.remarks = ProjectStatus.DRAFT, [], None
    found.submitted_by = found.submitted_at = found.submit_reason = None
    found.approved_by = found.approved_at = found.approve_reason = None
    return await desk.record(found, Step.AMENDED)


async def withdraw_amendment(desk: Desk, project_id: UUID, as_read: AsRead) -> Shown:
    """Give an amendment up: the project is the approved version in force again. Raises what ``Desk.changeable``
    raises, ``ProjectClosed`` and ``NoAmendment``.
    """
    project = await desk.changeable(project_id, as_read)
    if project.status == ProjectStatus.CLOSED:
        raise ProjectClosed
    kept = await queries.kept_in_force(desk.session, project)
    if kept is None:
        raise NoAmendment
    project.version, project.status, project.remarks = kept.version, ProjectStatus.APPROVED, None
    project.title, project.school_ids, project.plan = kept.title, kept.school_ids, kept.plan
    project.verdicts, project.budget_total, project.own_financing = kept.verdicts, kept.budget_total, kept.own_financing
    project.minimums = kept.minimums
    project.submitted_by, project.submitted_at = kept.submitted_by, kept.submitted_at
    project.approved_by, project.approved_at = kept.decided_by, kept.decided_at
    desk.texts.copy(kept, project, KEPT_TEXTS)
    return await desk.record(project, Step.WITHDRAWN)


async def close_project(desk: Desk, project_id: UUID, remark: str | None, as_read: AsRead) -> Shown:
    """Close a project: nothing of it can be changed any more, and no course of it begins. A closed one stays as it is.

    Raises ``ProjectNotFound``, ``ProjectOfSeveralSchools`` and what ``as_read`` raises.
    """
    project = await queries.locked(desk.session, project_id)
    own = closable_project(desk.caller, project, await schools_of(desk.session, project))
    as_read(own)
    if own.status == ProjectStatus.CLOSED:
        return await shown(desk.session, own)
    own.status = ProjectStatus.CLOSED
    return await desk.record(own, Step.CLOSED, remarks=[Remark(remark)] if remark else [])


def _anything(project: Project) -> None:
    del project


def _is_amended(project: Project) -> bool:
    return project.version_in_force is not None and project.version != project.version_in_force
