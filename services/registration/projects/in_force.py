"""What counts of a project."""

from services.registration.projects.domain import InForce, ProjectStatus
from services.registration.projects.tables import Project, ProjectVersion


def in_force(project: Project, kept: ProjectVersion | None) -> InForce:
    """What counts of a project; ``kept`` is its approved version in force if a later one is worked on."""
    status = project.status
    if status != ProjectStatus.CLOSED and project.version_in_force is not None:
        status = ProjectStatus.APPROVED
    content = kept or project
    return InForce(
        project_id=project.project_id,
        municipality_code=project.municipality_code,
        school_ids=content.school_ids,
        plan=content.plan,
        status=status,
        version=content.version,
        initiative_id=project.initiative_id,
        minimums=content.minimums,
    )
