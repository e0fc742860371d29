"""``/v1/projects``: writing, reading and listing descriptions."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response, status

from libs.shared.base.clock import Clock
from libs.shared.db.database import Database
from libs.shared.db.order import Order
from libs.shared.db.scope import scope_of
from libs.shared.events.outbox import Outbox
from libs.shared.idempotency.attempts import Attempt
from libs.shared.idempotency.once import once
from libs.shared.values.codes import MunicipalityCode
from libs.shared.web.idempotency import LOCATED, MayRepeat, located
from libs.shared.web.lists import LISTED, Lists, sortable
from libs.shared.web.pages import DEFAULT_PAGE_SIZE, Page, PageSize, PageToken
from libs.shared.web.preconditions import ETAG, IfMatch
from services.registration.access import ProjectReader, SchoolStaff
from services.registration.projects.descriptions import use_cases
from services.registration.projects.descriptions.schemas import ProjectIn, ProjectListed
from services.registration.projects.domain import ProjectStatus
from services.registration.projects.schemas import ProjectOut, read_as, tag_of
from services.registration.projects.sealing import ProjectTexts
from services.registration.projects.use_cases.desk import Desk

_CREATED = {"headers": {**LOCATED["headers"], **ETAG["headers"]}}


def descriptions_router(db: Database, outbox: Outbox, texts: ProjectTexts, clock: Clock) -> APIRouter:
    """Project descriptions, for schools and the secretariat."""
    router = APIRouter(prefix="/v1/projects", tags=["projects"])

    @router.post(
        "", status_code=status.HTTP_201_CREATED, summary="Begin a project description", responses={201: _CREATED}
    )
    async def create(body: ProjectIn, caller: SchoolStaff, asked: MayRepeat, response: Response) -> ProjectOut:
        """A draft may be unfinished: `plan` and everything in `description` may be left out until it is submitted."""
        scope, now = scope_of(caller), clock()
        async with db.write(scope) as session:
            desk = Desk(session, outbox, texts, caller, now)
            made = await once(
                session,
                Attempt.of(asked, caller, scope, now),
                create=lambda: use_cases.create_project(desk, body),
                reference=lambda shown: str(shown.project.project_id),
                again=lambda project_id: use_cases.get_project(session, caller, UUID(project_id)),
            )
            located(response, f"/v1/projects/{made.project.project_id}")
            response.headers["ETag"] = tag_of(made.project)
            return ProjectOut.of(texts, made)

    @router.get("", summary="Projects", response_model=Page[ProjectListed], responses=LISTED)
    async def projects(
        *,
        caller: ProjectReader,
        lists: Lists,
        municipality: Annotated[MunicipalityCode | None, Query(description="Of this municipality alone.")] = None,
        state: Annotated[ProjectStatus | None, Query(alias="status", description="Those that stand so alone.")] = None,
        school_id: Annotated[UUID | None, Query(description="Those with this school alone.")] = None,
        initiative_id: Annotated[UUID | None, Query(description="Those of this initiative alone.")] = None,
        sort: Annotated[str, sortable("title", "municipality_code", "status", "start", "changed_at")] = "title",
        page_size: PageSize = DEFAULT_PAGE_SIZE,
        page_token: PageToken = None,
    ) -> Page[ProjectListed] | Response:
        """The projects of the caller's schools; those of the whole country for the secretariat. `status=submitted`
        shows what waits for the secretariat.
        """
        order = Order.read(sort)
        wanted = use_cases.Wanted(municipality, state, school_id, initiative_id)
        after = lists.after(page_token, "projects", order)
        async with db.read(scope_of(caller)) as session:
            rows = await use_cases.list_projects(session, caller, wanted, order, after=after, size=page_size + 1)
        return lists.answer(
            "projects",
            order,
            rows,
            page_size,
            model=ProjectListed,
            item=ProjectListed.of,
            place=lambda row: use_cases.place(row, order),
        )

    @router.get("/{project_id}", summary="A project description", responses={200: ETAG})
    async def read(project_id: UUID, caller: ProjectReader, response: Response) -> ProjectOut:
        """The version that is worked on. An approved version that it amends is among the versions."""
        async with db.read(scope_of(caller)) as session:
            found = await use_cases.get_project(session, caller, project_id)
            response.headers["ETag"] = tag_of(found.project)
            return ProjectOut.of(texts, found)

    @router.put(
        "/{project_id}",
        summary="Replace a project description; one that was submitted is a draft again",
        responses={200: ETAG},
    )
    async def change(
        project_id: UUID, body: ProjectIn, caller: SchoolStaff, response: Response, if_match: IfMatch = None
    ) -> ProjectOut:
        """An approved version is not replaced: begin an amendment of it."""
        async with db.write(scope_of(caller)) as session:
            desk = Desk(session, outbox, texts, caller, clock())
            changed = await use_cases.change_project(desk, project_id, body, read_as(if_match))
            response.headers["ETag"] = tag_of(changed.project)
            return ProjectOut.of(texts, changed)

    return router
