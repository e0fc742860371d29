"""``/v1/initiatives``."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response, status

from libs.shared.base.clock import Clock
from libs.shared.db.database import Database
from libs.shared.db.order import Order, Place
from libs.shared.idempotency.attempts import Attempt
from libs.shared.idempotency.once import once
from libs.shared.web.idempotency import LOCATED, MayRepeat, located
from libs.shared.web.lists import LISTED, Lists, sortable
from libs.shared.web.pages import DEFAULT_PAGE_SIZE, Page, PageSize, PageToken
from libs.shared.web.preconditions import ETAG, IfMatch, etag_of, require_match
from services.registration.access import (
    EVERY_MUNICIPALITY,
    InitiativeReader,
    Secretariat,
    initiative_scope,
    sees_every_municipality,
)
from services.registration.initiatives.domain import InitiativeStatus
from services.registration.initiatives.programme import use_cases
from services.registration.initiatives.programme.domain import InitiativeRead
from services.registration.initiatives.programme.schemas import CloseInitiativeIn, InitiativeIn, InitiativeOut


def initiatives_router(db: Database, clock: Clock) -> APIRouter:
    """Initiatives: the secretariat decides about them, and those who are invited read them."""
    router = APIRouter(prefix="/v1/initiatives", tags=["initiatives"])

    @router.get("", summary="Initiatives", response_model=Page[InitiativeOut], responses=LISTED)
    async def initiatives(
        *,
        caller: InitiativeReader,
        lists: Lists,
        status: Annotated[InitiativeStatus | None, Query(description="Those of this status alone.")] = None,
        sort: Annotated[str, sortable("start", "title", "status", "pool")] = "start",
        page_size: PageSize = DEFAULT_PAGE_SIZE,
        page_token: PageToken = None,
    ) -> Page[InitiativeOut] | Response:
        """A municipality sees those to which it is invited."""
        order = Order.read(sort)
        after = lists.after(page_token, "initiatives", order)
        async with db.read(initiative_scope(caller)) as session:
            rows = await use_cases.list_initiatives(
                session, status=status, order=order, after=after, size=page_size + 1
            )
        return lists.answer(
            "initiatives",
            order,
            rows,
            page_size,
            model=InitiativeOut,
            item=lambda row: InitiativeOut.of(row, counted=sees_every_municipality(caller)),
            place=lambda row: Place(str(getattr(row, order.name)), str(row.initiative_id)),
        )

    @router.get("/{initiative_id}", summary="An initiative", responses={200: ETAG})
    async def initiative(initiative_id: UUID, caller: InitiativeReader, response: Response) -> InitiativeOut:
        async with db.read(initiative_scope(caller)) as session:
            found = await use_cases.get_initiative(session, initiative_id)
        return _shown(response, found, counted=sees_every_municipality(caller))

    _add_decisions(router, db, clock)
    return router


def _add_decisions(router: APIRouter, db: Database, clock: Clock) -> None:
    @router.post(
        "",
        status_code=status.HTTP_201_CREATED,
        summary="Create an initiative",
        responses={201: {"headers": {**LOCATED["headers"], **ETAG["headers"]}}},
    )
    async def create(body: InitiativeIn, caller: Secretariat, asked: MayRepeat, response: Response) -> InitiativeOut:
        now = clock()
        async with db.write(EVERY_MUNICIPALITY) as session:
            made = await once(
                session,
                Attempt.of(asked, caller, EVERY_MUNICIPALITY, now),
                create=lambda: use_cases.create_initiative(session, caller, body.content(), now),
                reference=lambda each: str(each.initiative_id),
                again=lambda each: use_cases.get_initiative(session, UUID(each)),
            )
        located(response, f"/v1/initiatives/{made.initiative_id}")
        return _shown(response, made)

    @router.put("/{initiative_id}", summary="Change an initiative", responses={200: ETAG})
    async def change(
        initiative_id: UUID, body: InitiativeIn, caller: Secretariat, response: Response, if_match: IfMatch = None
    ) -> InitiativeOut:
        """A changed pool is divided by the next allocation."""
        async with db.write(EVERY_MUNICIPALITY) as session:
            row, found = await use_cases.locked_initiative(session, initiative_id)
            require_match(InitiativeOut.model_validate(found), if_match, None)
            changed = await use_cases.change_initiative(session, caller, row, body.content(), clock())
        return _shown(response, changed)

    @router.post("/{initiative_id}/close", summary="Close an initiative", responses={200: ETAG})
    async def close(
        *,
        initiative_id: UUID,
        caller: Secretariat,
        asked: MayRepeat,
        response: Response,
        body: CloseInitiativeIn | None = None,
        if_match: IfMatch = None,
    ) -> InitiativeOut:
        """Its municipalities keep their answers and grants; nothing of it can be changed afterwards."""
        now = clock()
        async with db.write(EVERY_MUNICIPALITY) as session:

            async def closed() -> InitiativeRead:
                row, found = await use_cases.locked_initiative(session, initiative_id)
                require_match(InitiativeOut.model_validate(found), if_match, None)
                return await use_cases.close_initiative(session, caller, row, body.reason if body else None, now)

            made = await once(
                session,
                Attempt.of(asked, caller, EVERY_MUNICIPALITY, now),
                create=closed,
                reference=lambda each: str(each.initiative_id),
                again=lambda each: use_cases.get_initiative(session, UUID(each)),
            )
        return _shown(response, made)


def _shown(response: Response, found: InitiativeRead, *, counted: bool = True) -> InitiativeOut:
    shown = InitiativeOut.of(found, counted=counted)
    response.headers["ETag"] = etag_of(shown)
    return shown
