"""HTTP for the list of receipts: sorted and chosen as the caller wants."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from libs.shared.db.order import Order, Place
from libs.shared.db.scope import Scope
from libs.shared.imports.http import examples
from libs.shared.imports.http.access import kind_of, readable
from libs.shared.imports.http.api import ImportApi
from libs.shared.imports.http.kind_routes import Sender, as_list
from libs.shared.imports.http.listed_view import ListedReceiptView
from libs.shared.imports.receipts import listing
from libs.shared.imports.receipts.receipt import Receipt, ReceiptState
from libs.shared.values.codes import InstitutionNumber, MunicipalityCode
from libs.shared.web.lists import Lists, sortable
from libs.shared.web.pages import DEFAULT_PAGE_SIZE, Page, PageSize, PageToken

Municipality = Annotated[MunicipalityCode, Query(description="The secretariat writes 000: the country.")]
_Sort = Annotated[str, sortable("created_at", "kind", "state")]


def add_list(router: APIRouter, api: ImportApi) -> None:
    """Add the list of a municipality's receipts."""
    shown = next(iter(api.kinds))

    @router.get(
        "",
        summary="Receipts, the newest first unless asked otherwise",
        response_model=Page[ListedReceiptView],
        responses=as_list(ListedReceiptView, examples.receipts(shown)),
    )
    async def listed(
        *,
        caller: Sender,
        lists: Lists,
        municipality: Municipality,
        kind: Annotated[
            str | None, Query(max_length=60, examples=[shown.name], description="Those of files of this kind alone.")
        ] = None,
        state: Annotated[ReceiptState | None, Query(description="Those in this state alone.")] = None,
        institution: Annotated[
            InstitutionNumber | None,
            Query(description="Those of snapshots of this institution alone, also as a part of a file."),
        ] = None,
        waiting_only: Annotated[bool, Query(description="Only those with rows that still wait.")] = False,
        held_only: Annotated[bool, Query(description="Only snapshots that wait for a decision.")] = False,
        sort: _Sort = str(listing.NEWEST),
        page_size: PageSize = DEFAULT_PAGE_SIZE,
        page_token: PageToken = None,
    ) -> Page[ListedReceiptView] | Response:
        own = readable(caller, api.kinds, municipality)
        if kind is not None:
            kind_of(api.kinds, caller, kind)
        chosen = listing.Chosen(kind, state, institution, waiting_only, held_only)
        order = Order.read(sort)
        after = lists.after(page_token, "imports", order)
        async with api.db.read(Scope.of(municipality)) as session:
            found = await listing.page(session, own, chosen, order=order, after=after, size=page_size + 1)
        return lists.answer(
            "imports",
            order,
            found,
            page_size,
            model=ListedReceiptView,
            item=ListedReceiptView.of,
            place=lambda each: Place(_value(each, order), str(each.id)),
        )


def _value(receipt: Receipt, order: Order) -> str:
    values = {"created_at": receipt.created_at.isoformat(), "kind": receipt.upload.kind, "state": receipt.state}
    return values[order.name]
