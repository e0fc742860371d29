"""The plan: one model for project descriptions, ``POST /v1/checks`` and ``plan.yaml``.

It declares only what a rule reads. A field it does not know is an error, so that a misspelt one is not ignored.
"""

from datetime import date
from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from libs.shared.rules.dosage.facts import PlannedPhase


class PlanScope(StrEnum):
    """Whose plan it is: a project's, or one pupil's."""

    PROJECT = "project"
    PUPIL = "pupil"


class PlannedEffort(PlannedPhase):
    """One effort (indsats) of a plan: a variant of the catalog, its group and its planned dosage.

    ``group_size`` is the number of pupils in each group.
    """

    variant: str = Field(min_length=1, max_length=40, examples=["C"])
    group_size: int | None = Field(default=None, ge=1, le=100)


class Plan(BaseModel):
    """A plan from ``start`` to ``end``, both inclusive, with at least one effort. ``start`` chooses the rules."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    scope: PlanScope = PlanScope.PROJECT
    start: date
    end: date | None = None
    efforts: tuple[PlannedEffort, ...] = Field(min_length=1, max_length=200)

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.end is not None and self.end < self.start:
            raise ValueError("end is before start")
        return self
