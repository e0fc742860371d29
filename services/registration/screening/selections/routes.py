"""``/v1/selections``."""

from uuid import UUID

from fastapi import APIRouter, Response, status

from libs.shared.base.clock import Clock, danish_date
from libs.shared.db.database import Database
from libs.shared.db.scope import scope_of
from libs.shared.idempotency.attempts import Attempt
from libs.shared.idempotency.once import once
from libs.shared.privacy.sealed_texts import SealedTexts
from libs.shared.web.idempotency import LOCATED, MayRepeat, located
from services.registration.access import SchoolStaff
from services.registration.screening.selections.domain import Decision, Selection
from services.registration.screening.selections.schemas import SelectedPupilOut, SelectionIn, SelectionOut
from services.registration.screening.selections.use_cases import get_selection, record_selection


def selections_router(db: Database, vault: SealedTexts, clock: Clock) -> APIRouter:
    """Decisions of a school and its resource team."""
    router = APIRouter(prefix="/v1/selections", tags=["selections"])

    @router.post(
        "",
        status_code=status.HTTP_201_CREATED,
        summary="Record a decision about a pupil, group or class",
        responses={201: LOCATED},
    )
    async def record(body: SelectionIn, caller: SchoolStaff, asked: MayRepeat, response: Response) -> SelectionOut:
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
        )
        now, scope = clock(), scope_of(caller)
        async with db.write(scope) as session:

            async def recorded() -> tuple[Selection, int]:
                return await record_selection(session, vault, caller, decision, now=now), 0

            made, not_shown = await once(
                session,
                Attempt.of(asked, caller, scope, now),
                create=recorded,
                reference=lambda shown: str(shown[0].selection_id),
                again=lambda selection_id: get_selection(session, vault, caller, UUID(selection_id), danish_date(now)),
            )
            located(response, f"/v1/selections/{made.selection_id}")
            return _selection_out(made, not_shown)

    @router.get("/{selection_id}", summary="A recorded decision")
    async def read(selection_id: UUID, caller: SchoolStaff) -> SelectionOut:
        async with db.read(scope_of(caller)) as session:
            return _selection_out(*await get_selection(session, vault, caller, selection_id, danish_date(clock())))

    return router


def _selection_out(selection: Selection, not_shown: int) -> SelectionOut:
    decision = selection.decision
    return SelectionOut(
        selection_id=selection.selection_id,
        school_id=decision.school_id,
        kind=decision.kind,
        class_id=decision.class_id,
        decided_on=decision.decided_on,
        decided_by=selection.decided_by,
        recorded_at=selection.recorded_at,
        socially_vulnerable=decision.socially_vulnerable,
        behind=list(decision.behind),
        reason=decision.reason,
        parents_dialogue=decision.parents_dialogue,
        pupils=[SelectedPupilOut.model_validate(each) for each in selection.pupils],
        not_shown=not_shown,
    )
