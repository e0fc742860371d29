"""The bodies and answers of the routes of projects."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from libs.shared.base.date_window import DaysInside
from libs.shared.privacy.free_text import FreeTexts
from libs.shared.privacy.sealed_texts import SealedTexts
from libs.shared.rules.composition.plan import Plan
from libs.shared.rules.verdicts import CheckVerdict
from libs.shared.values.codes import MunicipalityCode
from services.registration.fields import Title, Words
from services.registration.projects.domain import ProjectStatus
from services.registration.projects.sealing import REASONS, open_reason
from services.registration.projects.tables import Project

_BESIDE_TEACHING = {"replaces_ordinary_teaching": False, "collides_with_ordinary_teaching": False}


_PLAN: dict[str, Any] = {
    "scope": "project",
    "start": "2023-08-14",
    "last_day": "2024-06-21",
    "efforts": [
        {
            "variant": "A1",
            "weekly_amount": "10.5",
            "unit": "lessons",
            "weeks": 20,
            "organisation": "stations",
            **_BESIDE_TEACHING,
        },
        {
            "variant": "C",
            "group_size": 4,
            "weekly_amount": "4",
            "unit": "sessions",
            "weeks": 12,
            "minutes_per_session": 30,
            "content_described": True,
            "goals_described": True,
            **_BESIDE_TEACHING,
        },
    ],
    **dict.fromkeys(("anchoring", "communication", "daily_responsibility", "substitutes", "rooms"), True),
    "staff_and_parents_informed": True,
}


_PROJECT: dict[str, Any] = {
    "title": "Flere med i fællesskabet",
    "school_ids": ["7b0f6a4e-3c0c-4d5e-9a55-0d7f6f1f2a10"],
    "plan": _PLAN,
}


class ProjectIn(BaseModel):
    """A project description: its schools and its plan, which needs an end."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_PROJECT]})

    title: Title
    school_ids: list[UUID] = Field(min_length=1, max_length=100)
    plan: Annotated[Plan, DaysInside, FreeTexts]


class SubmitIn(BaseModel):
    """What is said on submission."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"reason": None}]})

    reason: Words | None = Field(default=None, description="Needed when a rule gives a warning.")


class ApproveIn(BaseModel):
    """What the secretariat says on approval."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"reason": None, "aggregate_version": 2}]}
    )

    reason: Words | None = Field(default=None, description="Needed when a rule gives a warning.")
    aggregate_version: int | None = Field(
        default=None, ge=1, description="The version that was read; another one is refused."
    )


class ProjectOut(BaseModel):
    """A project description, and where it stands."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [
                {
                    "project_id": "3c1d5e7f-2b4a-4c6d-8e9f-0a1b2c3d4e5f",
                    "municipality_code": "101",
                    **_PROJECT,
                    "status": "submitted",
                    "verdicts": [],
                    "submitted_by": "k1:0123456789abcdef0123456789abcdef",
                    "submitted_at": "2023-06-30T12:00:00Z",
                    "submit_reason": None,
                    "approved_by": None,
                    "approved_at": None,
                    "approve_reason": None,
                    "aggregate_version": 2,
                }
            ]
        },
    )

    project_id: UUID
    municipality_code: MunicipalityCode
    title: str
    school_ids: list[UUID]
    plan: Plan
    status: ProjectStatus
    verdicts: list[CheckVerdict] = Field(description="Of the last submission or approval; each names its rule set.")
    submitted_by: str | None = Field(description="The keyed name of the caller, as in the request log.")
    submitted_at: datetime | None
    submit_reason: str | None
    approved_by: str | None
    approved_at: datetime | None
    approve_reason: str | None
    aggregate_version: int

    @classmethod
    def of(cls, texts: SealedTexts, project: Project) -> Self:
        """The answer for a project, with its reasons opened. Raises ``Undecryptable``."""
        opened = {name: open_reason(texts, project, name) for name in REASONS}
        return cls.model_validate({**project.model_dump(exclude=set(REASONS)), **opened})
