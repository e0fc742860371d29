"""``/v1/initiatives/{initiative_id}/invitations`` and ``…/municipalities``."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response, status

from libs.shared.auth.principal import Principal
from libs.shared.base.clock import Clock
from libs.shared.db.database import Database, WriteSession
from libs.shared.db.order import Order, Place
from libs.shared.events.outbox import Outbox
from libs.shared.idempotency.attempts import Asked, Attempt
from libs.shared.idempotency.once import once
from libs.shared.values.codes import MunicipalityCode
from libs.shared.web.idempotency import LOCATED, MayRepeat, located
from libs.shared.web.lists import LISTED, Lists, sortable
from libs.shared.web.pages import DEFAULT_PAGE_SIZE, Page, PageSize, PageToken
from libs.shared.web.preconditions import ETAG, IfMatch, etag_of, require_match
from services.registration.access import (
    EVERY_MUNICIPALITY,
    InitiativeReader,
    InitiativeStaff,
    Secretariat,
    initiative_scope,
    is_secretariat,
    require_whole_municipality,
    sees_projects,
)
from services.registration.initiatives.domain import InvitationStatus
from services.registration.initiatives.errors import ReasonMissing
from services.registration.initiatives.grants.use_cases import release_addition
from services.registration.initiatives.invitations import use_cases
from services.registration.initiatives.invitations.domain import Answer, InvitationRead
from services.registration.initiatives.invitations.schemas import (
    InvitationAnswerIn,
    InvitationOut,
    Invited,
    InviteIn,
    WithdrawalIn,
)
from services.registration.initiatives.invitations.use_cases import Locked
from services.registration.initiatives.programme import use_cases as programme
from services.registration.initiatives.programme.schemas import InitiativeOut

_Code = Annotated[MunicipalityCode, Path(description="The municipality's code.")]
Change = Callable[[WriteSession, Locked, datetime], Awaitable[None]]


def invitations_router(db: Database, outbox: Outbox, clock: Clock) -> APIRouter:
    """Invitations and answers."""
    router = APIRouter(prefix="/v1/initiatives", tags=["initiatives"])

    @router.post(
        "/{initiative_id}/invitations",
        status_code=status.HTTP_201_CREATED,
        summary="Invite the municipalities of the rule's list, or others with a reason",
        responses={201: LOCATED},
    )
    async def invite(
        *,
        initiative_id: UUID,
        body: InviteIn,
        caller: Secretariat,
        asked: MayRepeat,
        response: Response,
        if_match: IfMatch = None,
    ) -> Invited:
        """The condition is the initiative's `ETag`."""
        now = clock()
        async with db.write(EVERY_MUNICIPALITY) as session:

            async def invited() -> list[str]:
                row, found = await programme.locked_initiative(session, initiative_id)
                require_match(InitiativeOut.model_validate(found), if_match, None)
                return await use_cases.invite(
                    session,
                    outbox,
                    caller,
                    row,
                    codes=body.municipality_codes,
                    reason=body.reason,
                    answer_by=body.answer_by,
                    now=now,
                )

            async def again(codes: str) -> list[str]:
                return codes.split(",")

            codes = await once(
                session,
                Attempt.of(asked, caller, EVERY_MUNICIPALITY, now),
                create=invited,
                reference=",".join,
                again=again,
            )
        located(response, f"/v1/initiatives/{initiative_id}/municipalities")
        return Invited(municipality_codes=codes)

    _add_reading(router, db)
    _add_answers(router, db, outbox, clock)
    return router


def _add_reading(router: APIRouter, db: Database) -> None:
    @router.get(
        "/{initiative_id}/municipalities",
        summary="The municipalities that are invited, their answers and their grants",
        response_model=Page[InvitationOut],
        responses=LISTED,
    )
    async def municipalities(
        *,
        initiative_id: UUID,
        caller: InitiativeReader,
        lists: Lists,
        status: Annotated[InvitationStatus | None, Query(description="Those of this status alone.")] = None,
        late: Annotated[bool | None, Query(description="Those alone that answered late, or in time.")] = None,
        released: Annotated[bool | None, Query(description="Those alone with a released grant, or without.")] = None,
        sort: Annotated[
            str, sortable("municipality_code", "share_percent", "status", "invited_at", "allocated", "released")
        ] = "municipality_code",
        page_size: PageSize = DEFAULT_PAGE_SIZE,
        page_token: PageToken = None,
    ) -> Page[InvitationOut] | Response:
        """A municipality sees its own."""
        order = Order.read(sort)
        after = lists.after(page_token, "municipalities", order)
        async with db.read(initiative_scope(caller)) as session:
            rows = await use_cases.list_invitations(
                session,
                initiative_id,
                order=order,
                after=after,
                size=page_size + 1,
                status=status,
                late=late,
                released=released,
            )
        return lists.answer(
            "municipalities",
            order,
            rows,
            page_size,
            model=InvitationOut,
            item=lambda row: _view(caller, row),
            place=lambda row: Place(row.sorted_by(order.name), row.municipality_code),
        )

    @router.get(
        "/{initiative_id}/municipalities/{municipality_code}",
        summary="A municipality's invitation, answer and grant",
        responses={200: ETAG},
    )
    async def municipality(
        initiative_id: UUID, municipality_code: _Code, caller: InitiativeReader, response: Response
    ) -> InvitationOut:
        async with db.read(initiative_scope(caller)) as session:
            found = await use_cases.get_invitation(session, initiative_id, municipality_code)
        shown = _view(caller, found)
        response.headers["ETag"] = etag_of(shown)
        return shown


def _view(caller: Principal, found: InvitationRead) -> InvitationOut:
    shown = InvitationOut.model_validate(found)
    return shown if sees_projects(caller) else shown.model_copy(update={"project_id": None})


def _add_answers(router: APIRouter, db: Database, outbox: Outbox, clock: Clock) -> None:
    async def changed(
        caller: Principal,
        asked: Asked | None,
        initiative_id: UUID,
        code: str,
        *,
        if_match: str | None,
        change: Change,
    ) -> InvitationRead:
        """Make a change of one invitation under its lock, once for the key."""
        require_whole_municipality(caller, code)
        now, scope = clock(), initiative_scope(caller)
        async with db.write(scope) as session:

            async def made() -> InvitationRead:
                locked = await use_cases.locked_invitation(session, initiative_id, code)
                before = await use_cases.get_invitation(session, initiative_id, code)
                require_match(InvitationOut.model_validate(before), if_match, None)
                await change(session, locked, now)
                return await use_cases.get_invitation(session, initiative_id, code)

            return await once(
                session,
                Attempt.of(asked, caller, scope, now),
                create=made,
                reference=lambda each: each.municipality_code,
                again=lambda _: use_cases.get_invitation(session, initiative_id, code),
            )

    @router.post(
        "/{initiative_id}/municipalities/{municipality_code}/answer",
        summary="Accept or decline an invitation",
        responses={200: ETAG},
    )
    async def answer(
        *,
        initiative_id: UUID,
        municipality_code: _Code,
        body: InvitationAnswerIn,
        caller: InitiativeStaff,
        asked: MayRepeat,
        response: Response,
        if_match: IfMatch = None,
    ) -> InvitationOut:
        """The resource team answers for its municipality, with a token for all of it; the secretariat records an answer
        that came by letter, and says so in `reason`.
        """
        if is_secretariat(caller) and body.reason is None:
            raise ReasonMissing(pointer="/reason")
        given = Answer(InvitationStatus(body.answer), body.decided_on, body.reason)

        async def change(session: WriteSession, locked: Locked, now: datetime) -> None:
            await use_cases.answer(session, outbox, caller, *locked, given=given, now=now)

        return _shown(
            response, await changed(caller, asked, initiative_id, municipality_code, if_match=if_match, change=change)
        )

    @router.post(
        "/{initiative_id}/municipalities/{municipality_code}/withdrawal",
        summary="Record that a municipality gives up after its grant was released",
        responses={200: ETAG},
    )
    async def withdrawal(
        *,
        initiative_id: UUID,
        municipality_code: _Code,
        body: WithdrawalIn,
        caller: Secretariat,
        asked: MayRepeat,
        response: Response,
        if_match: IfMatch = None,
    ) -> InvitationOut:
        """What it has not spent returns to the pool; divide the pool again afterwards."""

        async def change(session: WriteSession, locked: Locked, now: datetime) -> None:
            await use_cases.withdraw(session, outbox, caller, *locked, spent=body.spent, reason=body.reason, now=now)

        return _shown(
            response, await changed(caller, asked, initiative_id, municipality_code, if_match=if_match, change=change)
        )

    @router.post(
        "/{initiative_id}/municipalities/{municipality_code}/addition",
        summary="Release what a later allocation added to a released grant",
        responses={200: ETAG},
    )
    async def addition(
        *,
        initiative_id: UUID,
        municipality_code: _Code,
        caller: Secretariat,
        asked: MayRepeat,
        response: Response,
        if_match: IfMatch = None,
    ) -> InvitationOut:
        """The grant itself is released when the municipality's project description is approved."""

        async def change(session: WriteSession, locked: Locked, now: datetime) -> None:
            await release_addition(session, caller, *locked, now)

        return _shown(
            response, await changed(caller, asked, initiative_id, municipality_code, if_match=if_match, change=change)
        )


def _shown(response: Response, found: InvitationRead) -> InvitationOut:
    shown = InvitationOut.model_validate(found)
    response.headers["ETag"] = etag_of(shown)
    return shown
