"""Published content of one kind: the list, the item, and its records."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from libs.shared.base.clock import Clock, danish_date
from libs.shared.base.date_window import Day
from libs.shared.db.database import Database
from libs.shared.web.conditional import RESPONSES, IfNoneMatch, conditional
from libs.shared.web.pages import DEFAULT_PAGE_SIZE, Page, Pages, PageSize, PageToken
from services.intervention_catalog.kinds.kinds import ContentKind
from services.intervention_catalog.publications import use_cases
from services.intervention_catalog.publications.schemas import Published, PublishedRecord

LARGEST = 2**31 - 1

Version = Annotated[int | None, Query(ge=1, le=LARGEST, description="The number of one version.")]
On = Annotated[Day | None, Query(description="Show what is in force on this day; today if left out.")]


def publications_router(db: Database, clock: Clock, kind: ContentKind) -> APIRouter:
    """The routes of one kind of content; no token is needed."""
    router = APIRouter(prefix=f"/v1/{kind.path}", tags=[kind.path.replace("-", " ")])
    model = Published[kind.published]  # type: ignore[name-defined] # the model differs by kind
    names = f"{kind.name_en} / {kind.name_da}"
    Item = Annotated[str, Path(max_length=100, description="The id of the item.", examples=[kind.example_id])]  # noqa: N806 - a type

    @router.get("", summary=names, response_model=Page[model], responses=RESPONSES)
    async def listed(
        pages: Pages,
        on: On = None,
        page_size: PageSize = DEFAULT_PAGE_SIZE,
        page_token: PageToken = None,
        if_none_match: IfNoneMatch = None,
    ) -> Response:
        """The items in force on the day, by id. To search, use `/v1/search`."""
        after = pages.read(page_token, kind.path, [str])
        async with db.read() as session:
            found = await use_cases.listed(
                session,
                kind.kind,
                on=on or danish_date(clock()),
                after=str(after[0]) if after else "",
                limit=page_size + 1,
            )
        page = pages.page(kind.path, found, page_size, item=PublishedRecord.of, key=lambda each: [each.item_id])
        return conditional(page, if_none_match)

    @router.get("/{id}", summary=f"{names}: one of them / en af dem", response_model=model, responses=RESPONSES)
    async def one(id: Item, on: On = None, version: Version = None, if_none_match: IfNoneMatch = None) -> Response:  # noqa: A002 - as it is named in the address
        """The version in force on the day, else the newest, even if it is withdrawn; or the version asked for."""
        async with db.read() as session:
            found = await use_cases.get(session, kind.kind, id, on=on or danish_date(clock()), version=version)
        return conditional(PublishedRecord.of(found), if_none_match)

    @router.get(
        "/{id}/versions",
        summary=f"{names}: every version / alle versioner",
        response_model=Page[model],
        responses=RESPONSES,
    )
    async def versions(id: Item, if_none_match: IfNoneMatch = None) -> Response:  # noqa: A002 - see above
        """Every record of the item, the oldest first, on one page."""
        async with db.read() as session:
            found = await use_cases.versions(session, kind.kind, id)
        return conditional(Page(items=[PublishedRecord.of(each) for each in found]), if_none_match)

    return router
