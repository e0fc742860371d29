"""The minimums as phases, as they stand in the rule set's ``settings``."""

from decimal import Decimal
from fractions import Fraction
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from libs.shared.rules.dosage.facts import NotCountedWhy


class _Settings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class SessionMinutes(_Settings):
    """How long a session is for it to count, both inclusive."""

    least: int
    most: int

    def why_not(self, minutes: int) -> NotCountedWhy | None:
        """Why a session of that length does not count, or nothing when it does."""
        if minutes < self.least:
            return NotCountedWhy.TOO_SHORT
        return NotCountedWhy.TOO_LONG if minutes > self.most else None


class MinimumPhase(_Settings):
    """One phase: ``weekly_amount`` of ``unit`` for ``weeks``, or for a share of a school year."""

    unit: Literal["lessons", "sessions"]
    weekly_amount: Decimal = Field(gt=0)
    weeks: int | None = Field(default=None, ge=1)
    school_years: Decimal | None = Field(default=None, gt=0)
    session_minutes: SessionMinutes | None = None

    @model_validator(mode="after")
    def _has_one_length(self) -> Self:
        if (self.weeks is None) == (self.school_years is None):
            raise ValueError("a phase has either weeks or school_years")
        return self


class VariantMinimum(_Settings):
    """The minimum of one variant, phase after phase; none where the approval has to set it."""

    variant: str
    phases: tuple[MinimumPhase, ...]


class ForecastSettings(_Settings):
    """The school weeks the forecast's mean is taken of, and how many must have records for there to be one."""

    mean_of_weeks: int = Field(ge=1)
    least_weeks_of_records: int = Field(ge=1)


class DosageSettings(_Settings):
    """The settings of a rule set of the family ``dosage``."""

    lesson_minutes: int = Field(ge=1)
    school_year_weeks: int = Field(ge=1)
    forecast: ForecastSettings
    minimums: tuple[VariantMinimum, ...]

    def phases_of(self, variant: str) -> tuple[MinimumPhase, ...]:
        """The variant's phases; none when the set has no minimum for it."""
        return next((each.phases for each in self.minimums if each.variant == variant), ())

    def minimum_weeks(self, phase: MinimumPhase, school_year_weeks: int | None) -> Fraction:
        """The phase's length in school weeks; of a school year as the calendar has it, else as the set has it."""
        if phase.school_years is not None:
            return Fraction(phase.school_years) * (school_year_weeks or self.school_year_weeks)
        return Fraction(phase.weeks or 0)

    def per_unit(self, phase: MinimumPhase) -> int:
        """How much one of the phase's unit is in what is added up: a lesson in minutes, a session in sessions."""
        return self.lesson_minutes if phase.unit == "lessons" else 1
