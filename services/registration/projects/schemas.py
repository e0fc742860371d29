"""The bodies and answers of several routes of projects, and the condition of a change."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from libs.shared.descriptions.budget import BudgetHeld
from libs.shared.descriptions.description import Description
from libs.shared.rules.composition.plan import Plan
from libs.shared.rules.verdicts import CheckVerdict
from libs.shared.values.codes import MunicipalityCode
from libs.shared.web.preconditions import etag_of, require_match
from services.registration.fields import Words
from services.registration.projects.domain import ProjectStatus
from services.registration.projects.examples import DOCUMENT
from services.registration.projects.sealing import ProjectTexts, Remark
from services.registration.projects.showing import AsRead, Shown
from services.registration.projects.tables import Project

RuleId = Annotated[str, Field(pattern=r"^[A-Z]-[A-Z-]{2,40}$|^\*$", examples=["C-PLAN"])]


class RuleReason(BaseModel):
    """The written reason for passing over a warning."""

    model_config = ConfigDict(extra="forbid")

    rule_id: RuleId
    reason: Words


class RemarkBody(BaseModel):
    """A remark; ``pointer`` is the JSON pointer of the field it is about, null for the whole."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)

    text: Words
    pointer: str | None = Field(
        default=None, max_length=200, pattern=r"^(/[A-Za-z0-9_~-]+)+$", examples=["/description/budget"]
    )

    def as_remark(self) -> Remark:
        """The remark to be kept."""
        return Remark(self.text, self.pointer)


class ProjectOut(BaseModel):
    """The version of a project that is worked on, and where it stands."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "project_id": "3c1d5e7f-2b4a-4c6d-8e9f-0a1b2c3d4e5f",
                    "municipality_code": "101",
                    **DOCUMENT,
                    "budget": {
                        "outcome": "unknown",
                        "total": 910000,
                        "reason": {"da": "Der er intet tilskud.", "en": "There is no grant."},
                    },
                    "status": "submitted",
                    "version": 1,
                    "version_in_force": None,
                    "verdicts": [],
                    "submitted_by": "k1:0123456789abcdef0123456789abcdef",
                    "submitted_at": "2023-06-30T12:00:00Z",
                    "submit_reasons": [],
                    "remarks": [],
                    "approved_by": None,
                    "approved_at": None,
                    "approve_reasons": [],
                    "minimums": [],
                    "changed_at": "2023-06-30T12:00:00Z",
                    "aggregate_version": 2,
                }
            ]
        }
    )

    project_id: UUID
    municipality_code: MunicipalityCode
    initiative_id: UUID | None
    title: str
    school_ids: list[UUID]
    plan: Plan | None = Field(description="What is described counts as declared, unless the plan denies it.")
    description: Description
    budget: BudgetHeld
    status: ProjectStatus
    version: int = Field(description="The version shown: the one that is worked on.")
    version_in_force: int | None = Field(description="The approved version by which courses are judged.")
    verdicts: list[CheckVerdict] = Field(description="Of the last submission or approval; each names its rule set.")
    submitted_by: str | None = Field(description="The keyed name of the caller, as in the request log.")
    submitted_at: datetime | None
    submit_reasons: list[RuleReason]
    remarks: list[RemarkBody] = Field(description="With which it was returned, until it is submitted again.")
    approved_by: str | None
    approved_at: datetime | None
    approve_reasons: list[RuleReason]
    minimums: list[dict[str, Any]] = Field(
        description="The minimum dosage that the approval set for variants without one in the rules, by variant."
    )
    changed_at: datetime | None
    aggregate_version: int

    @classmethod
    def of(cls, texts: ProjectTexts, shown: Shown) -> Self:
        """The answer for a project, with its texts opened. Raises ``Undecryptable``."""
        project = shown.project
        return cls.model_validate(
            {
                **project.model_dump(exclude={"description", "remarks", "submit_reason", "approve_reason"}),
                "description": texts.description(project),
                "budget": shown.budget,
                "remarks": [RemarkBody.model_validate(each) for each in texts.remarks(project)],
                "submit_reasons": reasons_of(texts.reasons(project, "submit_reason")),
                "approve_reasons": reasons_of(texts.reasons(project, "approve_reason")),
            }
        )


def reasons_of(reasons: dict[str, str]) -> list[dict[str, Any]]:
    """Reasons by rule as a list."""
    return [{"rule_id": rule, "reason": words} for rule, words in reasons.items()]


class _Tag(BaseModel):
    """What an ``ETag`` is made of. A change of the grant changes no ``ETag``, only the budget that is held against
    it.
    """

    project_id: UUID
    aggregate_version: int


def tag_of(project: Project) -> str:
    """The ``ETag`` of a project."""
    return etag_of(_Tag(project_id=project.project_id, aggregate_version=project.aggregate_version))


def read_as(if_match: str | None) -> AsRead:
    """The condition of a change. It raises ``PreconditionRequired`` and ``PreconditionFailed``."""

    def unchanged(project: Project) -> None:
        tag = _Tag(project_id=project.project_id, aggregate_version=project.aggregate_version)
        require_match(tag, if_match, None)

    return unchanged
