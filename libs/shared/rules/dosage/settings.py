"""The minimums as phases, in the form of the rule set's ``settings``."""

from decimal import Decimal
from fractions import Fraction
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

from libs.shared.rules.dosage.facts import NotCountedWhy
from libs.shared.rules.rule_sets import Rules
from libs.shared.rules.verdicts import Measure
from libs.shared.rules.wording import Text, floored


class _Settings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class SessionMinutes(_Settings):
    """How long a session is for it to count, both inclusive; without ``most`` there is no upper limit."""

    least: int = Field(ge=0)
    most: int | None = Field(default=None, ge=1)

    def why_not(self, minutes: int) -> NotCountedWhy | None:
        """Why a session of that length does not count; None when it does."""
        if minutes < self.least:
            return NotCountedWhy.TOO_SHORT
        return NotCountedWhy.TOO_LONG if self.most is not None and minutes > self.most else None

    @property
    def text(self) -> Text:
        """The lengths for people: ``25–40 minutter``, or ``mindst 45 minutter``."""
        if self.most is None:
            return Text(da=f"mindst {self.least} minutter", en=f"at least {self.least} minutes")
        return Text(da=f"{self.least}–{self.most} minutter", en=f"{self.least}–{self.most} minutes")


_ONE_LENGTH: JsonValue = {
    "oneOf": [
        {"required": ["weeks"], "properties": {"weeks": {"type": "integer"}}},
        {"required": ["school_years"], "properties": {"school_years": {"not": {"type": "null"}}}},
    ]
}
_ONE_AMOUNT: JsonValue = {
    "if": {"properties": {"unit": {"const": "packages"}}},
    "then": {
        "required": ["phase_amount"],
        "properties": {"phase_amount": {"type": "integer"}, "weekly_amount": {"type": "null"}},
    },
    "else": {
        "required": ["weekly_amount"],
        "properties": {"weekly_amount": {"not": {"type": "null"}}, "phase_amount": {"type": "null"}},
    },
}
"""What the validators of a phase ask for, for its JSON Schema."""


class MinimumPhase(_Settings):
    """One phase: ``weekly_amount`` of ``unit`` for ``weeks`` school weeks, or for ``school_years``, a share of one.
    Both are least amounts, inclusive; only one of the two lengths is given. The total is the one times the other.

    Book packages have ``phase_amount`` instead, the number in the whole phase. ``every_weeks`` is how many school
    weeks there are from one to the next, null where the source asks for no rhythm; the forecast then looks back over
    ``forecast_weeks``, a whole number of such rounds.
    """

    model_config = ConfigDict(json_schema_extra={"allOf": [_ONE_LENGTH, _ONE_AMOUNT]})

    unit: Literal["lessons", "sessions", "packages"]
    weekly_amount: Decimal | None = Field(default=None, gt=0)
    phase_amount: int | None = Field(default=None, ge=1)
    every_weeks: int | None = Field(default=None, ge=1)
    forecast_weeks: int | None = Field(default=None, ge=1)
    weeks: int | None = Field(default=None, ge=1)
    school_years: Decimal | None = Field(default=None, gt=0)
    session_minutes: SessionMinutes | None = None

    @model_validator(mode="after")
    def _has_one_length(self) -> Self:
        if (self.weeks is None) == (self.school_years is None):
            raise ValueError("a phase has either weeks or school_years")
        return self

    @model_validator(mode="after")
    def _has_one_amount(self) -> Self:
        if (self.weekly_amount is None) == (self.phase_amount is None):
            raise ValueError("a phase has either weekly_amount or phase_amount")
        if (self.unit == "packages") != (self.phase_amount is not None):
            raise ValueError("packages have a phase_amount, all else a weekly_amount")
        return self

    @property
    def weekly(self) -> Fraction:
        """The minimum per week, in the phase's unit; for packages one in ``every_weeks`` weeks, or 0 without that."""
        if self.weekly_amount is not None:
            return Fraction(self.weekly_amount)
        return Fraction(1, self.every_weeks) if self.every_weeks else Fraction(0)

    @property
    def weekly_measure(self) -> Measure | None:
        """The minimum per week as it is shown, rounded down; None where the source asks for no rhythm."""
        return Measure(amount=floored(self.weekly), unit=self.unit) if self.weekly else None


class VariantMinimum(_Settings):
    """The minimum of one variant, phase after phase; none where the approval has to set it."""

    variant: str
    phases: tuple[MinimumPhase, ...]


class ForecastSettings(_Settings):
    """The school weeks the forecast's mean is taken of, and how many must have records for there to be one."""

    mean_of_weeks: int = Field(ge=1)
    least_weeks_of_records: int = Field(ge=1)


class DosageSettings(_Settings):
    """The settings of a rule set of the family ``dosage``: the minimum of each variant of an intervention type.

    A lesson has ``lesson_minutes``; a school year ``school_year_weeks`` unless the school's calendar says otherwise.
    """

    lesson_minutes: int = Field(ge=1)
    school_year_weeks: int = Field(ge=1)
    forecast: ForecastSettings
    minimums: tuple[VariantMinimum, ...]

    def phases_of(self, variant: str) -> tuple[MinimumPhase, ...]:
        """The variant's phases; none when the set has no minimum for it."""
        return next((each.phases for each in self.minimums if each.variant == variant), ())

    def minimum_weeks(self, phase: MinimumPhase, school_year_weeks: int | None) -> Fraction:
        """The phase's length in school weeks. A share of a school year is taken of ``school_year_weeks``, or if that is
        None of the set's own number.
        """
        if phase.school_years is not None:
            return Fraction(phase.school_years) * (school_year_weeks or self.school_year_weeks)
        return Fraction(phase.weeks or 0)

    def per_unit(self, phase: MinimumPhase) -> int:
        """How much one unit of the phase adds to the counted amount: a lesson its minutes, all other units 1."""
        return self.lesson_minutes if phase.unit == "lessons" else 1


DosageRules = Rules[DosageSettings]
"""A set of this family with its settings read."""
