"""The answers of the routes of the history."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from libs.shared.values.codes import MunicipalityCode
from services.registration.initiatives.history.domain import StepKind


class InitiativeStepOut(BaseModel):
    """A step in the history of an initiative; it never changes."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [
                {
                    "step_id": "8d4b2a6c-1f3e-4c5d-9b7a-0e1f2a3b4c5d",
                    "municipality_code": "101",
                    "step": "grant_set",
                    "details": {"number": 2, "before": 2_700_000, "after": 2_915_719},
                    "reason": None,
                    "taken_by": "k1:0123456789abcdef0123456789abcdef",
                    "taken_at": "2021-10-02T08:00:00Z",
                }
            ]
        },
    )

    step_id: UUID
    municipality_code: MunicipalityCode | None = Field(description="Null: a step of the initiative as a whole.")
    step: StepKind
    details: dict[str, Any] = Field(description="Amounts in whole kroner, dates, ids and codes.")
    reason: str | None
    taken_by: str = Field(description="The keyed name of the caller, as in the request log.")
    taken_at: datetime
