"""``/v1/deliveries``."""

import mimetypes
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, status
from starlette.responses import Response

from libs.shared.auth.principal import Principal, Role
from libs.shared.base.clock import Clock
from libs.shared.db.database import Database
from libs.shared.db.scope import Access, Scope
from libs.shared.idempotency.attempts import Attempt
from libs.shared.idempotency.once import once
from libs.shared.web.access import require
from libs.shared.web.idempotency import LOCATED, MayRepeat, located
from libs.shared.web.pages import DEFAULT_PAGE_SIZE, Page, Pages, PageSize, PageToken, Turning
from services.evaluation_export.orders.schemas import DeliveryOut, OrderIn
from services.evaluation_export.orders.use_cases import (
    get_bundle,
    get_delivery,
    get_file,
    list_deliveries,
    order_delivery,
)

LIST = "deliveries"
EVALUATOR = Scope(access=Access.EVALUATOR)
Evaluator = Annotated[Principal, Depends(require(Role.EVALUATOR))]
DeliveryId = Annotated[UUID, Path(description="From the order's answer.")]


def deliveries_router(db: Database, clock: Clock) -> APIRouter:
    """Order, look, fetch; for the evaluator alone."""
    router = APIRouter(prefix="/v1/deliveries", tags=["deliveries"])

    @router.post(
        "",
        summary="Order a delivery / Bestil en leverance",
        status_code=status.HTTP_202_ACCEPTED,
        responses={202: LOCATED},
    )
    async def order(given: OrderIn, caller: Evaluator, asked: MayRepeat, response: Response) -> DeliveryOut:
        """The bundle is built in the background; ask for the delivery until its status is `ready` or `failed`."""
        async with db.write(EVALUATOR) as session:
            state = await once(
                session,
                Attempt.of(asked, caller, EVALUATOR, clock()),
                create=lambda: order_delivery(session, product=given.product, school_year=given.school_year),
                reference=lambda ordered: str(ordered.id),
                again=lambda delivery_id: get_delivery(session, UUID(delivery_id)),
            )
        located(response, f"/v1/deliveries/{state.id}")
        return DeliveryOut.of(state)

    @router.get("", summary="Deliveries / Leverancer")
    async def listed(
        _: Evaluator, pages: Pages, page_size: PageSize = DEFAULT_PAGE_SIZE, page_token: PageToken = None
    ) -> Page[DeliveryOut]:
        """All deliveries, the newest first."""
        before = _before(pages, page_token)
        async with db.read(EVALUATOR) as session:
            found = await list_deliveries(session, before, page_size + 1)
        shown = found[:page_size]
        more = len(found) > page_size
        token = pages.write(LIST, (shown[-1].requested_at.isoformat(), str(shown[-1].id))) if more else None
        return Page(items=[DeliveryOut.of(each) for each in shown], next_page_token=token)

    @router.get("/{delivery_id}", summary="One delivery / En leverance")
    async def one(delivery_id: DeliveryId, _: Evaluator) -> DeliveryOut:
        """How far it is, and the checksums when it is ready."""
        async with db.read(EVALUATOR) as session:
            return DeliveryOut.of(await get_delivery(session, delivery_id))

    @router.get(
        "/{delivery_id}/bundle",
        summary="The bundle as a zip / Leverancen som zip",
        response_class=Response,
        responses=_binary("application/zip", "The frozen bundle."),
    )
    async def bundle(delivery_id: DeliveryId, _: Evaluator) -> Response:
        """The same bytes every time; 409 while it is being built or if it failed."""
        async with db.read(EVALUATOR) as session:
            state, content = await get_bundle(session, delivery_id)
        name = f"skoleloeft-{state.product}-{state.school_year.replace('/', '-')}.zip"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "ETag": f'"{state.bundle_sha256}"'}
        return Response(content, media_type="application/zip", headers=headers)

    @router.get(
        "/{delivery_id}/files/{name:path}",
        summary="One file of the bundle / En fil i leverancen",
        response_class=Response,
        responses=_binary("application/octet-stream", "The file as it stands in the bundle."),
    )
    async def file(
        delivery_id: DeliveryId,
        name: Annotated[str, Path(max_length=200, description="As in `files`.", examples=["data/absence.csv"])],
        _: Evaluator,
    ) -> Response:
        """A file alone, for who needs no more."""
        async with db.read(EVALUATOR) as session:
            content = await get_file(session, delivery_id, name)
        kind = "text/markdown" if name.endswith(".md") else mimetypes.guess_type(name)[0]
        return Response(content, media_type=kind or "application/octet-stream")

    return router


def _binary(media_type: str, description: str) -> dict[int | str, dict[str, Any]]:
    content = {media_type: {"schema": {"type": "string", "format": "binary"}}}
    return {200: {"description": description, "content": content}}


def _before(pages: Turning, token: str | None) -> tuple[datetime, UUID] | None:
    key = pages.read(token, LIST, (str, str))
    if key is None:
        return None
    return datetime.fromisoformat(str(key[0])), UUID(str(key[1]))
