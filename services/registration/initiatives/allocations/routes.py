"""``/v1/initiatives/{initiative_id}/allocations``."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response, status

from libs.shared.base.clock import Clock
from libs.shared.db.database import Database
from libs.shared.db.order import Order, Place
from libs.shared.events.outbox import Outbox
from libs.shared.idempotency.attempts import Attempt
from libs.shared.idempotency.once import once
from libs.shared.web.idempotency import LOCATED, MayRepeat, located
from libs.shared.web.lists import LISTED, Lists, sortable
from libs.shared.web.pages import DEFAULT_PAGE_SIZE, Page, PageSize, PageToken
from libs.shared.web.preconditions import IfMatch, require_match
from services.registration.access import EVERY_MUNICIPALITY, InitiativeReader, Secretariat, initiative_scope
from services.registration.initiatives.allocations import use_cases
from services.registration.initiatives.allocations.domain import Basis
from services.registration.initiatives.allocations.schemas import AllocateIn, AllocationOut, PartOut
from services.registration.initiatives.programme import use_cases as programme
from services.registration.initiatives.programme.schemas import InitiativeOut

_Number = Annotated[int, Path(ge=1, le=100_000, description="The allocation's number.", examples=[1])]


def allocations_router(db: Database, outbox: Outbox, clock: Clock) -> APIRouter:
    """Divisions of the pool."""
    router = APIRouter(prefix="/v1/initiatives", tags=["initiatives"])

    @router.post(
        "/{initiative_id}/allocations",
        status_code=status.HTTP_201_CREATED,
        summary="Divide the pool among the municipalities that accepted",
        responses={201: LOCATED},
    )
    async def allocate(
        *,
        initiative_id: UUID,
        caller: Secretariat,
        asked: MayRepeat,
        response: Response,
        body: AllocateIn | None = None,
        if_match: IfMatch = None,
    ) -> AllocationOut:
        """The condition is the initiative's `ETag`. An earlier allocation stays as it was made, and no released grant
        gets smaller.
        """
        now, given = clock(), body or AllocateIn()
        async with db.write(EVERY_MUNICIPALITY) as session:

            async def made() -> Any:
                row, found = await programme.locked_initiative(session, initiative_id)
                require_match(InitiativeOut.model_validate(found), if_match, None)
                return await use_cases.allocate(session, outbox, caller, row, **given.model_dump(), now=now)

            allocation = await once(
                session,
                Attempt.of(asked, caller, EVERY_MUNICIPALITY, now),
                create=made,
                reference=lambda each: str(each.number),
                again=lambda number: use_cases.get_allocation(session, initiative_id, int(number)),
            )
            shown = AllocationOut.model_validate(allocation)
        located(response, f"/v1/initiatives/{initiative_id}/allocations/{shown.number}")
        return shown

    _add_reading(router, db)
    return router


def _add_reading(router: APIRouter, db: Database) -> None:
    @router.get(
        "/{initiative_id}/allocations",
        summary="The divisions of the pool",
        response_model=Page[AllocationOut],
        responses=LISTED,
    )
    async def allocations(
        *,
        initiative_id: UUID,
        caller: InitiativeReader,
        lists: Lists,
        sort: Annotated[str, sortable("number")] = "-number",
        page_size: PageSize = DEFAULT_PAGE_SIZE,
        page_token: PageToken = None,
    ) -> Page[AllocationOut] | Response:
        order = Order.read(sort)
        after = lists.after(page_token, "allocations", order)
        async with db.read(initiative_scope(caller)) as session:
            rows = await use_cases.list_allocations(
                session, initiative_id, order=order, after=after, size=page_size + 1
            )
        return lists.answer(
            "allocations",
            order,
            rows,
            page_size,
            model=AllocationOut,
            item=lambda row: AllocationOut.model_validate(dict(row)),
            place=lambda row: Place(str(row["number"]), str(row["number"])),
        )

    @router.get("/{initiative_id}/allocations/{number}", summary="A division of the pool")
    async def allocation(initiative_id: UUID, number: _Number, caller: InitiativeReader) -> AllocationOut:
        async with db.read(initiative_scope(caller)) as session:
            return AllocationOut.model_validate(await use_cases.get_allocation(session, initiative_id, number))

    @router.get(
        "/{initiative_id}/allocations/{number}/parts",
        summary="The parts of a division, with their calculation and what they were before",
        response_model=Page[PartOut],
        responses=LISTED,
    )
    async def parts(
        *,
        initiative_id: UUID,
        number: _Number,
        caller: InitiativeReader,
        lists: Lists,
        basis: Annotated[Basis | None, Query(description="Those of this basis alone.")] = None,
        sort: Annotated[
            str, sortable("municipality_code", "share_percent", "amount", "remainder_order", "difference")
        ] = "municipality_code",
        page_size: PageSize = DEFAULT_PAGE_SIZE,
        page_token: PageToken = None,
    ) -> Page[PartOut] | Response:
        """A municipality sees its own."""
        order = Order.read(sort)
        after = lists.after(page_token, "parts", order)
        async with db.read(initiative_scope(caller)) as session:
            rows = await use_cases.list_parts(
                session, initiative_id, number, basis=basis, order=order, after=after, size=page_size + 1
            )
        return lists.answer(
            "parts",
            order,
            rows,
            page_size,
            model=PartOut,
            item=lambda row: PartOut.model_validate(dict(row)),
            place=lambda row: _place(row, order),
        )


def _place(row: Mapping[Any, Any], order: Order) -> Place:
    return Place(str(row[order.name] or 0), row["municipality_code"])
