"""``/v1/deliveries``."""

import mimetypes
from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import APIRouter, Depends, Path, status
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from libs.shared.auth.principal import Principal, Role
from libs.shared.base.clock import Clock
from libs.shared.db.database import Database
from libs.shared.db.scope import Access, Scope
from libs.shared.idempotency.attempts import Attempt
from libs.shared.idempotency.once import once
from libs.shared.rules.wording import Text
from libs.shared.web.access import require
from libs.shared.web.idempotency import LOCATED, MayRepeat, located
from libs.shared.web.pages import DEFAULT_PAGE_SIZE, Page, Pages, PageSize, PageToken, Turning
from services.evaluation_export.orders.domain import DeliveryState, Product, Status
from services.evaluation_export.orders.use_cases import (
    failure_of,
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

_SHA256 = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03"
_ORDER: dict[str, Any] = {"product": "aggregate", "school_year": "2022/2023"}
_DELIVERY: dict[str, Any] = {
    "id": "0b0f5d8c-6e0c-4b0e-9c39-0b3f0f6f2d11",
    **_ORDER,
    "status": "ready",
    "failure": None,
    "requested_at": "2023-08-01T08:00:00Z",
    "finished_at": "2023-08-01T08:00:05Z",
    "bundle_sha256": _SHA256,
    "files": [{"name": "data/absence.csv", "bytes": 4711, "sha256": _SHA256}],
}


class OrderIn(BaseModel):
    """What is ordered / det, der bestilles."""

    model_config = ConfigDict(title="DeliveryOrder", extra="forbid", json_schema_extra={"examples": [_ORDER]})

    product: str = Field(max_length=50, description="`aggregate`: anonymous tables.")
    school_year: str = Field(max_length=20, description="Two years in a row, such as 2022/2023.")


class FileOut(BaseModel):
    """A file of a bundle / en fil i en leverance."""

    model_config = ConfigDict(title="DeliveryFile", from_attributes=True)

    name: str
    bytes: int
    sha256: str


class FailureOut(BaseModel):
    """Why there is no bundle / hvorfor der ingen leverance er."""

    model_config = ConfigDict(title="DeliveryFailure")

    code: str
    messages: Text


class DeliveryOut(BaseModel):
    """A delivery and how far it is / en leverance og dens tilstand."""

    model_config = ConfigDict(title="Delivery", json_schema_extra={"examples": [_DELIVERY]})

    id: UUID
    product: Product
    school_year: str
    status: Status = Field(description="`requested` until it is built, then `ready` or `failed`.")
    failure: FailureOut | None
    requested_at: datetime
    finished_at: datetime | None
    bundle_sha256: str | None = Field(description="SHA-256 of the bundle, hex; null until it is ready.")
    files: list[FileOut]

    @classmethod
    def of(cls, state: DeliveryState) -> Self:
        """The answer for a delivery."""
        failure = None
        if state.status is Status.FAILED:
            why = failure_of(state)
            failure = FailureOut(code=why.code, messages=Text(**why.messages))
        return cls(
            id=state.id,
            product=state.product,
            school_year=state.school_year,
            status=state.status,
            failure=failure,
            requested_at=state.requested_at,
            finished_at=state.finished_at,
            bundle_sha256=state.bundle_sha256,
            files=[FileOut.model_validate(file) for file in state.files],
        )


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
