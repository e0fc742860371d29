"""``/v1/pupils/{pupil_id}/history``, ``/merge`` and ``/split``. A pupil is named by its id, never by an identifier."""

from uuid import UUID

from fastapi import APIRouter, Request, Response, status

from libs.shared.base.clock import Clock, danish_date
from libs.shared.db.database import Database
from libs.shared.db.scope import scope_of
from libs.shared.idempotency.attempts import Attempt
from libs.shared.idempotency.once import once
from libs.shared.web.idempotency import LOCATED, MayRepeat, located
from libs.shared.web.preconditions import ETAG, IfMatch, etag_of, require_match
from libs.shared.web.request_log import note_objects
from services.registration.access import PupilHistoryReader, ResourceTeam
from services.registration.roster.merging.domain import Going, Splitting
from services.registration.roster.merging.schemas import (
    LeftOut,
    PupilHistoryOut,
    PupilMergeIn,
    PupilRecordsOut,
    PupilSplitIn,
    PupilSplitOut,
)
from services.registration.roster.merging.tools import Tools
from services.registration.roster.merging.use_cases.history import get_history, lock_history
from services.registration.roster.merging.use_cases.left import left_with, records_of
from services.registration.roster.merging.use_cases.merge import merge
from services.registration.roster.merging.use_cases.split import split


def merging_router(db: Database, tools: Tools, clock: Clock) -> APIRouter:
    """The routes for the municipality's own staff; its integration may read the history."""
    router = APIRouter(prefix="/v1/pupils", tags=["pupils"])

    @router.get("/{pupil_id}/history", summary="A pupil's identifiers, stays, merges and splits", responses={200: ETAG})
    async def history(
        *, request: Request, pupil_id: UUID, caller: PupilHistoryReader, response: Response
    ) -> PupilHistoryOut:
        """A former id gives the pupil to whom it belongs now."""
        async with db.read(scope_of(caller)) as session:
            found = await get_history(session, tools, caller, pupil_id, danish_date(clock()))
        shown = PupilHistoryOut.of(found)
        note_objects(request, "pupil_ids", [shown.pupil_id])
        response.headers["ETag"] = etag_of(shown)
        return shown

    @router.get("/{pupil_id}/records", summary="A pupil's decisions, answers and enrolments, by day")
    async def records(*, request: Request, pupil_id: UUID, caller: ResourceTeam) -> PupilRecordsOut:
        """What a split may name in `records`. A former id gives those of the pupil to whom it belongs now."""
        async with db.read(scope_of(caller)) as session:
            found, left = await records_of(session, tools, caller, pupil_id, danish_date(clock()))
        note_objects(request, "pupil_ids", [found])
        return PupilRecordsOut(pupil_id=found, records=[LeftOut.of(each) for each in left])

    @router.post("/{pupil_id}/merge", summary="Two pupils are one child", responses={200: ETAG})
    async def merged(
        *,
        request: Request,
        pupil_id: UUID,
        body: PupilMergeIn,
        caller: ResourceTeam,
        response: Response,
        asked: MayRepeat,
        if_match: IfMatch = None,
    ) -> PupilHistoryOut:
        """Everything of the other pupil becomes this pupil's: identifiers, stays, indicators, decisions, enrolments,
        absence. The other id becomes a former id. `If-Match` is the `ETag` of this pupil's history. The answer is the
        history afterwards; a split takes a merge back.
        """
        now, scope = clock(), scope_of(caller)
        async with db.write(scope) as session:

            async def newly() -> PupilHistoryOut:
                today = danish_date(now)
                found = await lock_history(session, tools, caller, pupil_id, today)
                require_match(PupilHistoryOut.of(found), if_match, None)
                confirmed = body.confirm_two_numbers
                await merge(session, tools, caller, found, body.merged_pupil_id, confirmed=confirmed, now=now)
                return PupilHistoryOut.of(await get_history(session, tools, caller, pupil_id, today))

            async def again(taken: str) -> PupilHistoryOut:
                return PupilHistoryOut.of(await get_history(session, tools, caller, UUID(taken), danish_date(now)))

            attempt = Attempt.of(asked, caller, scope, now)
            shown = await once(session, attempt, create=newly, reference=lambda made: str(made.pupil_id), again=again)
        note_objects(request, "pupil_ids", [shown.pupil_id, body.merged_pupil_id])
        response.headers["ETag"] = etag_of(shown)
        return shown

    @router.post(
        "/{pupil_id}/split",
        summary="One pupil is two children",
        status_code=status.HTTP_201_CREATED,
        responses={201: LOCATED},
    )
    async def divided(
        *,
        request: Request,
        pupil_id: UUID,
        body: PupilSplitIn,
        caller: ResourceTeam,
        response: Response,
        asked: MayRepeat,
        if_match: IfMatch = None,
    ) -> PupilSplitOut:
        """The named stays and identifiers become a new pupil's, with the enrolments, indicators and absence of these
        stays, and with the decisions, answers and enrolments that `records` gives to the new pupil. What it gives to
        the original pupil stays, and so do decisions and answers that it does not name, as nothing tells about which of
        the two children they are: `left` lists what is the original pupil's now. `If-Match`: the `ETag` of the history.
        """
        now, scope = clock(), scope_of(caller)
        stays = [(each.class_id, each.claimed_from) for each in body.stays]
        going = [Going(each.kind, each.id, each.goes_to == "new") for each in body.records]
        wanted = Splitting(stays, body.identifier_ids, body.name, going)
        async with db.write(scope) as session:

            async def newly() -> PupilSplitOut:
                found = await lock_history(session, tools, caller, pupil_id, danish_date(now))
                require_match(PupilHistoryOut.of(found), if_match, None)
                made = await split(session, tools, caller, found, wanted, now=now)
                left = await left_with(session, tools, caller, found.pupil_id)
                return PupilSplitOut.of(found.pupil_id, made, left)

            async def again(taken: str) -> PupilSplitOut:
                return PupilSplitOut.model_validate_json(taken)

            attempt = Attempt.of(asked, caller, scope, now)
            reference = PupilSplitOut.model_dump_json
            shown = await once(session, attempt, create=newly, reference=reference, again=again)
        note_objects(request, "pupil_ids", [shown.pupil_id, shown.new_pupil_id])
        located(response, f"/v1/pupils/{shown.new_pupil_id}/history")
        return shown

    return router
