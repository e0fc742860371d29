"""HTTP for imports: one router, the same in every service that takes files."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Query, Request, Response

from libs.shared.auth.principal import Principal
from libs.shared.base.clock import utc_now
from libs.shared.db.scope import Scope
from libs.shared.files.formats import Format
from libs.shared.files.parse import MARKED
from libs.shared.files.snapshot import Snapshot
from libs.shared.idempotency.attempts import KEY_FORM
from libs.shared.imports.http import examples
from libs.shared.imports.http.access import (
    kind_of,
    kinds_of,
    own_receipt,
    reader_scope,
    require_admitted,
    require_sender,
    sender_scope,
)
from libs.shared.imports.http.api import (
    ImportApi,
    position_of,
    read_body,
    read_content_encoding,
    read_content_type,
    read_prefer,
    require_media,
)
from libs.shared.imports.http.differences import Load
from libs.shared.imports.http.kind_routes import Sender, add_kinds, as_json
from libs.shared.imports.http.receipt_list import Municipality, add_list
from libs.shared.imports.http.row_lists import add_rows
from libs.shared.imports.http.snapshots import SnapshotQuery, add_snapshots
from libs.shared.imports.http.views import (
    ReceiptView,
)
from libs.shared.imports.receipts.receipt import Atomic, Mode, Receipt, Upload
from libs.shared.imports.worker.cancelling import cancel
from libs.shared.privacy.identifiers import IdentifierKind


def import_router(api: ImportApi) -> APIRouter:
    """The routes under ``/v1/imports``, for the senders of each kind: a system of the municipality, or the secretariat
    for the whole country.
    """
    router = APIRouter(prefix="/v1/imports", tags=["imports"])

    async def load(caller: Principal, receipt_id: UUID) -> Receipt:
        async with api.db.read(reader_scope(caller)) as session:
            return await own_receipt(session, api.kinds, caller, receipt_id)

    add_kinds(router, api.kinds)
    _add_upload(router, api)
    add_list(router, api)
    _add_receipt(router, api, load)
    add_rows(router, api, load)
    add_snapshots(router, api, load, examples.receipt(next(iter(api.kinds))))
    return router


def _add_upload(router: APIRouter, api: ImportApi) -> None:
    shown = next(iter(api.kinds))

    @router.post(
        "",
        summary="Send a file",
        status_code=202,
        response_model=ReceiptView,
        responses={
            200: {
                "model": ReceiptView,
                "description": "The final receipt.",
                "content": {"application/json": {"example": examples.receipt(shown)}},
            },
            202: {"description": "Received; its address is in `Location`."},
            403: {"description": "The municipality has not accepted to take part."},
            409: {
                "description": "The key belongs to another file, a later request goes on with this one, or the service "
                "has not been told yet that the municipality takes part, or has not reached the position in `after` "
                "(`Retry-After`)."
            },
            413: {"description": "The body or what it unpacks to is over the limit; nothing of it is kept."},
            429: {
                "description": "Too many requests, too many files at once, or too much of the municipality waits "
                "already; `Retry-After` says when to send again."
            },
            503: {"description": "No room for another file right now (`Retry-After`)."},
        },
        openapi_extra=examples.body(api.kinds, api.kinds.formats.values()),
    )
    async def upload(
        *,
        request: Request,
        response: Response,
        caller: Sender,
        kind: Annotated[str, Query(max_length=60, examples=[*(kind.name for kind in api.kinds), *api.kinds.formats])],
        municipality: Municipality,
        idempotency_key: Annotated[
            str,
            Header(pattern=KEY_FORM, examples=[f"{shown.name}-101001-2022-09"], description="One per file."),
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
        snapshot: SnapshotQuery,
        prefer: Annotated[str | None, Header(examples=["wait=30"])] = None,
    ) -> ReceiptView:
        require_sender(caller, api.kinds, municipality)
        found = kind_of(api.kinds, caller, kind)
        institutions = sender_scope(caller, found, municipality)
        async with api.db.read(Scope.of(municipality)) as session:
            await require_admitted(api.admission, session, found, municipality)
        complete: Snapshot | None = None
        if isinstance(found, Format):
            require_media(content_type, found)
            snapshot.require_none(found, atomic)
            media, charset = MARKED, "utf-8"
        else:
            media, charset = read_content_type(content_type)
            complete = snapshot.of(found, kinds_of(api.kinds, caller), atomic, institutions)
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
            complete,
        )
        gzip = read_content_encoding(content_encoding)
        if after is not None:
            await api.reaching.reach(after)
        if isinstance(found, Format):
            receipt = await api.receiver.receive_parts(given, found, read_body(request), gzip=gzip)
        else:
            receipt = await api.receiver.receive(given, found, read_body(request), gzip=gzip)
        seconds = read_prefer(prefer)
        if seconds:
            receipt, waited = await api.wait(receipt, seconds)
            if waited:
                response.headers["Preference-Applied"] = f"wait={seconds}"
        response.status_code = 200 if receipt.at_rest else 202
        response.headers["Location"] = f"/v1/imports/{receipt.id}"
        return ReceiptView.of(receipt, await position_of(api.db, receipt))


def _add_receipt(router: APIRouter, api: ImportApi, load: Load) -> None:
    shown = next(iter(api.kinds))

    @router.get("/{receipt_id}", summary="A receipt", responses=as_json(examples.receipt(shown)))
    async def receipt(receipt_id: UUID, caller: Sender) -> ReceiptView:
        found = await load(caller, receipt_id)
        return ReceiptView.of(found, await position_of(api.db, found))

    @router.post(
        "/{receipt_id}/cancel", summary="End a file: what is written stays", responses=as_json(examples.receipt(shown))
    )
    async def cancelled(receipt_id: UUID, caller: Sender) -> ReceiptView:
        found = await load(caller, receipt_id)
        ended = await cancel(api.db, Scope.of(found.upload.municipality_code), found.id, utc_now)
        return ReceiptView.of(ended, await position_of(api.db, ended))
