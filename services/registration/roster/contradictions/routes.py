"""``/v1/pupil-conflicts``: rows whose identifiers contradict what is known."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from libs.shared.base.clock import Clock, danish_date
from libs.shared.db.database import Database
from libs.shared.db.order import Order, Place
from libs.shared.db.scope import scope_of
from libs.shared.idempotency.attempts import Attempt
from libs.shared.idempotency.once import once
from libs.shared.values.codes import MunicipalityCode
from libs.shared.web.idempotency import MayRepeat
from libs.shared.web.lists import LISTED, Lists, sortable
from libs.shared.web.pages import DEFAULT_PAGE_SIZE, Page, PageSize, PageToken
from libs.shared.web.preconditions import ETAG, IfMatch, etag_of, require_match
from libs.shared.web.request_log import note_objects
from services.registration.access import ResourceTeam, require_municipality
from services.registration.roster.contradictions.domain import ConflictRow, sorted_value
from services.registration.roster.contradictions.schemas import PupilConflictOut
from services.registration.roster.contradictions.use_cases import (
    dismiss,
    get_conflict,
    list_conflicts,
    lock_conflict,
)

_LIST = "pupil-conflicts"


def pupil_conflicts_router(db: Database, clock: Clock) -> APIRouter:
    """The routes for the municipality's own staff, who decide who a child is."""
    router = APIRouter(prefix="/v1/pupil-conflicts", tags=["pupil conflicts"])

    @router.get(
        "",
        summary="Rows whose identifiers contradict what is known",
        response_model=Page[PupilConflictOut],
        responses=LISTED,
    )
    async def conflicts(
        *,
        request: Request,
        caller: ResourceTeam,
        lists: Lists,
        municipality: Annotated[MunicipalityCode, Query(description="The municipality's code.")],
        open_only: Annotated[bool, Query(description="False: dismissed ones, too. / False: også de afviste.")] = True,
        sort: Annotated[str, sortable("since", "last_at", "institution_number")] = "since",
        page_size: PageSize = DEFAULT_PAGE_SIZE,
        page_token: PageToken = None,
    ) -> Page[PupilConflictOut] | Response:
        """Such rows are refused (`pupil.identifiers_conflict`). A merge of two pupils takes theirs from the list; a
        corrected source sends no such row again, and the conflict can be dismissed.
        """
        require_municipality(caller, municipality, pointer="/query/municipality")
        order = Order.read(sort)
        after = lists.after(page_token, _LIST, order)
        async with db.read(scope_of(caller)) as session:
            found = await list_conflicts(
                session,
                caller,
                municipality,
                today=danish_date(clock()),
                open_only=open_only,
                order=order,
                after=after,
                size=page_size + 1,
            )
        note_objects(request, "pupil_ids", _pupils(found[:page_size]))
        return lists.answer(
            _LIST,
            order,
            found,
            page_size,
            model=PupilConflictOut,
            item=PupilConflictOut.model_validate,
            place=lambda row: Place(sorted_value(row, order.name), str(row.conflict_id)),
        )

    @router.get("/{conflict_id}", summary="One of them", responses={200: ETAG})
    async def conflict(
        *, request: Request, conflict_id: UUID, caller: ResourceTeam, response: Response
    ) -> PupilConflictOut:
        async with db.read(scope_of(caller)) as session:
            found = await get_conflict(session, caller, conflict_id, danish_date(clock()))
        shown = PupilConflictOut.model_validate(found)
        note_objects(request, "pupil_ids", _pupils([found]))
        response.headers["ETag"] = etag_of(shown)
        return shown

    @router.post("/{conflict_id}/dismissal", summary="Take a conflict from the list", responses={200: ETAG})
    async def dismissal(
        *,
        conflict_id: UUID,
        caller: ResourceTeam,
        response: Response,
        asked: MayRepeat,
        if_match: IfMatch = None,
    ) -> PupilConflictOut:
        """The rows stay refused. Nothing is known differently by it."""
        now, scope = clock(), scope_of(caller)
        today = danish_date(now)
        async with db.write(scope) as session:

            async def newly() -> PupilConflictOut:
                found = await lock_conflict(session, caller, conflict_id, today)
                require_match(PupilConflictOut.model_validate(found), if_match, None)
                return PupilConflictOut.model_validate(
                    await dismiss(session, caller, conflict_id, now=now, today=today)
                )

            async def again(taken: str) -> PupilConflictOut:
                return PupilConflictOut.model_validate_json(taken)

            attempt = Attempt.of(asked, caller, scope, now)
            reference = PupilConflictOut.model_dump_json
            shown = await once(session, attempt, create=newly, reference=reference, again=again)
        response.headers["ETag"] = etag_of(shown)
        return shown

    return router


def _pupils(found: list[ConflictRow]) -> list[UUID]:
    return [each for row in found for each in (row.pupil_id, row.other_id) if each is not None]
