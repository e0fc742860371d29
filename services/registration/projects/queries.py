"""Reading projects, and locking one to change it."""

from uuid import UUID

from sqlalchemy import func, or_
from sqlmodel import col, select

from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.db.locks import Lock, hold_in_transaction
from libs.shared.events.republishing import Place
from services.registration.projects.domain import InForce
from services.registration.projects.in_force import in_force
from services.registration.projects.tables import Project, ProjectStep, ProjectVersion


async def save(session: WriteSession) -> None:
    """Write the changes of the objects that were read in this session."""
    await session.flush()


async def one(session: ReadSession, project_id: UUID) -> InForce | None:
    """What counts of the project, if the session may see it: its approved version in force, or its draft while none is
    approved.
    """
    project = await working(session, project_id)
    return None if project is None else in_force(project, await kept_in_force(session, project))


async def working(session: ReadSession, project_id: UUID) -> Project | None:
    """The version of the project that is worked on, if the session may see it."""
    return await session.get(Project, project_id)


async def locked(session: WriteSession, project_id: UUID) -> Project | None:
    """The same, with its row locked until the transaction ends."""
    return await session.get(Project, project_id, with_for_update=True)


async def locked_page(
    session: WriteSession, code: str, after: Place | None, size: int
) -> list[tuple[Project, ProjectVersion | None]]:
    """The municipality's projects after that id of which the bus is told, with their rows locked in its order, each
    with its approved version in force if that is another one.
    """
    dated = col(Project.plan)["last_day"].astext.is_not(None)
    wanted = select(Project).where(
        col(Project.municipality_code) == code, or_(dated, col(Project.version_in_force).is_not(None))
    )
    if after is not None:
        wanted = wanted.where(col(Project.project_id) > UUID(after[0]))
    found = await session.execute(wanted.order_by(col(Project.project_id)).limit(size).with_for_update())
    return [(each, await kept_in_force(session, each)) for each in found.scalars().all()]


async def add(session: WriteSession, row: Project | ProjectVersion | ProjectStep) -> None:
    """Write a new row."""
    session.add(row)
    await session.flush()


async def kept_in_force(session: ReadSession, project: Project) -> ProjectVersion | None:
    """The approved version in force, if a later one is worked on."""
    if project.version_in_force is None or project.version == project.version_in_force:
        return None
    return await kept(session, project.project_id, project.version_in_force)


async def kept(session: ReadSession, project_id: UUID, version: int) -> ProjectVersion | None:
    """The last kept row of a version: the approved one if it was approved."""
    wanted = select(ProjectVersion).where(
        col(ProjectVersion.project_id) == project_id, col(ProjectVersion.version) == version
    )
    found = await session.execute(wanted.order_by(col(ProjectVersion.submission).desc()).limit(1))
    return found.scalars().first()


async def submissions(session: ReadSession, project_id: UUID, version: int) -> int:
    """How often the version was returned or approved."""
    last = await kept(session, project_id, version)
    return 0 if last is None else last.submission


async def last_step(session: ReadSession, project_id: UUID) -> tuple[int, int]:
    """The position of the last step of the history, and the highest version in it; zeros without a history."""
    wanted = select(func.max(ProjectStep.position), func.max(ProjectStep.version)).where(
        col(ProjectStep.project_id) == project_id
    )
    position, version = (await session.execute(wanted)).one()
    return position or 0, version or 0


async def used_elsewhere(session: ReadSession, project: Project) -> int:
    """What the approved budgets of the municipality's other projects use of the same initiative's grant."""
    wanted = select(func.sum(Project.granted_budget)).where(
        col(Project.initiative_id) == project.initiative_id,
        col(Project.municipality_code) == project.municipality_code,
        col(Project.project_id) != project.project_id,
    )
    return int((await session.execute(wanted)).scalar_one() or 0)


async def hold_grant(session: WriteSession, project: Project) -> None:
    """Let no other project of the municipality be approved against a grant until this transaction ends."""
    await hold_in_transaction(session, Lock.GRANT, project.municipality_code, shared=False)
