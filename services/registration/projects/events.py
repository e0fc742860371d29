"""The event of a project."""

from libs.shared.contracts.registration import ProjectChanged
from libs.shared.rules.composition.plan import Plan
from libs.shared.values.days import day_after
from services.registration.projects.domain import InForce, ProjectStatus, variants_of
from services.registration.projects.in_force import in_force
from services.registration.projects.tables import Project, ProjectVersion


def project_changed(project: Project, kept: ProjectVersion | None) -> ProjectChanged | None:
    """The event of a project without anything that people wrote: what counts of it, see ``in_force``.

    None for a draft whose plan has no period yet, which the bus is not told of.
    """
    found = in_force(project, kept)
    if found.plan is None:
        return None
    plan = Plan.model_validate(found.plan)
    if plan.last_day is None:
        return None
    return ProjectChanged.model_validate(
        {
            "aggregate_version": project.aggregate_version,
            "municipality_code": found.municipality_code,
            "project_id": found.project_id,
            "status": _status(project, found),
            "school_ids": found.school_ids,
            "variants": variants_of(plan),
            "start": plan.start,
            "valid_to": day_after(plan.last_day),
        }
    )


def _status(project: Project, found: InForce) -> str:
    """A closed project is as it was before: approved if a version was."""
    if found.status != ProjectStatus.CLOSED:
        return found.status
    return ProjectStatus.DRAFT if project.version_in_force is None else ProjectStatus.APPROVED
