"""The answers about kept versions and the history."""

from datetime import datetime
from typing import Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from libs.shared.descriptions.description import Description
from libs.shared.rules.composition.plan import Plan
from libs.shared.rules.verdicts import CheckVerdict
from services.registration.projects.domain import Step
from services.registration.projects.schemas import RemarkBody, RuleReason, reasons_of
from services.registration.projects.sealing import ProjectTexts
from services.registration.projects.tables import ProjectStep, ProjectVersion


class VersionListed(BaseModel):
    """A version that was returned or approved, in short."""

    model_config = ConfigDict(from_attributes=True)

    version: int
    submission: int = Field(description="Which submission of the version it was; above 1 after a return.")
    outcome: Literal["returned", "approved"]
    title: str
    submitted_by: str | None
    submitted_at: datetime | None
    decided_by: str
    decided_at: datetime
    budget_total: int | None
    own_financing: int | None


class VersionOut(VersionListed):
    """A version as it was when it was decided about."""

    school_ids: list[UUID]
    plan: Plan
    description: Description
    verdicts: list[CheckVerdict]
    submit_reasons: list[RuleReason]
    approve_reasons: list[RuleReason]
    remarks: list[RemarkBody]
    minimums: list[dict[str, Any]]

    @classmethod
    def of(cls, texts: ProjectTexts, kept: ProjectVersion) -> Self:
        """The answer for a kept version, with its texts opened. Raises ``Undecryptable``."""
        return cls.model_validate(
            {
                **kept.model_dump(exclude={"description", "remarks", "submit_reason", "approve_reason"}),
                "description": texts.description(kept),
                "remarks": [RemarkBody.model_validate(each) for each in texts.remarks(kept)],
                "submit_reasons": reasons_of(texts.reasons(kept, "submit_reason")),
                "approve_reasons": reasons_of(texts.reasons(kept, "approve_reason")),
            }
        )


class ProjectStepOut(BaseModel):
    """One step of a project's history."""

    position: int
    version: int
    step: Step
    decided_by: str = Field(description="The keyed name of the caller, as in the request log.")
    decided_at: datetime
    remarks: list[RemarkBody]

    @classmethod
    def of(cls, texts: ProjectTexts, step: ProjectStep) -> Self:
        """The answer for a step, with its remarks opened. Raises ``Undecryptable``."""
        remarks = [RemarkBody.model_validate(each) for each in texts.remarks(step)]
        return cls.model_validate({**step.model_dump(exclude={"remarks"}), "remarks": remarks})
