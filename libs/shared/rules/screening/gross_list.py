"""All screening rules on one pupil. A pupil with a flag is on the gross list."""

from pydantic import BaseModel, ConfigDict

from libs.shared.rules.rule_sets import RuleSet, read_rules
from libs.shared.rules.screening.absence import screen_absence
from libs.shared.rules.screening.facts import ScreeningFacts
from libs.shared.rules.screening.national_tests import screen_tests
from libs.shared.rules.screening.settings import QualitativeQuestion, ScreeningRules, ScreeningSettings
from libs.shared.rules.screening.upper_stage import screen_marks, screen_readiness
from libs.shared.rules.verdicts import ScreeningOutcome, ScreeningVerdict

FAMILY = "screening"


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


def screen(rule_set: RuleSet | ScreeningRules, facts: ScreeningFacts) -> ScreeningResult:
    """Judge one pupil by every screening rule. Raises ``NoRuleInForce`` when the set does not apply on ``as_of``."""
    rules = read_rules(rule_set, ScreeningSettings)
    rules.require_in_force(facts.as_of)
    return ScreeningResult(
        verdicts=(
            screen_absence(rules, facts),
            screen_tests(rules, facts),
            screen_readiness(rules, facts),
            screen_marks(rules, facts),
        )
    )


def questions(rule_set: RuleSet) -> tuple[QualitativeQuestion, ...]:
    """The qualitative questions Q1–Q13 of a screening rule set, in order."""
    return rule_set.settings_as(ScreeningSettings).questions
