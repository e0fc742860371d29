"""``/v1/changes``: the feed that a copy of the catalog is kept up to date by."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
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
from services.intervention_catalog.changes.domain import Change, Kind
from services.intervention_catalog.changes.errors import ChangesTokenInvalid
from services.intervention_catalog.changes.use_cases import follow
from services.intervention_catalog.kinds.kinds import KINDS

_NAME = "changes"
_PATHS = {kind: content.path for kind, content in KINDS.items()} | {Kind.RULE_SET: "rule-sets"}

_CHANGE: dict[str, Any] = {
    "kind": "trial_action",
    "id": "ishoj",
    "version": 2,
    "change": "withdrawn",
    "deleted": True,
    "href": "/v1/trial-actions/ishoj?version=2",
    "changed_at": "2023-08-01T08:00:00Z",
}


class ChangeOut(BaseModel):
    """One record that was published."""

    model_config = ConfigDict(json_schema_extra={"examples": [_CHANGE]})

    kind: Kind
    id: str
    version: int
    change: Literal["published", "withdrawn"]
    deleted: bool = Field(description="Take it out of what you offer; keep what explains earlier plans.")
    href: str = Field(description="Where the record is read.")
    changed_at: datetime

    @classmethod
    def of(cls, change: Change) -> Self:
        """The answer for a change."""
        return cls(
            kind=change.kind,
            id=change.item_id,
            version=change.version,
            change="withdrawn" if change.withdrawn else "published",
            deleted=change.withdrawn,
            href=f"/v1/{_PATHS[change.kind]}/{change.item_id}?version={change.version}",
            changed_at=change.changed_at,
        )


class ChangesOut(BaseModel):
    """A stretch of the feed, oldest first."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"items": [_CHANGE], "next": "WyJjaGFuZ2VzIiwxNDBd", "more": False}]}
    )

    items: list[ChangeOut]
    next: str = Field(description="Keep it, and send it as `since` next time; nothing is told twice or left out.")
    more: bool = Field(description="Whether there is more to fetch at once.")


def changes_router(db: Database) -> APIRouter:
    """The feed; open to read."""
    router = APIRouter(prefix="/v1/changes", tags=["changes"])

    @router.get(
        "", summary="What was published and withdrawn / Ændringer", response_model=ChangesOut, responses=RESPONSES
    )
    async def listed(
        pages: Pages,
        since: Annotated[
            str | None, Query(max_length=MAX_TOKEN_LENGTH, description="`next` of the answer before; none at first.")
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
