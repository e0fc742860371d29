"""``/v1/municipalities``."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from libs.shared.base.clock import Clock, danish_date
from libs.shared.base.municipalities import SOURCE, municipality_name, municipality_names
from libs.shared.db.database import Database
from libs.shared.db.order import Order, Place
from libs.shared.events.outbox import Outbox
from libs.shared.values.codes import MunicipalityCode
from libs.shared.web.lists import LISTED, Lists, sortable
from libs.shared.web.pages import DEFAULT_PAGE_SIZE, Page, PageSize, PageToken
from services.registration.access import EVERY_MUNICIPALITY, ImportsEnabler, Secretariat, SignedIn, decided_about
from services.registration.roster.municipalities import use_cases
from services.registration.roster.municipalities.schemas import (
    ImportsIn,
    ListedStatus,
    MunicipalityCodesOut,
    MunicipalityIn,
    MunicipalityListed,
    MunicipalityOut,
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
        status: Annotated[ListedStatus | None, Query(description="Those of this status alone.")] = None,
        sort: Annotated[str, sortable("municipality_code", "name", "status")] = "municipality_code",
        page_size: PageSize = DEFAULT_PAGE_SIZE,
        page_token: PageToken = None,
    ) -> Page[MunicipalityListed] | Response:
        order = Order.read(sort)
        after = lists.after(page_token, "municipalities", order)
        async with db.read(EVERY_MUNICIPALITY) as session:
            rows = await use_cases.list_municipalities(
                session, status=status, order=order, after=after, size=page_size + 1
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

    @router.put("/{municipality_code}/imports", summary="Take a municipality's files whatever its status")
    async def imports(
        municipality_code: Annotated[MunicipalityCode, Path()],
        body: ImportsIn,
        caller: ImportsEnabler,
    ) -> MunicipalityListed:
        """The secretariat invites it first, if it is not known yet."""
        async with db.write(decided_about(municipality_code)) as session:
            found = await use_cases.enable_imports(
                session, outbox, code=municipality_code, reason=body.reason, today=danish_date(clock())
            )
        return MunicipalityListed.model_validate(found)

    @router.put("/{municipality_code}", summary="Invite a municipality, or say that it accepted or declined")
    async def put(
        municipality_code: Annotated[MunicipalityCode, Path()],
        body: MunicipalityIn,
        caller: Secretariat,
    ) -> MunicipalityOut:
        async with db.write(decided_about(municipality_code)) as session:
            await use_cases.put_municipality(session, outbox, code=municipality_code, status=body.status)
        name = municipality_name(municipality_code)
        return MunicipalityOut(municipality_code=municipality_code, name=name, status=body.status)

    return router


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
