"""The bodies and answers of the routes of selections."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from libs.shared.base.date_window import PastDay
from libs.shared.rules.verdicts import ScreeningVerdict
from services.registration.fields import Words
from services.registration.screening.gross_list.schemas import VERDICT_EXAMPLE
from services.registration.screening.selections.domain import Behind, SelectionKind

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
