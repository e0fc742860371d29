"""``/v1/selections``."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Response, status
from pydantic import BaseModel, ConfigDict, Field

from libs.shared.auth.principal import Principal, Role
from libs.shared.base.clock import Clock, danish_date
from libs.shared.base.date_window import PastDay
from libs.shared.db.database import Database
from libs.shared.db.scope import Scope
from libs.shared.idempotency.attempts import Attempt
from libs.shared.idempotency.once import once
from libs.shared.privacy.sealed_texts import SealedTexts
from libs.shared.rules.verdicts import ScreeningVerdict
from libs.shared.web.access import require
from libs.shared.web.idempotency import LOCATED, MayRepeat, located
from services.registration.fields import Words
from services.registration.screening.gross_list.routes import VERDICT_EXAMPLE
from services.registration.screening.selections.domain import Behind, Decision, Selection, SelectionKind
from services.registration.screening.selections.use_cases import get_selection, record_selection

_PUPIL_ID = "0f8f2c5a-6a0d-4c39-8f0e-3f1f0f9d7c11"
_DECISION: dict[str, Any] = {
    "school_id": "7b0f6a4e-3c0c-4d5e-9a55-0d7f6f1f2a10",
    "kind": "pupil",
    "pupil_ids": [_PUPIL_ID],
    "class_id": None,
    "decided_on": "2023-06-30",
    "socially_vulnerable": True,
    "behind": ["academically"],
    "reason": "Læser under klassetrin og deltager sjældent; faglærerne ser behov for en lille gruppe.",
    "parents_dialogue": "Møde den 27. juni; forældrene er enige.",
}

_Caller = Annotated[Principal, Depends(require(Role.SCHOOL, Role.RESOURCE_TEAM))]


class SelectionIn(BaseModel):
    """A decision: about one pupil, a group with a shared need, or a whole class."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_DECISION]})

    school_id: UUID
    kind: SelectionKind
    pupil_ids: list[UUID] = Field(default=[], max_length=100, description="For a pupil or a group.")
    class_id: UUID | None = Field(default=None, description="For a whole class.")
    decided_on: PastDay
    socially_vulnerable: bool = Field(description="That those selected are socially vulnerable.")
    behind: list[Behind] = Field(min_length=1, max_length=2, description="In what they are behind.")
    reason: Words = Field(description="Why.")
    parents_dialogue: Words = Field(description="The dialogue with the parents.")


class SelectedPupilOut(BaseModel):
    """A selected pupil, with what the screening said on the day of the decision."""

    model_config = ConfigDict(from_attributes=True)

    pupil_id: UUID
    verdicts: list[ScreeningVerdict]


class SelectionOut(BaseModel):
    """A recorded decision."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "selection_id": "5d0c4b1e-0a1b-4c2d-8e3f-9a0b1c2d3e4f",
                    **{name: value for name, value in _DECISION.items() if name != "pupil_ids"},
                    "decided_by": "k1:0123456789abcdef0123456789abcdef",
                    "recorded_at": "2023-06-30T12:00:00Z",
                    "pupils": [{"pupil_id": _PUPIL_ID, "verdicts": [VERDICT_EXAMPLE]}],
                    "not_shown": 0,
                }
            ]
        }
    )

    selection_id: UUID
    school_id: UUID
    kind: SelectionKind
    class_id: UUID | None
    decided_on: date
    decided_by: str = Field(description="The keyed name of the caller who recorded it, as in the request log.")
    recorded_at: datetime
    socially_vulnerable: bool
    behind: list[Behind]
    reason: str
    parents_dialogue: str
    pupils: list[SelectedPupilOut]
    not_shown: int = Field(description="Selected pupils who are no longer at the school, and so are not shown to it.")


def selections_router(db: Database, vault: SealedTexts, clock: Clock) -> APIRouter:
    """Decisions of a school and its resource team."""
    router = APIRouter(prefix="/v1/selections", tags=["selections"])

    @router.post(
        "",
        status_code=status.HTTP_201_CREATED,
        summary="Record a decision about a pupil, group or class",
        responses={201: LOCATED},
    )
    async def record(body: SelectionIn, caller: _Caller, asked: MayRepeat, response: Response) -> SelectionOut:
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
        now, scope = clock(), Scope(caller.municipality_codes)
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
            return _shown(made, not_shown)

    @router.get("/{selection_id}", summary="A recorded decision")
    async def read(selection_id: UUID, caller: _Caller) -> SelectionOut:
        async with db.read(Scope(caller.municipality_codes)) as session:
            return _shown(*await get_selection(session, vault, caller, selection_id, danish_date(clock())))

    return router


def _shown(selection: Selection, not_shown: int) -> SelectionOut:
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
