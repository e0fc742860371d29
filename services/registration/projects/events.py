"""The event of a project."""

from libs.shared.contracts.registration import ProjectChanged
from libs.shared.rules.composition.plan import Plan
from libs.shared.values.days import day_after
from services.registration.projects.domain import last_day_of, variants_of
from services.registration.projects.tables import Project


def project_changed(project: Project) -> ProjectChanged:
    """The event of a project, without its title and reasons, which people wrote."""
    plan = Plan.model_validate(project.plan)
    return ProjectChanged.model_validate(
        {
            "aggregate_version": project.aggregate_version,
            "municipality_code": project.municipality_code,
            "project_id": project.project_id,
            "status": project.status,
            "school_ids": project.school_ids,
            "variants": variants_of(plan),
            "start": plan.start,
            "valid_to": day_after(last_day_of(plan)),
        }
    )
