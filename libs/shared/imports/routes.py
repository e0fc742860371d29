"""HTTP for imports: one router, the same in every service that takes files."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi.responses import StreamingResponse

from libs.shared.auth.principal import Principal, Role
from libs.shared.base.clock import utc_now
from libs.shared.base.errors import NotFound
from libs.shared.db.scope import Scope
from libs.shared.idempotency.attempts import KEY_FORM
from libs.shared.imports import refused, waiting
from libs.shared.imports.access import (
    kind_of,
    kinds_of,
    own_receipt,
    reader_scope,
    require_admitted,
    require_sender,
    sender_scope,
)
from libs.shared.imports.api import (
    ImportApi,
    position_of,
    read_content_encoding,
    read_content_type,
    read_prefer,
    wait_until_final,
)
from libs.shared.imports.cancelling import cancel
from libs.shared.imports.guide import guide
from libs.shared.imports.kinds import Kind
from libs.shared.imports.problems import KindUnknown
from libs.shared.imports.receipts import Atomic, Mode, Receipt, Upload
from libs.shared.imports.views import (
    KINDS_EXAMPLE,
    PARKED_EXAMPLE,
    RECEIPT_EXAMPLE,
    REFUSED_EXAMPLE,
    KindView,
    ParkedView,
    ReceiptView,
    RefusedView,
)
from libs.shared.privacy.identifiers import IdentifierKind
from libs.shared.web.access import require
from libs.shared.web.pages import DEFAULT_PAGE_SIZE, Page, Pages, PageSize, PageToken

_Caller = Annotated[Principal, Depends(require(Role.MUNICIPALITY_INTEGRATION, Role.SECRETARIAT))]
_Load = Callable[[Principal, UUID], Awaitable[Receipt]]

_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "The file: CSV with a header, or NDJSON. `Content-Encoding: gzip` is accepted.",
        "content": {
            "text/csv": {
                "schema": {"type": "string"},
                "example": "pupil;date;category;days\r\n6101120008;2022-09-30;illness;0,5\r\n",
            },
            "application/x-ndjson": {
                "schema": {"type": "string"},
                "example": '{"pupil":"6101120008","date":"2022-09-30","category":"illness","days":0.5}\n',
            },
        },
    }
}


class _Csv(Response):
    media_type = "text/csv"


class _Markdown(Response):
    media_type = "text/markdown"


def _text(media: str, example: str) -> dict[int | str, dict[str, Any]]:
    content = {media: {"schema": {"type": "string"}, "example": example}}
    return {200: {"description": "The document.", "content": content}}


def _json(example: Any) -> dict[int | str, dict[str, Any]]:
    return {200: {"content": {"application/json": {"example": example}}}}


def _kind(api: ImportApi, caller: Principal, name: str) -> Kind:
    """A kind named in the path; an unknown one is a missing page."""
    try:
        return kind_of(api.kinds, caller, name)
    except KindUnknown:
        raise NotFound from None


def import_router(api: ImportApi) -> APIRouter:
    """The routes under ``/v1/imports``, for whoever sends the kind: municipality_integration with the municipality in
    its claims, or the secretariat for the country.
    """
    router = APIRouter(prefix="/v1/imports", tags=["imports"])

    async def load(caller: Principal, receipt_id: UUID) -> Receipt:
        async with api.db.read(reader_scope(caller)) as session:
            return await own_receipt(session, api.kinds, caller, receipt_id)

    _add_kinds(router, api)
    _add_upload(router, api)
    _add_lists(router, api, load)
    return router


def _add_kinds(router: APIRouter, api: ImportApi) -> None:
    @router.get("/kinds", summary="The kinds of file this service takes", responses=_json(KINDS_EXAMPLE))
    async def kinds(caller: _Caller) -> list[KindView]:
        return [KindView.of(kind) for kind in kinds_of(api.kinds, caller)]

    @router.get(
        "/kinds/{kind}/template.csv",
        summary="The empty file: its header line",
        response_class=_Csv,
        responses=_text("text/csv", "pupil;date;category;days\r\n"),
    )
    async def template(kind: str, caller: _Caller) -> Response:
        found = _kind(api, caller, kind)
        disposition = {"Content-Disposition": f'attachment; filename="{found.name}.csv"'}
        return _Csv(found.template(), headers=disposition)

    @router.get(
        "/kinds/{kind}/guide",
        summary="How the file is written, in Danish or English",
        response_class=_Markdown,
        responses=_text("text/markdown", "# Fravær (`absence`)\n"),
    )
    async def kind_guide(
        kind: str, caller: _Caller, language: Annotated[str, Query(pattern="^(da|en)$", examples=["da"])] = "da"
    ) -> Response:
        return _Markdown(guide(_kind(api, caller, kind), language))


def _add_upload(router: APIRouter, api: ImportApi) -> None:
    @router.post(
        "",
        summary="Send a file",
        status_code=202,
        response_model=ReceiptView,
        responses={
            200: {
                "model": ReceiptView,
                "description": "The final receipt.",
                "content": {"application/json": {"example": RECEIPT_EXAMPLE}},
            },
            202: {"description": "Received; its address is in `Location`."},
            403: {"description": "The municipality has not accepted to take part."},
            409: {
                "description": "The key belongs to another file, a later request goes on with this one, or the service "
                "has not been told yet that the municipality takes part, or has not reached the position in `after` "
                "(`Retry-After`)."
            },
        },
        openapi_extra=_BODY,
    )
    async def upload(
        *,
        request: Request,
        response: Response,
        caller: _Caller,
        kind: Annotated[str, Query(max_length=60, examples=["absence"])],
        municipality: Annotated[
            str,
            Query(pattern=r"^[0-9]{3}$", examples=["101"], description="The secretariat writes 000: the country."),
        ],
        idempotency_key: Annotated[
            str,
            Header(pattern=KEY_FORM, examples=["absence-101001-2022-09"], description="One per file."),
        ],
        mode: Annotated[Mode, Query(description="`validate` checks everything and writes nothing.")] = Mode.COMMIT,
        atomic: Annotated[Atomic, Query(description="`file` takes all rows or none.")] = Atomic.ROW,
        identifier: Annotated[
            IdentifierKind, Query(description="What the pupil column holds.")
        ] = IdentifierKind.CPR_NUMBER,
        content_type: Annotated[str | None, Header(include_in_schema=False)] = None,
        content_encoding: Annotated[str | None, Header(examples=["gzip"])] = None,
        after: Annotated[
            str | None,
            Query(
                description="The `position` of another service's receipt: the file is taken when this service has "
                "taken in all up to it. Rows about known pupils that do not fit then are refused and do not wait."
            ),
        ] = None,
        prefer: Annotated[str | None, Header(examples=["wait=30"])] = None,
    ) -> ReceiptView:
        require_sender(caller, api.kinds, municipality)
        found = kind_of(api.kinds, caller, kind)
        institutions = sender_scope(caller, found, municipality)
        async with api.db.read(Scope.of(municipality)) as session:
            await require_admitted(api.admission, session, found, municipality)
        media, charset = read_content_type(content_type)
        given = Upload(
            found.name,
            municipality,
            mode,
            atomic,
            identifier,
            media,
            charset,
            idempotency_key,
            caller.subject,
            institutions,
            after,
        )
        gzip = read_content_encoding(content_encoding)
        if after is not None:
            await api.reaching.reach(after)
        receipt = await api.receiver.receive(given, found, request.stream(), gzip=gzip)
        seconds = read_prefer(prefer)
        if seconds:
            receipt = await wait_until_final(api.db, receipt, seconds)
            response.headers["Preference-Applied"] = f"wait={seconds}"
        response.status_code = 200 if receipt.final else 202
        response.headers["Location"] = f"/v1/imports/{receipt.id}"
        return ReceiptView.of(receipt, await position_of(api.db, receipt))


def _add_lists(router: APIRouter, api: ImportApi, load: _Load) -> None:
    @router.get("/{receipt_id}", summary="A receipt", responses=_json(RECEIPT_EXAMPLE))
    async def receipt(receipt_id: UUID, caller: _Caller) -> ReceiptView:
        found = await load(caller, receipt_id)
        return ReceiptView.of(found, await position_of(api.db, found))

    @router.post("/{receipt_id}/cancel", summary="End a file: what is written stays", responses=_json(RECEIPT_EXAMPLE))
    async def cancelled(receipt_id: UUID, caller: _Caller) -> ReceiptView:
        found = await load(caller, receipt_id)
        ended = await cancel(api.db, Scope.of(found.upload.municipality_code), found.id, utc_now)
        return ReceiptView.of(ended, await position_of(api.db, ended))

    @router.get(
        "/{receipt_id}/refused",
        summary="Refused rows: number, column, code, reason and remedy",
        responses=_json(REFUSED_EXAMPLE),
    )
    async def refused_rows(
        receipt_id: UUID,
        caller: _Caller,
        pages: Pages,
        page_size: PageSize = DEFAULT_PAGE_SIZE,
        page_token: PageToken = None,
    ) -> Page[RefusedView]:
        after = _after(pages.read(page_token, "refused", [int]))
        found = await load(caller, receipt_id)
        async with api.db.read(Scope.of(found.upload.municipality_code)) as session:
            kind = api.kinds.kind(found.upload.kind)
            rows = await refused.page(session, found.id, kind, after=after, size=page_size + 1)
        shown = [RefusedView.of(row) for row in rows[:page_size]]
        more = len(rows) > page_size
        return Page(items=shown, next_page_token=pages.write("refused", [shown[-1].row]) if more else None)

    @router.get(
        "/{receipt_id}/refused.csv",
        summary="Refused rows as a file, to be corrected and sent back alone",
        response_class=StreamingResponse,
        responses=_text("text/csv", refused.CSV_EXAMPLE),
    )
    async def refused_csv(receipt_id: UUID, caller: _Caller) -> StreamingResponse:
        found = await load(caller, receipt_id)

        async def lines() -> AsyncIterator[bytes]:
            async for line in refused.as_csv(api.db, found, api.kinds.kind(found.upload.kind), api.vault):
                yield line.encode()

        headers = {
            "Content-Disposition": f'attachment; filename="refused-{found.upload.kind}-{found.id}.csv"',
            "Cache-Control": "no-store",
        }
        return StreamingResponse(lines(), media_type="text/csv; charset=utf-8", headers=headers)

    @router.get("/{receipt_id}/parked", summary="Rows that wait, and for what", responses=_json(PARKED_EXAMPLE))
    async def parked_rows(
        receipt_id: UUID,
        caller: _Caller,
        pages: Pages,
        page_size: PageSize = DEFAULT_PAGE_SIZE,
        page_token: PageToken = None,
    ) -> Page[ParkedView]:
        after = _after(pages.read(page_token, "parked", [int]))
        found = await load(caller, receipt_id)
        async with api.db.read(Scope.of(found.upload.municipality_code)) as session:
            rows = await waiting.page(session, found.id, after=after, size=page_size + 1)
        shown = [ParkedView.of(row) for row in rows[:page_size]]
        more = len(rows) > page_size
        return Page(items=shown, next_page_token=pages.write("parked", [shown[-1].row]) if more else None)


def _after(key: tuple[str | int, ...] | None) -> int:
    return int(key[0]) if key else 0
