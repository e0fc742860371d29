"""``/v1/selections``."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response, status

from libs.shared.base.clock import Clock, danish_date
from libs.shared.db.database import Database
from libs.shared.db.order import Order, Place
from libs.shared.db.scope import scope_of
from libs.shared.idempotency.attempts import Attempt
from libs.shared.idempotency.once import once
from libs.shared.values.codes import MunicipalityCode
from libs.shared.web.idempotency import LOCATED, MayRepeat, located
from libs.shared.web.lists import LISTED, Lists, sortable
from libs.shared.web.pages import DEFAULT_PAGE_SIZE, Page, PageSize, PageToken
from libs.shared.web.preconditions import ETAG, IfMatch, etag_of, require_match
from libs.shared.web.request_log import note_objects
from services.registration.access import SchoolStaff
from services.registration.screening.selections.domain import (
    Decision,
    ListedSelection,
    SelectionFilter,
    SelectionKind,
    ShownSelection,
)
from services.registration.screening.selections.schemas import (
    DesignatedIn,
    ReversalIn,
    SelectionIn,
    SelectionListItem,
    SelectionOut,
)
from services.registration.screening.selections.use_cases.changing import designate, reverse
from services.registration.screening.selections.use_cases.reading import get_selection, list_selections
from services.registration.screening.selections.use_cases.recording import Recorder, record_selection

_CREATED: dict[int | str, dict[str, Any]] = {201: {**LOCATED, "headers": {**LOCATED["headers"], **ETAG["headers"]}}}
_Code = Annotated[MunicipalityCode, Query(description="The municipality's code.")]


def _shown(request: Request, response: Response, found: ShownSelection) -> SelectionOut:
    out = SelectionOut.of(found)
    note_objects(request, "pupil_ids", (each.pupil_id for each in out.pupils))
    response.headers["ETag"] = etag_of(out)
    return out


def selections_router(db: Database, recorder: Recorder, clock: Clock) -> APIRouter:
    """Decisions of a school and its resource team."""
    router = APIRouter(prefix="/v1/selections", tags=["selections"])

    @router.post(
        "",
        status_code=status.HTTP_201_CREATED,
        summary="Record a decision about a pupil, group or class",
        responses=_CREATED,
    )
    async def record(
        request: Request, body: SelectionIn, caller: SchoolStaff, asked: MayRepeat, response: Response
    ) -> SelectionOut:
        decision = Decision(
            school_id=body.school_id,
            kind=body.kind,
            pupil_ids=body.pupil_ids,
            class_id=body.class_id,
            decided_on=body.decided_on,
            socially_vulnerable=body.socially_vulnerable,
            behind=sorted(set(body.behind)),
            reason=body.reason,
            parents_dialogue=body.parents_dialogue,
            reasons=sorted(set(body.reasons)),
            designated=frozenset(body.designated_pupil_ids),
            kept_list_id=body.kept_list_id,
        )
        now, scope = clock(), scope_of(caller)
        async with db.write(scope) as session:

            async def recorded() -> ShownSelection:
                return ShownSelection(await record_selection(session, recorder, caller, decision, now=now), 0)

            async def again(selection_id: str) -> ShownSelection:
                return await get_selection(session, recorder.vault, caller, UUID(selection_id), danish_date(now))

            found = await once(
                session,
                Attempt.of(asked, caller, scope, now),
                create=recorded,
                reference=lambda shown: str(shown.selection.selection_id),
                again=again,
            )
            located(response, f"/v1/selections/{found.selection.selection_id}")
            return _shown(request, response, found)

    @router.get(
        "",
        summary="Decisions of the caller's schools / Beslutninger på egne skoler",
        response_model=Page[SelectionListItem],
        responses=LISTED,
    )
    async def listed(
        *,
        caller: SchoolStaff,
        municipality: _Code,
        lists: Lists,
        school_id: Annotated[UUID | None, Query(description="Those of this school alone.")] = None,
        class_id: Annotated[UUID | None, Query(description="Those about this whole class alone.")] = None,
        kind: Annotated[SelectionKind | None, Query(description="Those of this kind alone.")] = None,
        is_reversed: Annotated[bool | None, Query(description="Those reversed alone, or those that stand.")] = None,
        sort: Annotated[str, sortable("decided_on", "recorded_at", "pupils")] = "decided_on",
        page_size: PageSize = DEFAULT_PAGE_SIZE,
        page_token: PageToken = None,
    ) -> Page[SelectionListItem] | Response:
        order = Order.read(sort)
        after = lists.after(page_token, "selections", order)
        wanted = SelectionFilter(None, school_id, class_id, kind, is_reversed)
        async with db.read(scope_of(caller)) as session:
            found = await list_selections(
                session, caller, municipality, wanted, order=order, after=after, size=page_size + 1
            )

        def place(each: ListedSelection) -> Place:
            value = {"decided_on": each.decided_on, "recorded_at": each.recorded_at, "pupils": each.pupils}[order.name]
            return Place(str(value), str(each.selection_id))

        return lists.answer(
            "selections",
            order,
            found,
            page_size,
            model=SelectionListItem,
            item=SelectionListItem.model_validate,
            place=place,
        )

    @router.get("/{selection_id}", summary="A recorded decision", responses={200: ETAG})
    async def read(request: Request, selection_id: UUID, caller: SchoolStaff, response: Response) -> SelectionOut:
        async with db.read(scope_of(caller)) as session:
            found = await get_selection(session, recorder.vault, caller, selection_id, danish_date(clock()))
        return _shown(request, response, found)

    @router.put("/{selection_id}/designated", summary="Mark the pupils likely to benefit", responses={200: ETAG})
    async def mark(
        *,
        request: Request,
        selection_id: UUID,
        body: DesignatedIn,
        caller: SchoolStaff,
        response: Response,
        if_match: IfMatch = None,
    ) -> SelectionOut:
        """The school's mark (udpeget) for those whom an effort for the whole class is meant for. It reaches the
        evaluation, without names.
        """
        async with db.write(scope_of(caller)) as session:
            found = await designate(
                session,
                recorder,
                caller,
                selection_id,
                body.pupil_ids,
                unchanged=lambda shown: require_match(SelectionOut.of(shown), if_match, None),
                now=clock(),
            )
        return _shown(request, response, found)

    @router.post("/{selection_id}/reversal", summary="Reverse a decision, with the reason", responses={200: ETAG})
    async def undo(
        *,
        request: Request,
        selection_id: UUID,
        body: ReversalIn,
        caller: SchoolStaff,
        asked: MayRepeat,
        response: Response,
        if_match: IfMatch = None,
    ) -> SelectionOut:
        """The decision is kept, and no longer stands from the day."""
        now, scope = clock(), scope_of(caller)
        async with db.write(scope) as session:

            async def reversed_now() -> ShownSelection:
                return await reverse(
                    session,
                    recorder,
                    caller,
                    selection_id,
                    on=body.reversed_on,
                    reason=body.reason,
                    unchanged=lambda shown: require_match(SelectionOut.of(shown), if_match, None),
                    now=now,
                )

            async def again(_: str) -> ShownSelection:
                return await get_selection(session, recorder.vault, caller, selection_id, danish_date(now))

            found = await once(
                session,
                Attempt.of(asked, caller, scope, now),
                create=reversed_now,
                reference=lambda shown: str(shown.selection.selection_id),
                again=again,
            )
        return _shown(request, response, found)

    return router
