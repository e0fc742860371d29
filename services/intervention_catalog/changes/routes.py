"""``/v1/changes``: the feed by which other systems keep a copy of the catalog up to date."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from libs.shared.db.database import Database
from libs.shared.web.conditional import RESPONSES, IfNoneMatch, conditional
from libs.shared.web.pages import (
    DEFAULT_PAGE_SIZE,
    MAX_TOKEN_LENGTH,
    Pages,
    PageSize,
)
from libs.shared.web.refusals import PageTokenInvalid
from services.intervention_catalog.changes.errors import ChangesTokenInvalid
from services.intervention_catalog.changes.schemas import ChangeOut, ChangesOut
from services.intervention_catalog.changes.use_cases import follow

_NAME = "changes"


def changes_router(db: Database) -> APIRouter:
    """The feed; open to read."""
    router = APIRouter(prefix="/v1/changes", tags=["changes"])

    @router.get(
        "", summary="What was published and withdrawn / Ændringer", response_model=ChangesOut, responses=RESPONSES
    )
    async def listed(
        pages: Pages,
        since: Annotated[
            str | None,
            Query(
                max_length=MAX_TOKEN_LENGTH,
                description="The `next` of the previous answer; leave it out the first time.",
            ),
        ] = None,
        page_size: PageSize = DEFAULT_PAGE_SIZE,
        if_none_match: IfNoneMatch = None,
    ) -> Response:
        """Changes since the token, with deletions. A period that ends by its own `valid_to` is no change."""
        try:
            key = pages.read(since, _NAME, [int])
        except PageTokenInvalid:
            raise ChangesTokenInvalid(pointer="/since") from None
        async with db.read() as session:
            found = await follow(session, int(key[0]) if key else 0, page_size)
        out = ChangesOut(
            items=[ChangeOut.of(each) for each in found.changes],
            next=pages.write(_NAME, [found.until]),
            more=found.more,
        )
        return conditional(out, if_none_match)

    return router
