"""What is said with a step of a project."""

from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

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


class ApproveIn(ReasonsIn):
    """What is said on approval."""


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


class CloseIn(BaseModel):
    """Why a project is closed."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"remark": "Forløbene er afsluttet."}]})

    remark: Words | None = None
