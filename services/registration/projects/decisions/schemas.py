"""What is said with a step of a project."""

from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from libs.shared.values.codes import VariantId
from services.registration.fields import Words
from services.registration.projects.schemas import RemarkBody, RuleReason

_REASONS: dict[str, Any] = {
    "reasons": [{"rule_id": "C-PLAN", "reason": "Kompetenceudviklingen ligger før projektets start."}]
}


class ReasonsIn(BaseModel):
    """The written reasons for warnings of the rules, one per rule."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_REASONS]})

    reasons: Annotated[list[RuleReason], Field(max_length=50)] = []

    @model_validator(mode="after")
    def _once_each(self) -> Self:
        rules = [each.rule_id for each in self.reasons]
        if len(rules) != len(set(rules)):
            raise PydanticCustomError(
                "reason.repeated",
                "A rule has two reasons. Write one reason for each rule.",
                {"da": "En regel har to begrundelser. Skriv én begrundelse for hver regel."},
            )
        return self

    def by_rule(self) -> dict[str, str]:
        """The reasons by rule."""
        return {each.rule_id: each.reason for each in self.reasons}


class SubmitIn(ReasonsIn):
    """What is said on submission."""


class ApprovedPhase(BaseModel):
    """One phase of a minimum: at least ``weekly_amount`` of ``unit`` for at least ``weeks`` school weeks."""

    model_config = ConfigDict(extra="forbid")

    unit: Literal["lessons", "sessions"]
    weekly_amount: Decimal = Field(gt=0, le=100, max_digits=5, decimal_places=2)
    weeks: int = Field(ge=1, le=200)


class ApprovedMinimum(BaseModel):
    """The minimum dosage of a variant for which the rules have none, such as D3."""

    model_config = ConfigDict(extra="forbid")

    variant: VariantId
    phases: Annotated[list[ApprovedPhase], Field(min_length=1, max_length=5)]


_APPROVED: dict[str, Any] = {
    "reasons": [],
    "minimums": [{"variant": "D3", "phases": [{"unit": "lessons", "weekly_amount": "4", "weeks": 40}]}],
}


class ApproveIn(ReasonsIn):
    """What is said on approval. ``minimums`` replaces what an earlier approval set; null keeps it."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"reasons": []}, _APPROVED]})

    minimums: Annotated[list[ApprovedMinimum], Field(max_length=20)] | None = None

    def set_minimums(self) -> list[dict[str, Any]] | None:
        """The minimums in the form in which they are stored."""
        return None if self.minimums is None else [each.model_dump(mode="json") for each in self.minimums]


class ReturnIn(BaseModel):
    """The remarks with which a project is returned."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"remarks": [{"pointer": "/description/budget", "text": "Skriv, hvad vikardækningen koster."}]}
            ]
        },
    )

    remarks: Annotated[list[RemarkBody], Field(min_length=1, max_length=100)]


class CloseProjectIn(BaseModel):
    """Why a project is closed."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"remark": "Forløbene er afsluttet."}]})

    remark: Words | None = None
