"""Keeps what was returned or approved, as it was."""

from typing import Literal
from uuid import uuid4

from services.registration.projects import queries
from services.registration.projects.tables import Project, ProjectVersion
from services.registration.projects.use_cases.desk import Desk

KEPT_TEXTS = ("description", "submit_reason", "approve_reason")


async def keep(desk: Desk, project: Project, outcome: Literal["returned", "approved"]) -> ProjectVersion:
    """Write a kept version of the project with this outcome. It is never changed."""
    if project.plan is None:
        raise RuntimeError("a project without a plan was decided about")
    kept = ProjectVersion(
        version_id=uuid4(),
        project_id=project.project_id,
        municipality_code=project.municipality_code,
        version=project.version,
        submission=await queries.submissions(desk.session, project.project_id, project.version) + 1,
        outcome=outcome,
        title=project.title,
        school_ids=project.school_ids,
        plan=project.plan,
        verdicts=project.verdicts,
        budget_total=project.budget_total,
        own_financing=project.own_financing,
        minimums=project.minimums,
        submitted_by=project.submitted_by,
        submitted_at=project.submitted_at,
        decided_by=(outcome == "approved" and project.approved_by) or desk.caller.subject,
        decided_at=(outcome == "approved" and project.approved_at) or desk.now,
    )
    desk.texts.copy(project, kept, (*KEPT_TEXTS, "remarks"))
    await queries.add(desk.session, kept)
    return kept
