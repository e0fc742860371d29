"""Reading projects, and locking one to change it."""

from uuid import UUID

from sqlmodel import col, select

from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.events.republishing import Place
from services.registration.projects.tables import Project


async def save(session: WriteSession) -> None:
    """Write the changes of the objects that were read in this session."""
    await session.flush()


async def one(session: ReadSession, project_id: UUID) -> Project | None:
    """The project, if the session may see it."""
    return await session.get(Project, project_id)


async def locked(session: WriteSession, project_id: UUID) -> Project | None:
    """The same, with its row locked until the transaction ends."""
    return await session.get(Project, project_id, with_for_update=True)


async def locked_page(session: WriteSession, code: str, after: Place | None, size: int) -> list[Project]:
    """The municipality's projects after that id, with their rows locked in its order."""
    wanted = select(Project).where(col(Project.municipality_code) == code)
    if after is not None:
        wanted = wanted.where(col(Project.project_id) > UUID(after[0]))
    found = await session.execute(wanted.order_by(col(Project.project_id)).limit(size).with_for_update())
    return list(found.scalars())


async def add(session: WriteSession, project: Project) -> None:
    """Write a new project."""
    session.add(project)
    await session.flush()
