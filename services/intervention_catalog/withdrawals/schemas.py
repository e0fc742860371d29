"""The body of a withdrawal."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from libs.shared.base.date_window import Day
from services.intervention_catalog.changes.domain import Kind
from services.intervention_catalog.publications.reasons import REASONS, WithdrawalReason

_EXAMPLE: dict[str, Any] = {
    "kind": "trial_action",
    "id": "ishoj",
    "valid_to": None,
    "reason": WithdrawalReason.ON_REQUEST.value,
}


class WithdrawalIn(BaseModel):
    """What is to be withdrawn, from when, and why."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_EXAMPLE]})

    kind: Literal[Kind.INTERVENTION_TYPE, Kind.SUPPORT_LEVEL, Kind.TRIAL_ACTION, Kind.RECOMMENDATION]
    id: str = Field(min_length=1, max_length=100)
    valid_to: Day | None = Field(
        default=None, description="The first day on which the item is no longer valid; today if left out."
    )
    reason: WithdrawalReason = Field(
        description="Everybody can read the reason, in the words of this list: "
        + " ".join(f"`{code.value}`: {words.da} / {words.en}" for code, words in REASONS.items())
    )
