"""``/v1/initiatives/{initiative_id}/municipalities/{municipality_code}/passed-on``."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response, status

from libs.shared.base.clock import Clock
from libs.shared.db.database import Database
from libs.shared.db.order import Order, Place
from libs.shared.db.scope import scope_of
from libs.shared.idempotency.attempts import Attempt
from libs.shared.idempotency.once import once
from libs.shared.values.codes import InstitutionNumber, MunicipalityCode
from libs.shared.web.idempotency import LOCATED, MustRepeat, located
from libs.shared.web.lists import LISTED, Lists, sortable
from libs.shared.web.pages import DEFAULT_PAGE_SIZE, Page, PageSize, PageToken
from libs.shared.web.preconditions import ETAG, IfMatch, etag_of, require_match
from services.registration.access import (
    InitiativeStaff,
    ResourceTeam,
    initiative_scope,
    require_whole_municipality,
)
from services.registration.initiatives.passed_on import use_cases
from services.registration.initiatives.passed_on.domain import EntryRead
from services.registration.initiatives.passed_on.schemas import CorrectionIn, EntryIn, EntryOut

_PLACE = "/{initiative_id}/municipalities/{municipality_code}/passed-on"
_Code = Annotated[MunicipalityCode, Path(description="The municipality's code.")]


def passed_on_router(db: Database, clock: Clock) -> APIRouter:
    """The account of a municipality's grant."""
    router = APIRouter(prefix="/v1/initiatives", tags=["initiatives"])

    @router.get(
        _PLACE, summary="What a municipality's schools were given", response_model=Page[EntryOut], responses=LISTED
    )
    async def entries(
        *,
        initiative_id: UUID,
        municipality_code: _Code,
        caller: InitiativeStaff,
        lists: Lists,
        institution: Annotated[list[InstitutionNumber] | None, Query(description="To these schools alone.")] = None,
        kind: Annotated[Literal["public", "private", "special"] | None, Query(description="To such schools.")] = None,
        sort: Annotated[str, sortable("given_on", "institution_number", "amount")] = "given_on",
        page_size: PageSize = DEFAULT_PAGE_SIZE,
        page_token: PageToken = None,
    ) -> Page[EntryOut] | Response:
        """The secretariat sees every municipality's; a token that names institutions sees what these were given."""
        order = Order.read(sort)
        after = lists.after(page_token, "passed-on", order)
        async with db.read(initiative_scope(caller)) as session:
            rows = await use_cases.list_entries(
                session,
                caller,
                initiative_id,
                municipality_code,
                institutions=institution,
                kind=kind,
                order=order,
                after=after,
                size=page_size + 1,
            )
        return lists.answer(
            "passed-on",
            order,
            rows,
            page_size,
            model=EntryOut,
            item=EntryOut.model_validate,
            place=lambda row: Place(str(getattr(row, order.name)), str(row.entry_id)),
        )

    _add_single(router, db, clock)
    return router


def _add_single(router: APIRouter, db: Database, clock: Clock) -> None:
    @router.post(
        _PLACE,
        status_code=status.HTTP_201_CREATED,
        summary="Pass a part of the released grant on to a school",
        responses={201: {"headers": {**LOCATED["headers"], **ETAG["headers"]}}},
    )
    async def pass_on(
        *,
        initiative_id: UUID,
        municipality_code: _Code,
        body: EntryIn,
        caller: ResourceTeam,
        asked: MustRepeat,
        response: Response,
    ) -> EntryOut:
        """No more than what is left of the released grant. The token covers the whole municipality."""
        require_whole_municipality(caller, municipality_code)
        now, scope = clock(), scope_of(caller)
        async with db.write(scope) as session:
            made = await once(
                session,
                Attempt.of(asked, caller, scope, now),
                create=lambda: use_cases.pass_on(
                    session, caller, initiative_id, municipality_code, **body.model_dump(), now=now
                ),
                reference=lambda each: str(each.entry_id),
                again=lambda each: use_cases.get_entry(session, caller, initiative_id, municipality_code, UUID(each)),
            )
        address = _PLACE.format(initiative_id=initiative_id, municipality_code=municipality_code)
        located(response, f"/v1/initiatives{address}/{made.entry_id}")
        return _shown(response, made)

    @router.get(_PLACE + "/{entry_id}", summary="What a school was given", responses={200: ETAG})
    async def entry(
        initiative_id: UUID, municipality_code: _Code, entry_id: UUID, caller: InitiativeStaff, response: Response
    ) -> EntryOut:
        async with db.read(initiative_scope(caller)) as session:
            return _shown(
                response, await use_cases.get_entry(session, caller, initiative_id, municipality_code, entry_id)
            )

    @router.put(_PLACE + "/{entry_id}", summary="Correct what a school was given", responses={200: ETAG})
    async def correct(
        *,
        initiative_id: UUID,
        municipality_code: _Code,
        entry_id: UUID,
        body: CorrectionIn,
        caller: ResourceTeam,
        response: Response,
        if_match: IfMatch = None,
    ) -> EntryOut:
        """The first amount and every correction stay in the history. The token covers the whole municipality."""
        require_whole_municipality(caller, municipality_code)
        async with db.write(scope_of(caller)) as session:
            before = await use_cases.locked_entry(session, caller, initiative_id, municipality_code, entry_id)
            require_match(EntryOut.model_validate(before), if_match, None)
            after = await use_cases.correct(
                session, caller, before, amount=body.amount, reason=body.reason, now=clock()
            )
        return _shown(response, after)


def _shown(response: Response, found: EntryRead) -> EntryOut:
    shown = EntryOut.model_validate(found)
    response.headers["ETag"] = etag_of(shown)
    return shown
