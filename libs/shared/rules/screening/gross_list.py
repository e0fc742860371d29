"""The gross list: the pupils at least one screening rule flags, with the reasons."""

from collections.abc import Hashable, Mapping
from typing import TypeVar

from pydantic import BaseModel, ConfigDict

from libs.shared.rules.rule_sets import RuleSet
from libs.shared.rules.screening.absence import screen_absence
from libs.shared.rules.screening.facts import ScreeningFacts
from libs.shared.rules.screening.national_tests import screen_tests
from libs.shared.rules.screening.settings import QualitativeQuestion, ScreeningSettings
from libs.shared.rules.screening.upper_stage import screen_marks, screen_readiness
from libs.shared.rules.verdicts import ScreeningOutcome, ScreeningVerdict

FAMILY = "screening"

_Pupil = TypeVar("_Pupil", bound=Hashable)


class ScreeningResult(BaseModel):
    """All verdicts about one pupil, in the order S-ABSENCE, S-TEST, S-NOT-READY, S-MARK."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    verdicts: tuple[ScreeningVerdict, ...]

    @property
    def on_gross_list(self) -> bool:
        """Whether at least one rule is flagged. Decides nothing: the selection is a person's."""
        return bool(self.flagged)

    @property
    def flagged(self) -> tuple[str, ...]:
        """The ids of the rules that are flagged."""
        return self._with(ScreeningOutcome.FLAGGED)

    @property
    def unknown(self) -> tuple[str, ...]:
        """The ids of the rules that could not be judged."""
        return self._with(ScreeningOutcome.UNKNOWN)

    def _with(self, outcome: ScreeningOutcome) -> tuple[str, ...]:
        return tuple(each.rule_id for each in self.verdicts if each.outcome is outcome)


def screen(rule_set: RuleSet, facts: ScreeningFacts) -> ScreeningResult:
    """Judge one pupil by every screening rule. Raises ``NoRuleInForce`` when the set does not apply on ``as_of``."""
    rule_set.require_in_force(facts.as_of)
    return ScreeningResult(
        verdicts=(
            screen_absence(rule_set, facts),
            screen_tests(rule_set, facts),
            screen_readiness(rule_set, facts),
            screen_marks(rule_set, facts),
        )
    )


def gross_list(rule_set: RuleSet, pupils: Mapping[_Pupil, ScreeningFacts]) -> dict[_Pupil, ScreeningResult]:
    """The pupils on the gross list, in the order given, each with all its verdicts. Errors as in ``screen``."""
    results = {pupil: screen(rule_set, facts) for pupil, facts in pupils.items()}
    return {pupil: result for pupil, result in results.items() if result.on_gross_list}


def questions(rule_set: RuleSet) -> tuple[QualitativeQuestion, ...]:
    """The qualitative questions Q1–Q13 of a screening rule set, in order."""
    return rule_set.settings_as(ScreeningSettings).questions
