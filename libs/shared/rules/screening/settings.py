"""The numbers and names by which the screening rules judge facts: the rule set's ``settings``."""

from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from libs.shared.rules.rule_sets import Rules
from libs.shared.rules.wording import Text
from libs.shared.values.codes import Grade


class _Settings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Named(_Settings):
    """A code and its name for people."""

    code: str
    name: Text


class AbsenceSettings(_Settings):
    """S-ABSENCE: flagged from this percent of one school year's reported school days, inclusive."""

    flagged_from_percent: Decimal = Field(gt=0, le=100)


class NationalTestSettings(_Settings):
    """S-TEST: the grades whose tests count, the scale from low to high, and the highest level that is flagged, one of
    the scale's codes. The latest test of each of ``subjects`` counts. A pupil in ``expected_from_grade`` or above
    without a test is unknown.
    """

    test_grades: tuple[Grade, ...]
    subjects: tuple[Named, ...]
    scale: tuple[Named, ...]
    flagged_up_to: str
    expected_from_grade: Grade

    @model_validator(mode="after")
    def _threshold_is_on_the_scale(self) -> Self:
        self.rank(self.flagged_up_to)
        return self

    def rank(self, level: str) -> int:
        """The level's position on the scale, 0 for the lowest. Raises ``ValueError`` when it is not on the scale."""
        rank = self._ranks.get(level)
        if rank is None:
            raise ValueError(f"the level {level} is not on the scale {', '.join(self._ranks)}")
        return rank

    @cached_property
    def _ranks(self) -> dict[str, int]:
        return {each.code: rank for rank, each in enumerate(self.scale)}

    def level_name(self, level: str) -> Text:
        """The level's name for people. Raises ``ValueError`` when it is not on the scale."""
        return self.scale[self.rank(level)].name


class ReadinessSettings(_Settings):
    """S-NOT-READY: the grades it applies to, both inclusive."""

    from_grade: Grade
    to_grade: Grade


class MarkSettings(_Settings):
    """S-MARK: the grades it applies to, both inclusive, the grades whose marks count, and the highest mark that is
    flagged, as a number on the 7-point scale (-3, 0, 2, 4, 7, 10, 12).
    """

    from_grade: Grade
    to_grade: Grade
    given_in_grades: tuple[Grade, ...]
    flagged_up_to: int


class AnswerKind(StrEnum):
    """How a qualitative question is answered."""

    TEXT = "text"
    YES_NO_WITH_TEXT = "yes_no_with_text"
    ATTENDANCE = "attendance"
    YES_NO_UNKNOWN = "yes_no_unknown"

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes to choose from; empty for a question that is answered only by text."""
        return _CODES[self]


_CODES: dict[AnswerKind, tuple[str, ...]] = {
    AnswerKind.TEXT: (),
    AnswerKind.YES_NO_WITH_TEXT: ("yes", "no"),
    AnswerKind.ATTENDANCE: ("none", "partly", "full"),
    AnswerKind.YES_NO_UNKNOWN: ("yes", "no", "unknown"),
}


class QualitativeQuestion(_Settings):
    """One of the 13 questions the staff answers about a pupil. Texts given in answer never leave registration."""

    id: str
    answer: AnswerKind
    text: Text


class ScreeningSettings(_Settings):
    """The settings of a rule set of the family ``screening``."""

    absence: AbsenceSettings
    national_test: NationalTestSettings
    readiness: ReadinessSettings
    mark: MarkSettings
    questions: tuple[QualitativeQuestion, ...]
    expected_percent: Decimal = Field(default=Decimal(10), gt=0, le=100)
    """The share of all pupils that the target group is estimated to be (source 000, chapter 1). It is shown beside the
    share on the gross list and decides nothing.
    """


ScreeningRules = Rules[ScreeningSettings]
"""A set of this family with its settings read."""
