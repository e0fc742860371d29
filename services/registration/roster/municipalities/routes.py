"""``/v1/municipalities``."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response, status

from libs.shared.base.clock import Clock, danish_date
from libs.shared.base.municipalities import SOURCE, municipality_names
from libs.shared.db.database import Database
from libs.shared.db.order import Order, Place
from libs.shared.events.outbox import Outbox
from libs.shared.values.codes import MunicipalityCode
from libs.shared.web.lists import LISTED, Lists, sortable
from libs.shared.web.pages import DEFAULT_PAGE_SIZE, Page, PageSize, PageToken
from libs.shared.web.preconditions import ETAG, IfMatch, IfNew, etag_of, require_match
from services.registration.access import EVERY_MUNICIPALITY, ImportsEnabler, Secretariat, SignedIn, decided_about
from services.registration.errors import MunicipalityNotFound
from services.registration.roster.municipalities import use_cases
from services.registration.roster.municipalities.schemas import (
    ImportsIn,
    ListedStatus,
    MunicipalityCodesOut,
    MunicipalityIn,
    MunicipalityListed,
    NamedMunicipality,
    SourceOut,
)


def municipalities_router(db: Database, outbox: Outbox, clock: Clock) -> APIRouter:
    """Municipalities, for the secretariat."""
    router = APIRouter(prefix="/v1/municipalities", tags=["municipalities"])

    @router.get(
        "",
        summary="Municipalities, and whose files are taken",
        response_model=Page[MunicipalityListed],
        responses=LISTED,
    )
    async def municipalities(
        *,
        caller: ImportsEnabler,
        lists: Lists,
        of_status: Annotated[
            ListedStatus | None, Query(alias="status", description="Those of this status alone.")
        ] = None,
        sort: Annotated[str, sortable("municipality_code", "name", "status")] = "municipality_code",
        page_size: PageSize = DEFAULT_PAGE_SIZE,
        page_token: PageToken = None,
    ) -> Page[MunicipalityListed] | Response:
        order = Order.read(sort)
        after = lists.after(page_token, "municipalities", order)
        async with db.read(EVERY_MUNICIPALITY) as session:
            rows = await use_cases.list_municipalities(
                session, status=of_status, order=order, after=after, size=page_size + 1
            )
        return lists.answer(
            "municipalities",
            order,
            rows,
            page_size,
            model=MunicipalityListed,
            item=MunicipalityListed.model_validate,
            place=lambda row: Place(getattr(row, order.name), row.municipality_code),
        )

    _add_single(router, db, outbox, clock)
    return router


_Code = Annotated[MunicipalityCode, Path(description="The municipality's code.")]


def _add_single(router: APIRouter, db: Database, outbox: Outbox, clock: Clock) -> None:
    @router.get("/{municipality_code}", summary="One of them", responses={200: ETAG})
    async def municipality(municipality_code: _Code, caller: ImportsEnabler, response: Response) -> MunicipalityListed:
        async with db.read(EVERY_MUNICIPALITY) as session:
            return _answered(response, await use_cases.get_municipality(session, municipality_code))

    @router.put(
        "/{municipality_code}/imports",
        summary="Take a municipality's files whatever its status",
        responses={200: ETAG},
    )
    async def imports(
        *,
        municipality_code: _Code,
        body: ImportsIn,
        caller: ImportsEnabler,
        response: Response,
        if_match: IfMatch = None,
    ) -> MunicipalityListed:
        """The secretariat invites it first, if it is not known yet. The `ETag` is the municipality's."""
        async with db.write(decided_about(municipality_code)) as session:
            before = await use_cases.locked_municipality(session, municipality_code)
            require_match(_answered(response, before), if_match, None)
            await use_cases.enable_imports(
                session, outbox, code=municipality_code, reason=body.reason, today=danish_date(clock())
            )
            return _answered(response, await use_cases.get_municipality(session, municipality_code))

    @router.put(
        "/{municipality_code}",
        summary="Invite a municipality, or say that it accepted or declined",
        responses={200: ETAG, 201: {**ETAG, "model": MunicipalityListed, "description": "Created."}},
    )
    async def put(
        *,
        municipality_code: _Code,
        body: MunicipalityIn,
        caller: Secretariat,
        response: Response,
        if_match: IfMatch = None,
        if_none_match: IfNew = None,
    ) -> MunicipalityListed:
        async with db.write(decided_about(municipality_code)) as session:
            before = await use_cases.locked_municipality(session, municipality_code)
            shown = None if before is None else MunicipalityListed.model_validate(before)
            require_match(shown, if_match, if_none_match)
            await use_cases.put_municipality(session, outbox, code=municipality_code, status=body.status)
            after = await use_cases.get_municipality(session, municipality_code)
        response.status_code = status.HTTP_201_CREATED if before is None else status.HTTP_200_OK
        return _answered(response, after)


def _answered(response: Response, found: object | None) -> MunicipalityListed:
    if found is None:
        raise MunicipalityNotFound
    shown = MunicipalityListed.model_validate(found)
    response.headers["ETag"] = etag_of(shown)
    return shown


def municipality_codes_router() -> APIRouter:
    """The country's municipalities, for everybody who is signed in."""
    router = APIRouter(prefix="/v1/municipality-codes", tags=["municipalities"])

    @router.get("", summary="The 98 municipalities by code / De 98 kommuner efter kode")
    async def codes(caller: SignedIn) -> MunicipalityCodesOut:
        """The same for everybody, whether a municipality takes part or not."""
        return MunicipalityCodesOut(
            source=SourceOut.model_validate(SOURCE),
            items=[NamedMunicipality(municipality_code=code, name=name) for code, name in municipality_names().items()],
        )

    return router
