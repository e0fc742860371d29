"""HTTP for the rows of a file that were refused or wait: as lists, and the refused ones as a file to correct."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from fastapi.responses import StreamingResponse

from libs.shared.db.order import Order, Place
from libs.shared.db.scope import Scope
from libs.shared.imports import parked
from libs.shared.imports.handlers import Conceals
from libs.shared.imports.http import examples
from libs.shared.imports.http.api import ImportApi
from libs.shared.imports.http.differences import Load
from libs.shared.imports.http.kind_routes import Sender, as_list, as_text
from libs.shared.imports.http.parts import Across, InPart, across, one_of
from libs.shared.imports.http.views import ParkedView, RefusedView
from libs.shared.imports.receipts import refused
from libs.shared.imports.receipts.receipt import Receipt
from libs.shared.web.lists import Lists, sortable
from libs.shared.web.pages import DEFAULT_PAGE_SIZE, Page, PageSize, PageToken

_RowSort = Annotated[str, sortable("row")]


def add_rows(router: APIRouter, api: ImportApi, load: Load) -> None:
    """Add the routes of a receipt that show its rows."""
    _add_refused(router, api, load)
    _add_parked(router, api, load)


def _add_refused(router: APIRouter, api: ImportApi, load: Load) -> None:
    shown = next(iter(api.kinds))

    @router.get(
        "/{receipt_id}/refused",
        summary="Refused rows: number, column, code, reason and remedy",
        response_model=Page[RefusedView],
        responses=as_list(RefusedView, examples.refused_rows(shown)),
    )
    async def refused_rows(
        *,
        receipt_id: UUID,
        caller: Sender,
        lists: Lists,
        code: Annotated[
            str | None,
            Query(
                pattern=r"^[a-z0-9_.]{1,80}$", examples=["value.required"], description="Rows with this error alone."
            ),
        ] = None,
        sort: _RowSort = "row",
        page_size: PageSize = DEFAULT_PAGE_SIZE,
        page_token: PageToken = None,
    ) -> Response:
        """In the order of the file. As CSV it has no cell of the rows; `refused.csv` has them."""
        order = Order.read(sort)
        after = _after(lists.after(page_token, "refused", order))
        found = await load(caller, receipt_id)
        async with api.db.read(Scope.of(found.upload.municipality_code)) as session:

            async def read(part: Receipt, row: int | None, size: int) -> Sequence[refused.StoredRefusal]:
                kind = api.kinds.kind(part.upload.kind)
                return await refused.page(
                    session, part.id, kind, code=code, descending=order.descending, after=row, size=size
                )

            rows = await across(found, Across(after, order.descending), page_size + 1, read)

        def content() -> Response:
            answer = lists.answer(
                "refused", order, rows, page_size, model=RefusedView, item=RefusedView.of_part, place=_place
            )
            if isinstance(answer, Response):
                return answer
            return Response(answer.model_dump_json(), media_type="application/json")

        # In a thread, because the length of a row's errors depends on what was sent.
        return await asyncio.to_thread(content)

    @router.get(
        "/{receipt_id}/refused.csv",
        summary="Refused rows as a file, to be corrected and sent back alone",
        response_class=StreamingResponse,
        responses=as_text("text/csv", examples.refused_csv(shown)),
    )
    async def refused_csv(receipt_id: UUID, caller: Sender) -> StreamingResponse:
        found = one_of(await load(caller, receipt_id), lambda part: part.refused > 0)

        async def lines() -> AsyncIterator[bytes]:
            kind, handler = api.kinds.bound(found.upload.kind)
            conceals = handler if isinstance(handler, Conceals) else None
            async for line in refused.as_csv(api.db, found, kind, api.vault, conceals):
                yield line.encode()

        headers = {
            "Content-Disposition": f'attachment; filename="refused-{found.upload.kind}-{found.id}.csv"',
            "Cache-Control": "no-store",
        }
        return StreamingResponse(lines(), media_type="text/csv; charset=utf-8", headers=headers)


def _add_parked(router: APIRouter, api: ImportApi, load: Load) -> None:
    @router.get(
        "/{receipt_id}/parked",
        summary="Rows that wait, and for what",
        response_model=Page[ParkedView],
        responses=as_list(ParkedView, examples.PARKED_ROWS),
    )
    async def parked_rows(
        *,
        receipt_id: UUID,
        caller: Sender,
        lists: Lists,
        reason: Annotated[
            str | None,
            Query(
                pattern="^[a-z0-9_]{1,80}$",
                examples=["unknown_pupil"],
                description="Rows that wait for this reason alone.",
            ),
        ] = None,
        sort: _RowSort = "row",
        page_size: PageSize = DEFAULT_PAGE_SIZE,
        page_token: PageToken = None,
    ) -> Page[ParkedView] | Response:
        """In the order of the file."""
        order = Order.read(sort)
        after = _after(lists.after(page_token, "parked", order))
        found = await load(caller, receipt_id)
        async with api.db.read(Scope.of(found.upload.municipality_code)) as session:

            async def read(part: Receipt, row: int | None, size: int) -> Sequence[parked.WaitingRow]:
                return await parked.page(
                    session, part.id, reason=reason, descending=order.descending, after=row, size=size
                )

            rows = await across(found, Across(after, order.descending), page_size + 1, read)
        return lists.answer("parked", order, rows, page_size, model=ParkedView, item=ParkedView.of_part, place=_place)


def _place(row: InPart[refused.StoredRefusal] | InPart[parked.WaitingRow]) -> Place:
    return Place(str(row.at), str(row.of.row))


def _after(place: Place | None) -> tuple[int, int] | None:
    return None if place is None else (int(place.value), int(place.unique))
