"""Verdicts: one per rule and judged subject, with a reason in words that a person can check."""

from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Any, TypedDict

from pydantic import BaseModel, ConfigDict

from libs.shared.rules.rule_sets import Rules, RuleSet
from libs.shared.rules.wording import Text


class ScreeningOutcome(StrEnum):
    """Whether a pupil meets a screening rule. A flag puts a pupil on the gross list and decides nothing."""

    FLAGGED = "flagged"
    NOT_FLAGGED = "not_flagged"
    NOT_APPLICABLE = "not_applicable"
    UNKNOWN = "unknown"


class CheckOutcome(StrEnum):
    """Whether a plan or a case meets a rule of composition or support."""

    SATISFIED = "satisfied"
    VIOLATED = "violated"
    NOT_APPLICABLE = "not_applicable"
    UNKNOWN = "unknown"


class DosageOutcome(StrEnum):
    """Whether the minimum dosage is reached."""

    MET = "met"
    AT_RISK = "at_risk"
    MISSED = "missed"
    UNKNOWN = "unknown"


class DosageStage(StrEnum):
    """When dosage is judged: before, during, and of what was given."""

    PLANNED = "planned"
    FORECAST = "forecast"
    DELIVERED = "delivered"


class Severity(StrEnum):
    """What a violation does: an error blocks submission, a warning needs a written reason, an info does nothing."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Measure(BaseModel):
    """An amount or a code, with its unit: ``12.5 percent``, ``jævn`` on the scale of the tests, ``4 sessions``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    amount: Decimal | None = None
    code: str | None = None
    unit: str


class Coverage(BaseModel):
    """How much of the data was there: ``have`` of ``expected`` units; ``expected`` is null when nobody knows."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    have: int
    expected: int | None = None
    unit: str


@lru_cache(maxsize=4096)
def _measure(unit: str, amount: str | None, code: str | None) -> Measure:
    return Measure(amount=None if amount is None else Decimal(amount), code=code, unit=unit)


def measure(unit: str, *, amount: Decimal | int | None = None, code: str | None = None) -> Measure:
    """A measure. Measures are immutable, and the verdicts of many pupils share most of them: making one costs more than
    finding it. The amount is kept as it is written, as ``10`` and ``10.00`` are equal but not shown alike.
    """
    return _measure(unit, None if amount is None else str(amount), code)


@lru_cache(maxsize=1024)
def coverage(unit: str, have: int, expected: int | None = None) -> Coverage:
    """A coverage, shared as measures are."""
    return Coverage(have=have, expected=expected, unit=unit)


class Verdict(BaseModel):
    """One rule's answer. ``value`` is what was seen and ``threshold`` what it was held against.

    Each family narrows ``outcome``; parse a stored verdict by its family's class, as outcomes share words.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    rule_id: str
    rule_set: str
    version: int
    outcome: ScreeningOutcome | CheckOutcome | DosageOutcome
    stage: DosageStage | None = None
    severity: Severity | None = None
    value: Measure | None = None
    threshold: Measure | None = None
    coverage: Coverage | None = None
    reason: Text


class ScreeningVerdict(Verdict):
    """A screening rule's answer about one pupil."""

    outcome: ScreeningOutcome


class CheckVerdict(Verdict):
    """A rule's answer about one plan or case; ``pointer`` is the JSON pointer to the part that was judged."""

    outcome: CheckOutcome
    severity: Severity
    pointer: str = ""


class Frame(TypedDict):
    """The fields that name the rule set of a verdict."""

    rule_set: str
    version: int


def frame(rule_set: RuleSet) -> Frame:
    """Name and version of a rule set, as every verdict by it states them."""
    return {"rule_set": rule_set.name, "version": rule_set.version}


def check_verdict(
    rules: Rules[Any],
    *,
    rule_id: str,
    outcome: CheckOutcome,
    severity: Severity,
    reason: Text,
    pointer: str = "",
    value: Measure | None = None,
    threshold: Measure | None = None,
    coverage: Coverage | None = None,
) -> CheckVerdict:
    """A verdict on a plan or case that names the rule set it was judged by."""
    return CheckVerdict(
        rule_id=rule_id,
        **frame(rules.rule_set),
        outcome=outcome,
        severity=severity,
        pointer=pointer,
        value=value,
        threshold=threshold,
        coverage=coverage,
        reason=reason,
    )


def screening_verdict(
    rules: Rules[Any],
    *,
    rule_id: str,
    outcome: ScreeningOutcome,
    reason: Text,
    value: Measure | None = None,
    threshold: Measure | None = None,
    coverage: Coverage | None = None,
) -> ScreeningVerdict:
    """A verdict about a pupil that names the rule set it was judged by."""
    return ScreeningVerdict(
        rule_id=rule_id,
        **frame(rules.rule_set),
        outcome=outcome,
        value=value,
        threshold=threshold,
        coverage=coverage,
        reason=reason,
    )
