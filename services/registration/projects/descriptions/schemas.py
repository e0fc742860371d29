"""The body of a project description, and a line of the list of projects."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from libs.shared.descriptions.document import ProjectDocument
from libs.shared.values.codes import MunicipalityCode
from services.registration.projects.domain import ProjectStatus
from services.registration.projects.examples import DOCUMENT


class ProjectIn(ProjectDocument):
    """A project description: its schools, its plan and its structured description, as far as they are written."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [DOCUMENT]})


class ProjectListed(BaseModel):
    """A project in short, without what people wrote in its description."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "project_id": "3c1d5e7f-2b4a-4c6d-8e9f-0a1b2c3d4e5f",
                    "municipality_code": "101",
                    "initiative_id": None,
                    "title": "Flere med i fællesskabet",
                    "school_ids": ["7b0f6a4e-3c0c-4d5e-9a55-0d7f6f1f2a10"],
                    "status": "submitted",
                    "version": 1,
                    "version_in_force": None,
                    "start": "2023-08-14",
                    "last_day": "2024-06-21",
                    "variants": ["A1", "C"],
                    "budget_total": 910000,
                    "own_financing": 0,
                    "submitted_at": "2023-06-30T12:00:00Z",
                    "approved_at": None,
                    "changed_at": "2023-06-30T12:00:00Z",
                }
            ]
        }
    )

    project_id: UUID
    municipality_code: MunicipalityCode
    initiative_id: UUID | None
    title: str
    school_ids: list[UUID]
    status: ProjectStatus
    version: int
    version_in_force: int | None
    start: date | None
    last_day: date | None
    variants: list[str]
    budget_total: int | None = Field(description="Kroner.")
    own_financing: int | None = Field(description="Kroner.")
    submitted_at: datetime | None
    approved_at: datetime | None
    changed_at: datetime | None

    @classmethod
    def of(cls, row: Mapping[Any, Any]) -> Self:
        """The line of a project."""
        variants = dict.fromkeys(row["variants"] or ())
        return cls.model_validate({**row, "start": row["start"] or None, "variants": list(variants)})
