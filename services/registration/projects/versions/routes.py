"""``/v1/projects/{project_id}/versions`` and ``…/history``."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Response

from libs.shared.db.database import Database
from libs.shared.db.order import Order, Place
from libs.shared.db.scope import scope_of
from libs.shared.web.lists import LISTED, Lists, sortable
from libs.shared.web.pages import DEFAULT_PAGE_SIZE, Page, PageSize, PageToken
from services.registration.access import ProjectReader
from services.registration.projects.sealing import ProjectTexts
from services.registration.projects.versions import use_cases
from services.registration.projects.versions.schemas import ProjectStepOut, VersionListed, VersionOut


def versions_router(db: Database, texts: ProjectTexts) -> APIRouter:
    """What was returned or approved, and every step, for those who may read the project."""
    router = APIRouter(prefix="/v1/projects/{project_id}", tags=["projects"])

    @router.get(
        "/versions",
        summary="The returned and approved versions of a project",
        response_model=Page[VersionListed],
        responses=LISTED,
    )
    async def versions(
        *,
        project_id: UUID,
        caller: ProjectReader,
        lists: Lists,
        sort: Annotated[str, sortable("version", "decided_at")] = "version",
        page_size: PageSize = DEFAULT_PAGE_SIZE,
        page_token: PageToken = None,
    ) -> Page[VersionListed] | Response:
        order = Order.read(sort)
        after = lists.after(page_token, "project-versions", order)
        async with db.read(scope_of(caller)) as session:
            rows = await use_cases.list_versions(session, caller, project_id, order, after=after, size=page_size + 1)
        return lists.answer(
            "project-versions",
            order,
            rows,
            page_size,
            model=VersionListed,
            item=lambda row: VersionListed.model_validate(dict(row)),
            place=lambda row: use_cases.place(row, order),
        )

    @router.get("/versions/{version}", summary="A version as it was approved, or as it was last returned")
    async def version_(
        project_id: UUID,
        version: Annotated[int, Path(ge=1, le=1_000_000, examples=[1])],
        caller: ProjectReader,
    ) -> VersionOut:
        async with db.read(scope_of(caller)) as session:
            return VersionOut.of(texts, await use_cases.get_version(session, caller, project_id, version))

    @router.get("/history", summary="The history of a project", response_model=Page[ProjectStepOut], responses=LISTED)
    async def history(
        *,
        project_id: UUID,
        caller: ProjectReader,
        lists: Lists,
        sort: Annotated[str, sortable("position")] = "position",
        page_size: PageSize = DEFAULT_PAGE_SIZE,
        page_token: PageToken = None,
    ) -> Page[ProjectStepOut] | Response:
        """Every step, with who took it, when, and what was said with it."""
        order = Order.read(sort)
        after = lists.after(page_token, "project-history", order)
        async with db.read(scope_of(caller)) as session:
            rows = await use_cases.list_steps(session, caller, project_id, order, after=after, size=page_size + 1)
            return lists.answer(
                "project-history",
                order,
                rows,
                page_size,
                model=ProjectStepOut,
                item=lambda row: ProjectStepOut.of(texts, row),
                place=lambda row: Place(str(row.position), str(row.step_id)),
            )

    return router
