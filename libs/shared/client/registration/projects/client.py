"""Projects and guidance, for ``Registration``."""

from collections.abc import AsyncIterator
from uuid import UUID

from pydantic import BaseModel

from libs.shared.client.caller import Caller
from libs.shared.client.caller import read as parsed
from libs.shared.client.operations import Operation
from libs.shared.client.registration.projects.models import (
    Guidance,
    GuidanceWritten,
    Project,
    ProjectAsked,
    ProjectStep,
    Reasons,
    RemarkWritten,
    Returned,
    RuleReason,
)
from libs.shared.client.registration.projects.operations import (
    AMEND_PROJECT,
    APPROVE_AMENDMENT,
    APPROVE_PROJECT,
    CHANGE_PROJECT,
    CLOSE_PROJECT,
    CREATE_PROJECT,
    LOG_GUIDANCE,
    PROJECT,
    PROJECT_HISTORY,
    RETURN_PROJECT,
    SUBMIT_PROJECT,
    WITHDRAW_AMENDMENT,
)


class Projects:
    """The requests about projects. A change takes the project as it was read: if it has changed since, it is refused
    with ``precondition.failed``.
    """

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def create_project(self, project: ProjectAsked) -> Project:
        """Create a project as a draft."""
        return await self._project(CREATE_PROJECT, body=project)

    async def project(self, project_id: UUID) -> Project:
        """A project, as it is worked on."""
        return await self._project(PROJECT, project_id)

    async def change_project(self, read: Project, project: ProjectAsked) -> Project:
        """Replace the content of a project that is still as it was read."""
        return await self._project(CHANGE_PROJECT, read.project_id, read.etag, project)

    async def submit_project(self, read: Project, *reasons: RuleReason) -> Project:
        """Submit a project that is still as it was read, with reasons for warnings."""
        return await self._project(SUBMIT_PROJECT, read.project_id, read.etag, Reasons(reasons=reasons))

    async def return_project(self, read: Project, *remarks: RemarkWritten) -> Project:
        """Return a submitted project that is still as it was read."""
        return await self._project(RETURN_PROJECT, read.project_id, read.etag, Returned(remarks=remarks))

    async def approve_project(self, read: Project, *reasons: RuleReason) -> Project:
        """Approve a project that is still as it was read."""
        return await self._project(APPROVE_PROJECT, read.project_id, read.etag, Reasons(reasons=reasons))

    async def approve_amendment(self, read: Project, *reasons: RuleReason) -> Project:
        """Approve an amendment within the grant, as the municipality."""
        return await self._project(APPROVE_AMENDMENT, read.project_id, read.etag, Reasons(reasons=reasons))

    async def amend_project(self, read: Project) -> Project:
        """Begin the next version of an approved project."""
        return await self._project(AMEND_PROJECT, read.project_id, read.etag)

    async def withdraw_amendment(self, read: Project) -> Project:
        """Give an amendment up."""
        return await self._project(WITHDRAW_AMENDMENT, read.project_id, read.etag)

    async def close_project(self, read: Project) -> Project:
        """Close a project."""
        return await self._project(CLOSE_PROJECT, read.project_id, read.etag)

    async def project_history(self, project_id: UUID) -> AsyncIterator[ProjectStep]:
        """Every step of a project."""
        async for step in self._caller.pages(PROJECT_HISTORY, {"project_id": project_id}):
            yield step

    async def log_guidance(self, given: GuidanceWritten) -> Guidance:
        """Log guidance that was given to a municipality."""
        return await self._caller.call(LOG_GUIDANCE, body=given)

    async def _project(
        self,
        operation: Operation[Project],
        project_id: UUID | None = None,
        etag: str | None = None,
        body: BaseModel | None = None,
    ) -> Project:
        values = None if project_id is None else {"project_id": project_id}
        answer = await self._caller.answer(
            operation, values, body=body, headers=None if etag is None else {"If-Match": etag}
        )
        return parsed(answer, operation).tagged(answer.headers["ETag"])
