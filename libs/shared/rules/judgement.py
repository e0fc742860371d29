"""Decides from the verdicts on a plan whether it may be submitted, and says what prevents it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from libs.shared.rules.verdicts import CheckOutcome, CheckVerdict, Severity


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdicts that matter for a submission.

    ``violated`` are violated rules of severity error, which must be corrected. ``unanswered`` are rules of severity
    error that could not be judged because a value is missing. ``warnings`` are violated rules of severity warning;
    they need one written reason.
    """

    violated: tuple[CheckVerdict, ...]
    unanswered: tuple[CheckVerdict, ...]
    warnings: tuple[CheckVerdict, ...]

    @classmethod
    def of(cls, verdicts: Iterable[CheckVerdict]) -> Self:
        """The judgement of these verdicts."""
        given = tuple(verdicts)

        def found(outcome: CheckOutcome, severity: Severity) -> tuple[CheckVerdict, ...]:
            return tuple(each for each in given if each.outcome is outcome and each.severity is severity)

        return cls(
            violated=found(CheckOutcome.VIOLATED, Severity.ERROR),
            unanswered=found(CheckOutcome.UNKNOWN, Severity.ERROR),
            warnings=found(CheckOutcome.VIOLATED, Severity.WARNING),
        )

    @property
    def blocked(self) -> bool:
        """Whether the plan may not be submitted even with a reason: an error is violated or unanswered."""
        return bool(self.violated or self.unanswered)

    def may_be_submitted(self, reason: str | None) -> bool:
        """Whether the plan may be submitted, with this written reason for its warnings."""
        return not self.blocked and (not self.warnings or bool(reason))


def rule_ids(verdicts: Iterable[CheckVerdict]) -> tuple[str, ...]:
    """The ids of the rules, each once, in the verdicts' order."""
    return tuple(dict.fromkeys(each.rule_id for each in verdicts))
