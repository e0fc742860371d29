"""``/v1/projects``."""

from uuid import UUID

from fastapi import APIRouter, Response, status

from libs.shared.base.clock import Clock
from libs.shared.db.database import Database
from libs.shared.db.scope import scope_of
from libs.shared.events.outbox import Outbox
from libs.shared.idempotency.attempts import Attempt
from libs.shared.idempotency.once import once
from libs.shared.privacy.sealed_texts import SealedTexts
from libs.shared.web.idempotency import LOCATED, MayRepeat, located
from services.registration.access import EVERY_MUNICIPALITY, ProjectReader, SchoolStaff, Secretariat
from services.registration.projects import use_cases
from services.registration.projects.schemas import ApproveIn, ProjectIn, ProjectOut, SubmitIn


def projects_router(db: Database, outbox: Outbox, texts: SealedTexts, clock: Clock) -> APIRouter:
    """Project descriptions, for schools and the secretariat."""
    router = APIRouter(prefix="/v1/projects", tags=["projects"])

    @router.post(
        "", status_code=status.HTTP_201_CREATED, summary="Begin a project description", responses={201: LOCATED}
    )
    async def create(body: ProjectIn, caller: SchoolStaff, asked: MayRepeat, response: Response) -> ProjectOut:
        scope = scope_of(caller)
        async with db.write(scope) as session:
            made = await once(
                session,
                Attempt.of(asked, caller, scope, clock()),
                create=lambda: use_cases.create_project(
                    session, outbox, caller, title=body.title, school_ids=body.school_ids, plan=body.plan
                ),
                reference=lambda project: str(project.project_id),
                again=lambda project_id: use_cases.get_project(session, caller, UUID(project_id)),
            )
            located(response, f"/v1/projects/{made.project_id}")
            return ProjectOut.of(texts, made)

    @router.put("/{project_id}", summary="Replace a project description; one that was submitted is a draft again")
    async def change(project_id: UUID, body: ProjectIn, caller: SchoolStaff) -> ProjectOut:
        async with db.write(scope_of(caller)) as session:
            changed = await use_cases.change_project(
                session, outbox, caller, project_id, title=body.title, school_ids=body.school_ids, plan=body.plan
            )
            return ProjectOut.of(texts, changed)

    @router.get("/{project_id}", summary="A project description")
    async def read(project_id: UUID, caller: ProjectReader) -> ProjectOut:
        async with db.read(scope_of(caller)) as session:
            return ProjectOut.of(texts, await use_cases.get_project(session, caller, project_id))

    @router.post("/{project_id}/submit", summary="Submit a project description, if its plan keeps the rules")
    async def submit(project_id: UUID, caller: SchoolStaff, body: SubmitIn | None = None) -> ProjectOut:
        async with db.write(scope_of(caller)) as session:
            submitted = await use_cases.submit_project(
                session, outbox, texts, caller, project_id, reason=body.reason if body else None, now=clock()
            )
            return ProjectOut.of(texts, submitted)

    @router.post("/{project_id}/approve", summary="Approve a submitted project description")
    async def approve(project_id: UUID, caller: Secretariat, body: ApproveIn | None = None) -> ProjectOut:
        said = body or ApproveIn()
        async with db.write(EVERY_MUNICIPALITY) as session:
            approved = await use_cases.approve_project(
                session,
                outbox,
                texts,
                caller,
                project_id,
                reason=said.reason,
                expected_version=said.aggregate_version,
                now=clock(),
            )
            return ProjectOut.of(texts, approved)

    return router
