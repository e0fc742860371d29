"""The kept versions of a project, and its steps."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import select

from libs.shared.db.database import ReadSession
from libs.shared.db.order import Order, Place, Sortable, parameters
from services.registration.projects.tables import ProjectStep

_VERSIONS = {
    "version": Sortable("version", "integer"),
    "decided_at": Sortable("decided_at", "timestamptz"),
}
_SHORT = """
version_id, version, submission, outcome, title, submitted_by, submitted_at, decided_by, decided_at, budget_total,
own_financing
"""
_STEPS = {"position": Sortable("position", "integer")}


async def versions(
    session: ReadSession, project_id: UUID, order: Order, *, after: Place | None, size: int
) -> Sequence[Mapping[Any, Any]]:
    """At most ``size`` kept versions of the project after that place, in short."""
    condition, by = order.sql(_VERSIONS, Sortable("ARRAY[version, submission]", "integer[]"))
    page = text(
        f"SELECT {_SHORT} FROM project_version WHERE project_id = :project_id AND {condition} ORDER BY {by} LIMIT :size"  # noqa: S608 - only constants of this module and of the declared order are put together
    )
    given = {"project_id": project_id, "size": size, **parameters(after)}
    return (await session.execute(page, given)).mappings().all()


async def steps(
    session: ReadSession, project_id: UUID, order: Order, *, after: Place | None, size: int
) -> Sequence[ProjectStep]:
    """At most ``size`` steps of the project after that place."""
    condition, by = order.sql(_STEPS, Sortable("step_id", "uuid"))
    page = text(
        f"SELECT * FROM project_step WHERE project_id = :project_id AND {condition} ORDER BY {by} LIMIT :size"  # noqa: S608 - the same
    )
    given = {"project_id": project_id, "size": size, **parameters(after)}
    return (await session.execute(select(ProjectStep).from_statement(page), given)).scalars().all()
