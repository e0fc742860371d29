"""The numbers and questions of the evaluator's definition: the rule set's ``settings``."""

from decimal import Decimal
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from libs.shared.rules.rule_sets import Rules
from libs.shared.rules.wording import Text
from libs.shared.values.codes import Grade


class _Settings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class SurveyItem(_Settings):
    """One named question of the wellbeing survey, in our words."""

    id: str
    text: Text


class WorryingAnswers(_Settings):
    """Low wellbeing by the number of worrying answers, from ``flagged_from``, inclusive, as the grades are."""

    from_grade: Grade
    to_grade: Grade
    flagged_from: int = Field(ge=1)
    items: tuple[SurveyItem, ...]


class MeanOfItems(_Settings):
    """Low wellbeing by the mean of items on a scale from ``best`` to ``worst``, from ``flagged_from_mean``, inclusive,
    as the grades are.
    """

    from_grade: Grade
    to_grade: Grade
    flagged_from_mean: Decimal = Field(ge=0)
    best: int
    worst: int
    items: tuple[SurveyItem, ...]

    @model_validator(mode="after")
    def _worst_is_highest(self) -> Self:
        if self.best >= self.worst:
            raise ValueError("worst is above best")
        return self


class VulnerableSettings(_Settings):
    """The settings of a rule set of the family ``vulnerable``. Absence is high *above* the percent, not at it."""

    absence_above_percent: Decimal = Field(ge=0, le=100)
    older: WorryingAnswers
    younger: MeanOfItems


VulnerableRules = Rules[VulnerableSettings]
"""A set of this family with its settings read."""
