"""Reading projects, and locking one to change it."""

from uuid import UUID

from libs.shared.db.database import ReadSession, WriteSession
from services.registration.projects.tables import Project


async def one(session: ReadSession, project_id: UUID) -> Project | None:
    """The project, if the session may see it."""
    return await session.get(Project, project_id)


async def locked(session: WriteSession, project_id: UUID) -> Project | None:
    """The same, with its row locked until the transaction ends."""
    return await session.get(Project, project_id, with_for_update=True)


async def add(session: WriteSession, project: Project) -> None:
    """Write a new project."""
    session.add(project)
    await session.flush()
