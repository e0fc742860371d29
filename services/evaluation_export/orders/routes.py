"""``/v1/deliveries``."""

import mimetypes
from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query
from starlette.responses import Response, StreamingResponse

from libs.shared.base.clock import Clock
from libs.shared.db.database import Database
from libs.shared.db.order import Order, Place
from libs.shared.idempotency.attempts import Attempt
from libs.shared.idempotency.once import once
from libs.shared.web.idempotency import LOCATED, MayRepeat, located
from libs.shared.web.lists import LISTED, Lists, sortable
from libs.shared.web.pages import DEFAULT_PAGE_SIZE, Page, PageSize, PageToken
from services.evaluation_export.access import EVALUATOR, Orderer
from services.evaluation_export.bundle.use_cases import read_bundle
from services.evaluation_export.orders.domain import Chosen, DeliveryState, Status
from services.evaluation_export.orders.schemas import DeliveryOut, OrderIn, Product
from services.evaluation_export.orders.use_cases import (
    finished_delivery,
    finished_file,
    get_delivery,
    list_deliveries,
    order_delivery,
)
from services.evaluation_export.products.parameters import file_name

LIST = "deliveries"
_Sort = Annotated[str, sortable("requested_at", "product", "status")]
DeliveryId = Annotated[UUID, Path(description="From the order's answer.")]


def deliveries_router(db: Database, clock: Clock) -> APIRouter:
    """The routes that order a delivery, show its state and return its files."""
    router = APIRouter(prefix="/v1/deliveries", tags=["deliveries"])

    @router.post(
        "",
        summary="Order a delivery / Bestil en leverance",
        status_code=202,
        responses={202: LOCATED},
    )
    async def order(given: OrderIn, caller: Orderer, asked: MayRepeat, response: Response) -> DeliveryOut:
        """The bundle is built in the background; ask for the delivery until its status is `ready` or `failed`."""
        async with db.write(EVALUATOR) as session:
            state = await once(
                session,
                Attempt.of(asked, caller, EVALUATOR, clock()),
                create=lambda: order_delivery(session, caller, product=given.product, given=given.parameters),
                reference=lambda ordered: str(ordered.id),
                again=lambda delivery_id: get_delivery(session, caller, UUID(delivery_id)),
            )
        located(response, f"/v1/deliveries/{state.id}")
        return DeliveryOut.of(state)

    @router.get("", summary="Deliveries / Leverancer", response_model=Page[DeliveryOut], responses=LISTED)
    async def listed(
        *,
        caller: Orderer,
        lists: Lists,
        product: Annotated[Product | None, Query(description="Those of this product alone.")] = None,
        status: Annotated[Status | None, Query(description="Those with this status alone.")] = None,
        sort: _Sort = "-requested_at",
        page_size: PageSize = DEFAULT_PAGE_SIZE,
        page_token: PageToken = None,
    ) -> Page[DeliveryOut] | Response:
        """All deliveries, the newest first unless asked otherwise."""
        order = Order.read(sort)
        after = lists.after(page_token, LIST, order)
        async with db.read(EVALUATOR) as session:
            found = await list_deliveries(
                session, caller, Chosen(product, status), order=order, after=after, size=page_size + 1
            )
        return lists.answer(
            LIST,
            order,
            found,
            page_size,
            model=DeliveryOut,
            item=DeliveryOut.of,
            place=lambda each: Place(_value(each, order), str(each.id)),
        )

    @router.get("/{delivery_id}", summary="One delivery / En leverance")
    async def one(delivery_id: DeliveryId, caller: Orderer) -> DeliveryOut:
        """How far it is, and the checksums when it is ready."""
        async with db.read(EVALUATOR) as session:
            return DeliveryOut.of(await get_delivery(session, caller, delivery_id))

    @router.get(
        "/{delivery_id}/bundle",
        summary="The bundle as a zip / Leverancen som zip",
        response_class=Response,
        responses=_binary("application/zip", "The frozen bundle."),
    )
    async def bundle(delivery_id: DeliveryId, caller: Orderer) -> Response:
        """The same bytes every time; 409 while it is being built or if it failed."""
        async with db.read(EVALUATOR) as session:
            state = await finished_delivery(session, caller, delivery_id)
        name = file_name(state.product, state.parameters)
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "ETag": f'"{state.bundle_sha256}"'}
        return _streamed(delivery_id, 0, state.bundle_bytes or 0, "application/zip", headers)

    @router.get(
        "/{delivery_id}/files/{name:path}",
        summary="One file of the bundle / En fil i leverancen",
        response_class=Response,
        responses=_binary("application/octet-stream", "The file as it stands in the bundle."),
    )
    async def file(
        delivery_id: DeliveryId,
        name: Annotated[str, Path(max_length=200, description="As in `files`.", examples=["data/absence.csv"])],
        caller: Orderer,
    ) -> Response:
        """A file alone, for who needs no more."""
        async with db.read(EVALUATOR) as session:
            found = await finished_file(session, caller, delivery_id, name)
        media_type = "text/markdown" if name.endswith(".md") else mimetypes.guess_type(name)[0]
        return _streamed(delivery_id, found.offset, found.bytes, media_type or "application/octet-stream")

    def _streamed(
        delivery_id: UUID, start: int, length: int, media_type: str, headers: Mapping[str, str] | None = None
    ) -> StreamingResponse:
        content = read_bundle(db, EVALUATOR, delivery_id, start, length)
        sized = {"Content-Length": str(length), **(headers or {})}
        return StreamingResponse(content, media_type=media_type, headers=sized)

    return router


def _binary(media_type: str, description: str) -> dict[int | str, dict[str, Any]]:
    content = {media_type: {"schema": {"type": "string", "format": "binary"}}}
    return {200: {"description": description, "content": content}}


def _value(each: DeliveryState, order: Order) -> str:
    values = {"requested_at": each.requested_at.isoformat(), "product": each.product, "status": each.status}
    return values[order.name]
