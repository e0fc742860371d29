"""``/v1/initiatives/{initiative_id}/shares`` and ``…/roles``."""

import asyncio
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Query, Response

from libs.shared.base.clock import Clock, danish_date
from libs.shared.base.municipalities import municipality_name
from libs.shared.db.database import Database
from libs.shared.db.order import Order, Place
from libs.shared.web.lists import LISTED, Lists, sortable
from libs.shared.web.pages import DEFAULT_PAGE_SIZE, Page, PageSize, PageToken
from libs.shared.web.preconditions import ETAG, IfMatch, etag_of, require_match
from services.registration.access import (
    EVERY_MUNICIPALITY,
    InitiativeReader,
    RoleReader,
    Secretariat,
    initiative_scope,
)
from services.registration.initiatives.programme import use_cases as programme
from services.registration.initiatives.programme.schemas import InitiativeOut
from services.registration.initiatives.shares import spreadsheet, use_cases
from services.registration.initiatives.shares.domain import Role, RoleOf
from services.registration.initiatives.shares.schemas import RoleOut, ShareOut
from services.registration.initiatives.shares.spreadsheet import CSV_MEDIA, SharesBody


def shares_router(db: Database, clock: Clock) -> APIRouter:
    """The shares, and what follows from them."""
    router = APIRouter(prefix="/v1/initiatives", tags=["initiatives"])

    @router.put(
        "/{initiative_id}/shares",
        summary="Load the shares of an initiative",
        responses={200: ETAG},
        openapi_extra={
            "requestBody": {"content": {CSV_MEDIA: {"schema": {"type": "string"}, "example": spreadsheet.example()}}}
        },
    )
    async def load(
        *,
        initiative_id: UUID,
        body: SharesBody,
        caller: Secretariat,
        response: Response,
        content_type: Annotated[str | None, Header(include_in_schema=False)] = None,
        if_match: IfMatch = None,
    ) -> InitiativeOut:
        """As JSON, or as a spreadsheet saved as CSV with the columns `municipality_code`, `share_percent`, `source` and
        `reference_date`, of which every row that cannot be taken is listed. The condition is the initiative's `ETag`,
        and so is the answer's. Allocations keep the shares by which they were made.
        """
        now = clock()
        given = await asyncio.to_thread(spreadsheet.given_in, body, content_type, danish_date(now))
        async with db.write(EVERY_MUNICIPALITY) as session:
            row, found = await programme.locked_initiative(session, initiative_id)
            require_match(InitiativeOut.model_validate(found), if_match, None)
            await use_cases.load_shares(session, caller, row, given, now)
            shown = InitiativeOut.model_validate(await programme.get_initiative(session, initiative_id))
        response.headers["ETag"] = etag_of(shown)
        return shown

    @router.get(
        "/{initiative_id}/shares",
        summary="The shares of an initiative",
        response_model=Page[ShareOut],
        responses=LISTED,
    )
    async def shares(
        *,
        initiative_id: UUID,
        caller: InitiativeReader,
        lists: Lists,
        sort: Annotated[str, sortable("municipality_code", "share_percent")] = "municipality_code",
        page_size: PageSize = DEFAULT_PAGE_SIZE,
        page_token: PageToken = None,
    ) -> Page[ShareOut] | Response:
        """A municipality sees its own."""
        order = Order.read(sort)
        after = lists.after(page_token, "shares", order)
        async with db.read(initiative_scope(caller)) as session:
            rows = await use_cases.list_shares(session, initiative_id, order=order, after=after, size=page_size + 1)
        return lists.answer(
            "shares",
            order,
            rows,
            page_size,
            model=ShareOut,
            item=lambda row: ShareOut.model_validate(dict(row)),
            place=lambda row: Place(str(row[order.name]), row["municipality_code"]),
        )

    @router.get(
        "/{initiative_id}/roles",
        summary="Whom the rule invites, what was answered, and with whom is compared",
        response_model=Page[RoleOut],
        responses=LISTED,
    )
    async def roles(
        *,
        initiative_id: UUID,
        caller: RoleReader,
        lists: Lists,
        role: Annotated[Role | None, Query(description="Those of this role alone.")] = None,
        by_rule: Annotated[bool | None, Query(description="Those alone that the rule invites, or does not.")] = None,
        sort: Annotated[str, sortable("rank", "municipality_code")] = "rank",
        page_size: PageSize = DEFAULT_PAGE_SIZE,
        page_token: PageToken = None,
    ) -> Page[RoleOut] | Response:
        """Ask for `role=comparison` to see the municipalities just below the line and those that declined."""
        order = Order.read(sort)
        after = lists.after(page_token, "roles", order)
        async with db.read(initiative_scope(caller)) as session:
            rows = await use_cases.list_roles(
                session,
                initiative_id,
                role=role,
                by_rule=by_rule,
                order=order,
                after=after,
                size=page_size + 1,
            )
        return lists.answer(
            "roles",
            order,
            rows,
            page_size,
            model=RoleOut,
            item=_role_out,
            place=lambda row: Place(str(getattr(row, order.name)), row.municipality_code),
        )

    return router


def _role_out(row: RoleOf) -> RoleOut:
    return RoleOut(
        municipality_code=row.municipality_code,
        name=municipality_name(row.municipality_code),
        share_percent=row.share_percent,
        rank=row.rank,
        by_rule=row.by_rule,
        status=row.status,
        role=row.role,
        reason=row.reason,
    )
