"""The plan: one model for project descriptions, ``POST /v1/checks`` and ``plan.yaml``.

It contains only what a rule reads: codes, numbers and yes-or-no fields. The rules never judge free text. Everything
except the start and the efforts may be left out; a rule that needs a missing value answers unknown. An unknown field
is an error, so that a misspelt field is not ignored.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

from libs.shared.rules.dosage.facts import PlannedPhase
from libs.shared.values.codes import Grade


class PlanScope(StrEnum):
    """Whose plan it is: a project's, or one pupil's."""

    PROJECT = "project"
    PUPIL = "pupil"


class Organisation(StrEnum):
    """The three ways of co-teaching: én underviser, én assisterer; stationsundervisning; parallelundervisning."""

    ONE_TEACHES_ONE_ASSISTS = "one_teaches_one_assists"
    STATIONS = "stations"
    PARALLEL = "parallel"


_FREE_TEXT: JsonDict = {"x-free-text": True}
"""Marks a text that people write (``privacy.free_text``): a service that takes plans takes no CPR number in it."""

Supplier = Annotated[str, Field(min_length=1, max_length=200, json_schema_extra=_FREE_TEXT)]


class PlannedEffort(PlannedPhase):
    """One effort (indsats) of a plan: a variant of the catalog, its group, its planned dosage and what is declared.

    ``group_size`` is the number of pupils in each group. ``voluntary`` and ``chosen_with_parents_and_pupil`` are two
    ways to the same rule, one of them is enough.
    """

    variant: str = Field(min_length=1, max_length=40, examples=["C"], json_schema_extra=_FREE_TEXT)
    group_size: int | None = Field(default=None, ge=1, le=100)
    grades: tuple[Grade, ...] | None = Field(default=None, min_length=1, max_length=11)
    organisation: Organisation | None = None
    replaces_ordinary_teaching: bool | None = None
    collides_with_ordinary_teaching: bool | None = None
    content_described: bool | None = None
    goals_described: bool | None = None
    handover_planned: bool | None = None
    parents_informed: bool | None = None
    voluntary: bool | None = None
    chosen_with_parents_and_pupil: bool | None = None


class Plan(BaseModel):
    """A plan from ``start`` to ``last_day``, both inclusive, with at least one effort. ``start`` chooses the rules.

    ``anchoring``: it is described how the efforts are anchored in the pupils' school life; ``communication``: who
    communicates with whom. ``uses_external_suppliers`` says whether there are any, ``external_suppliers`` names them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    scope: PlanScope = PlanScope.PROJECT
    start: date
    last_day: date | None = None
    efforts: tuple[PlannedEffort, ...] = Field(min_length=1, max_length=200)
    anchoring: bool | None = None
    communication: bool | None = None
    daily_responsibility: bool | None = None
    substitutes: bool | None = None
    rooms: bool | None = None
    staff_and_parents_informed: bool | None = None
    joint_planning: bool | None = None
    running_evaluation: bool | None = None
    competence_development: bool | None = None
    uses_external_suppliers: bool | None = None
    external_suppliers: tuple[Supplier, ...] = Field(default=(), max_length=50)

    @field_validator("last_day")
    @classmethod
    def _not_before_the_start(cls, last_day: date | None, others: ValidationInfo) -> date | None:
        start = others.data.get("start")
        if last_day is not None and start is not None and last_day < start:
            raise PydanticCustomError(
                "plan.ends_before_start",
                "The end is before the start. Correct one of the dates.",
                {"da": "Slutdatoen ligger før startdatoen. Ret en af datoerne."},
            )
        return last_day
