"""``/v1/projects/{project_id}/…``: the steps of a project."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter, Response

from libs.shared.auth.principal import Principal
from libs.shared.base.clock import Clock
from libs.shared.db.database import Database
from libs.shared.db.scope import Scope, scope_of
from libs.shared.events.outbox import Outbox
from libs.shared.idempotency.attempts import Asked, Attempt
from libs.shared.idempotency.once import once
from libs.shared.web.idempotency import MayRepeat
from libs.shared.web.preconditions import ETAG, IfMatch
from services.registration.access import EVERY_MUNICIPALITY, ProjectReader, ResourceTeam, SchoolStaff, Secretariat
from services.registration.projects.decisions.schemas import ApproveIn, CloseProjectIn, ReturnIn, SubmitIn
from services.registration.projects.decisions.use_cases import approval, steps
from services.registration.projects.descriptions.use_cases import get_project
from services.registration.projects.schemas import ProjectOut, read_as, tag_of
from services.registration.projects.sealing import ProjectTexts
from services.registration.projects.showing import Shown
from services.registration.projects.use_cases.desk import Desk


@dataclass(frozen=True, slots=True)
class Request:
    """A request for a step: about which project, by whom, in which scope and under which key."""

    project_id: UUID
    caller: Principal
    scope: Scope
    asked: Asked | None
    response: Response


def decisions_router(
    db: Database, outbox: Outbox, texts: ProjectTexts, clock: Clock, *, municipalities_approve: bool
) -> APIRouter:
    """The steps of a project. ``municipalities_approve`` is the setting for amendments within the grant.

    A repeated request with its key gets the project as it is now.
    """
    router = APIRouter(prefix="/v1/projects/{project_id}", tags=["projects"])

    async def carry_out(request: Request, step: Callable[[Desk], Awaitable[Shown]]) -> ProjectOut:
        now = clock()
        async with db.write(request.scope) as session:
            desk = Desk(session, outbox, texts, request.caller, now)
            done = await once(
                session,
                Attempt.of(request.asked, request.caller, request.scope, now),
                create=lambda: step(desk),
                reference=lambda _: str(request.project_id),
                again=lambda found: get_project(session, request.caller, UUID(found)),
            )
            request.response.headers["ETag"] = tag_of(done.project)
            return ProjectOut.of(texts, done)

    @router.post(
        "/submit", summary="Submit a project description, if it is complete and keeps the rules", responses={200: ETAG}
    )
    async def submit(
        *,
        project_id: UUID,
        caller: SchoolStaff,
        asked: MayRepeat,
        response: Response,
        body: SubmitIn | None = None,
        if_match: IfMatch = None,
    ) -> ProjectOut:
        """A refusal has every verdict of the rules in `verdicts`, and in `missing` each field that lacks something,
        with its pointer, the reason and the remedy.
        """
        said = (body or SubmitIn()).by_rule()
        return await carry_out(
            Request(project_id, caller, scope_of(caller), asked, response),
            lambda desk: steps.submit_project(desk, project_id, said, read_as(if_match)),
        )

    @router.post("/return", summary="Return a submitted project description with remarks", responses={200: ETAG})
    async def send_back(
        *,
        project_id: UUID,
        body: ReturnIn,
        caller: Secretariat,
        asked: MayRepeat,
        response: Response,
        if_match: IfMatch = None,
    ) -> ProjectOut:
        remarks = [each.as_remark() for each in body.remarks]
        return await carry_out(
            Request(project_id, caller, EVERY_MUNICIPALITY, asked, response),
            lambda desk: steps.return_project(desk, project_id, remarks, read_as(if_match)),
        )

    @router.post("/approve", summary="Approve a submitted project description", responses={200: ETAG})
    async def approve(
        *,
        project_id: UUID,
        caller: Secretariat,
        asked: MayRepeat,
        response: Response,
        body: ApproveIn | None = None,
        if_match: IfMatch = None,
    ) -> ProjectOut:
        """It is judged again. The first approved version of a project with an initiative releases the grant, a later
        one what was added to it. `minimums` sets the minimum dosage of variants for which the rules have none (D3).
        """
        given = body or ApproveIn()
        said = approval.Said(given.by_rule(), given.set_minimums())
        return await carry_out(
            Request(project_id, caller, EVERY_MUNICIPALITY, asked, response),
            lambda desk: approval.approve_project(desk, project_id, said, read_as(if_match)),
        )

    @router.post(
        "/approve-amendment", summary="Approve an amendment within the grant as the municipality", responses={200: ETAG}
    )
    async def approve_amendment(
        *,
        project_id: UUID,
        caller: ResourceTeam,
        asked: MayRepeat,
        response: Response,
        body: ApproveIn | None = None,
        if_match: IfMatch = None,
    ) -> ProjectOut:
        """Only if the platform is set up to allow it, and by another person than the one who submitted it."""
        given = body or ApproveIn()
        said = approval.Said(given.by_rule(), given.set_minimums())
        return await carry_out(
            Request(project_id, caller, scope_of(caller), asked, response),
            lambda desk: approval.approve_amendment(
                desk, project_id, said, read_as(if_match), allowed=municipalities_approve
            ),
        )

    @router.post("/amendments", summary="Begin an amendment of an approved project", responses={200: ETAG})
    async def amend(
        *, project_id: UUID, caller: SchoolStaff, asked: MayRepeat, response: Response, if_match: IfMatch = None
    ) -> ProjectOut:
        """The answer is a draft of the next version, to be changed and submitted. The approved version stays in force
        until the next one is approved, and courses that run under it stay valid.
        """
        return await carry_out(
            Request(project_id, caller, scope_of(caller), asked, response),
            lambda desk: steps.amend_project(desk, project_id, read_as(if_match)),
        )

    @router.post("/withdraw", summary="Give an amendment up", responses={200: ETAG})
    async def withdraw(
        *, project_id: UUID, caller: SchoolStaff, asked: MayRepeat, response: Response, if_match: IfMatch = None
    ) -> ProjectOut:
        return await carry_out(
            Request(project_id, caller, scope_of(caller), asked, response),
            lambda desk: steps.withdraw_amendment(desk, project_id, read_as(if_match)),
        )

    @router.post("/close", summary="Close a project", responses={200: ETAG})
    async def close(
        *,
        project_id: UUID,
        caller: ProjectReader,
        asked: MayRepeat,
        response: Response,
        body: CloseProjectIn | None = None,
        if_match: IfMatch = None,
    ) -> ProjectOut:
        """Nothing of it can be changed any more, and no course of it begins. Courses that run go on."""
        remark = None if body is None else body.remark
        return await carry_out(
            Request(project_id, caller, scope_of(caller), asked, response),
            lambda desk: steps.close_project(desk, project_id, remark, read_as(if_match)),
        )

    return router
