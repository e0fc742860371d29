"""All screening rules on one pupil. A pupil with a flag is on the gross list."""

from collections.abc import Callable
from functools import cache
from operator import attrgetter
from typing import NamedTuple

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


class _Rule(NamedTuple):
    """A rule, and the facts that it is given: their names, and what reads them."""

    judge: Callable[[ScreeningRules, ScreeningFacts], ScreeningVerdict]
    names: tuple[str, ...]
    read: Callable[[ScreeningFacts], tuple[object, ...]]


def _rule(judge: Callable[[ScreeningRules, ScreeningFacts], ScreeningVerdict], *names: str) -> _Rule:
    return _Rule(judge, ("as_of", *names), attrgetter("as_of", *names))


_RULES = (
    _rule(screen_absence, "absence"),
    _rule(screen_tests, "grade", "tests"),
    _rule(screen_readiness, "grade", "readiness"),
    _rule(screen_marks, "grade", "marks"),
)


def _judging(rules: ScreeningRules, rule: _Rule) -> Callable[..., ScreeningVerdict]:
    """The rule as a function of the facts that it is given. ``cache`` hashes them once; a dictionary would hash them to
    find a verdict and again to keep it.
    """

    @cache
    def judged(*given: object) -> ScreeningVerdict:
        return rule.judge(rules, ScreeningFacts.model_validate(dict(zip(rule.names, given, strict=True))))

    return judged


class Screening:
    """Judges pupils by every rule of one set.

    Each rule judges equal facts once, and the pupils who have them share the verdict, which is immutable. A rule is
    given only the facts that are compared, so that a verdict cannot depend on anything else about a pupil.
    """

    def __init__(self, rule_set: RuleSet | ScreeningRules) -> None:
        self._rules = read_rules(rule_set, ScreeningSettings)
        self._judged = [(rule.read, _judging(self._rules, rule)) for rule in _RULES]

    def judge(self, facts: ScreeningFacts) -> ScreeningResult:
        """All verdicts about a pupil. Raises ``NoRuleInForce`` when the set does not apply on ``as_of``."""
        self._rules.require_in_force(facts.as_of)
        return ScreeningResult(verdicts=tuple(judged(*read(facts)) for read, judged in self._judged))


def screen(rule_set: RuleSet | ScreeningRules, facts: ScreeningFacts) -> ScreeningResult:
    """Judge one pupil by every screening rule. Raises ``NoRuleInForce`` when the set does not apply on ``as_of``."""
    return Screening(rule_set).judge(facts)


def questions(rule_set: RuleSet) -> tuple[QualitativeQuestion, ...]:
    """The qualitative questions Q1–Q13 of a screening rule set, in order."""
    return rule_set.settings_as(ScreeningSettings).questions
