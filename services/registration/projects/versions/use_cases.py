"""Shows the kept versions of a project, and its history."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from libs.shared.auth.principal import Principal
from libs.shared.db.database import ReadSession
from libs.shared.db.order import Order, Place
from services.registration.projects import queries as projects
from services.registration.projects.descriptions.use_cases import get_project
from services.registration.projects.errors import VersionNotFound
from services.registration.projects.tables import ProjectStep, ProjectVersion
from services.registration.projects.versions import queries


def place(row: Mapping[Any, Any], order: Order) -> Place:
    """The place of a version in the list."""
    value = row[order.name]
    unique = f"{{{row['version']},{row['submission']}}}"  # submissions of one version follow each other
    return Place(str(value) if order.name == "version" else value.isoformat(), unique)


async def list_versions(
    session: ReadSession, caller: Principal, project_id: UUID, order: Order, *, after: Place | None, size: int
) -> Sequence[Mapping[Any, Any]]:
    """What was returned or approved. Raises ``ProjectNotFound``."""
    await get_project(session, caller, project_id)
    return await queries.versions(session, project_id, order, after=after, size=size)


async def get_version(session: ReadSession, caller: Principal, project_id: UUID, version: int) -> ProjectVersion:
    """A version as it was approved, or as it was last returned. Raises ``ProjectNotFound`` and ``VersionNotFound``."""
    await get_project(session, caller, project_id)
    found = await projects.kept(session, project_id, version)
    if found is None:
        raise VersionNotFound
    return found


async def list_steps(
    session: ReadSession, caller: Principal, project_id: UUID, order: Order, *, after: Place | None, size: int
) -> Sequence[ProjectStep]:
    """The history of a project. Raises ``ProjectNotFound``."""
    await get_project(session, caller, project_id)
    return await queries.steps(session, project_id, order, after=after, size=size)
