"""What every change of a project does: the condition of its caller, the lock, the history and the event."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from libs.shared.auth.principal import Principal
from libs.shared.contracts.registration import ProjectChanged
from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.events.outbox import Outbox
from libs.shared.events.republishing import Place
from services.registration.access import changeable_project
from services.registration.projects import queries
from services.registration.projects.domain import Step
from services.registration.projects.events import project_changed
from services.registration.projects.sealing import ProjectTexts, Remark
from services.registration.projects.showing import AsRead, Shown
from services.registration.projects.tables import Project, ProjectStep, ProjectVersion
from services.registration.projects.use_cases.grants import held_budget
from services.registration.roster.schools import queries as schools
from services.registration.roster.schools.queries import SchoolRecord


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a change is written, by whom and when."""

    session: WriteSession
    outbox: Outbox
    texts: ProjectTexts
    caller: Principal
    now: datetime

    async def changeable(self, project_id: UUID, as_read: AsRead) -> Project:
        """The project with its row locked, if the caller may change it and it is as it was read.

        Raises ``ProjectNotFound``, ``ProjectOfSeveralSchools`` and what ``as_read`` raises.
        """
        project = await queries.locked(self.session, project_id)
        own = changeable_project(self.caller, project, await schools_of(self.session, project))
        as_read(own)
        return own

    async def record(self, project: Project, *steps: Step, remarks: Sequence[Remark] = ()) -> Shown:
        """Raise the project's version, and write the steps to its history and the event. ``remarks`` are what was said
        with the first step.
        """
        project.aggregate_version += 1
        project.changed_at = self.now
        return await self.tell(project, *steps, remarks=remarks)

    async def tell(self, project: Project, *steps: Step, remarks: Sequence[Remark] = ()) -> Shown:
        """The same for a new project."""
        await queries.save(self.session)
        position, _ = await queries.last_step(self.session, project.project_id)
        for index, step in enumerate(steps):
            row = ProjectStep(
                step_id=uuid4(),
                project_id=project.project_id,
                municipality_code=project.municipality_code,
                position=position + index + 1,
                version=project.version,
                step=step,
                decided_by=self.caller.subject,
                decided_at=self.now,
            )
            row.remarks = self.texts.seal_remarks(row, remarks) if index == 0 else None
            await queries.add(self.session, row)
        event = project_changed(project, await queries.kept_in_force(self.session, project))
        if event is not None:
            await self.outbox.add(self.session, event)
        return await shown(self.session, project)


async def shown(session: ReadSession, project: Project) -> Shown:
    """The project with its budget held against the grant."""
    return Shown(project, await held_budget(session, project))


async def schools_of(session: ReadSession, project: Project | ProjectVersion | None) -> list[SchoolRecord | None]:
    """The project's schools in its order; None for a school that the session may not see."""
    if project is None:
        return []
    found = await schools.by_id(session, project.school_ids)
    return [found.get(each) for each in project.school_ids]


async def states(session: WriteSession, code: str, after: Place | None, size: int) -> list[ProjectChanged]:
    """The states of the municipality's projects by id, their rows locked."""
    found = [project_changed(*each) for each in await queries.locked_page(session, code, after, size)]
    return [each for each in found if each is not None]
