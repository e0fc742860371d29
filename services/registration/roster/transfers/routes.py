"""``/v1/membership-conflicts``: pupils whom two schools of a municipality claim, and decisions about them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from libs.shared.base.clock import Clock
from libs.shared.db.database import Database
from libs.shared.db.order import Order, Place
from libs.shared.db.scope import scope_of
from libs.shared.events.outbox import Outbox
from libs.shared.idempotency.attempts import Attempt
from libs.shared.idempotency.once import once
from libs.shared.values.codes import MunicipalityCode
from libs.shared.web.idempotency import MayRepeat
from libs.shared.web.lists import LISTED, Lists, sortable
from libs.shared.web.pages import DEFAULT_PAGE_SIZE, Page, PageSize, PageToken
from libs.shared.web.preconditions import ETAG, IfMatch, etag_of, require_match
from libs.shared.web.request_log import note_objects
from services.registration.access import ResourceTeam, require_municipality
from services.registration.roster.transfers.domain import sorted_value
from services.registration.roster.transfers.schemas import (
    MembershipConflictOut,
    MembershipDecisionIn,
    MembershipDecisionOut,
)
from services.registration.roster.transfers.use_cases import decide, get_conflict, list_conflicts, lock_conflict

_LIST = "membership-conflicts"
_ADDRESS = "/{conflict_id}"


def membership_conflicts_router(db: Database, outbox: Outbox, clock: Clock) -> APIRouter:
    """The routes for the municipality's own staff, who can ask both schools."""
    router = APIRouter(prefix="/v1/membership-conflicts", tags=["membership conflicts"])

    @router.get(
        "",
        summary="Pupils whom two schools claim for the same days",
        response_model=Page[MembershipConflictOut],
        responses=LISTED,
    )
    async def conflicts(
        *,
        request: Request,
        caller: ResourceTeam,
        lists: Lists,
        municipality: Annotated[MunicipalityCode, Query(description="The municipality's code.")],
        open_only: Annotated[
            bool, Query(description="False: clear transfers and decided ones, too. / False: også de afgjorte.")
        ] = True,
        sort: Annotated[str, sortable("rival_from", "institution_number", "rival_number")] = "rival_from",
        page_size: PageSize = DEFAULT_PAGE_SIZE,
        page_token: PageToken = None,
    ) -> Page[MembershipConflictOut] | Response:
        """A claim that begins later ends the other school's claim the day before. A person is asked if the former
        school keeps the pupil in complete files that it makes afterwards, or if nothing tells which of two claims of
        the same days is right. A conflict leaves the list by itself when a school corrects its files.
        """
        require_municipality(caller, municipality, pointer="/query/municipality")
        order = Order.read(sort)
        after = lists.after(page_token, _LIST, order)
        async with db.read(scope_of(caller)) as session:
            found = await list_conflicts(
                session, caller, municipality, open_only=open_only, order=order, after=after, size=page_size + 1
            )
        note_objects(request, "pupil_ids", (each.pupil_id for each in found[:page_size]))
        return lists.answer(
            _LIST,
            order,
            found,
            page_size,
            model=MembershipConflictOut,
            item=MembershipConflictOut.of,
            place=lambda row: Place(sorted_value(row, order.name), str(row.conflict_id)),
        )

    @router.get(_ADDRESS, summary="One such claim, whether or not anything is to be decided", responses={200: ETAG})
    async def conflict(
        *, request: Request, conflict_id: UUID, caller: ResourceTeam, response: Response
    ) -> MembershipConflictOut:
        async with db.read(scope_of(caller)) as session:
            shown = MembershipConflictOut.of(await get_conflict(session, caller, conflict_id))
        note_objects(request, "pupil_ids", [shown.pupil_id])
        response.headers["ETag"] = etag_of(shown)
        return shown

    @router.post(
        f"{_ADDRESS}/decision", summary="Decide at which of the two schools the pupil is", responses={200: ETAG}
    )
    async def decision(
        *,
        request: Request,
        conflict_id: UUID,
        body: MembershipDecisionIn,
        caller: ResourceTeam,
        response: Response,
        asked: MayRepeat,
        if_match: IfMatch = None,
    ) -> MembershipDecisionOut:
        """It takes effect at once, and later files are read by it. It covers what both schools claim now; when one of
        them sends something that begins later, that counts again. To decide otherwise, read the claim that is limited
        now (`open_only=false`), and decide about that.
        """
        now, scope = clock(), scope_of(caller)
        async with db.write(scope) as session:

            async def newly() -> MembershipDecisionOut:
                found = await lock_conflict(session, caller, conflict_id)
                require_match(MembershipConflictOut.of(found), if_match, None)
                decided = await decide(session, outbox, caller, found, kept=body.institution_number, now=now)
                return MembershipDecisionOut.model_validate(decided)

            async def again(taken: str) -> MembershipDecisionOut:
                return MembershipDecisionOut.model_validate_json(taken)

            attempt = Attempt.of(asked, caller, scope, now)
            reference = MembershipDecisionOut.model_dump_json
            shown = await once(session, attempt, create=newly, reference=reference, again=again)
        note_objects(request, "pupil_ids", [shown.pupil_id])
        response.headers["ETag"] = etag_of(shown)
        return shown

    return router
