"""All three judgements of one course."""

from collections.abc import Sequence

from libs.shared.rules.dosage.delivered import delivered_dosage
from libs.shared.rules.dosage.facts import DosageFacts, PlannedPhase
from libs.shared.rules.dosage.forecast import forecast_dosage
from libs.shared.rules.dosage.planned import planned_dosage
from libs.shared.rules.dosage.settings import DosageRules, DosageSettings, MinimumPhase
from libs.shared.rules.dosage.verdict import DosageVerdict
from libs.shared.rules.rule_sets import RuleSet, read_rules

FAMILY = "dosage"


def judge_dosage(
    rule_set: RuleSet | DosageRules,
    variant: str,
    planned: Sequence[PlannedPhase],
    facts: DosageFacts,
    *,
    approved: Sequence[MinimumPhase] | None = None,
) -> tuple[DosageVerdict, DosageVerdict, DosageVerdict]:
    """The verdicts planned, forecast and delivered, in that order. Raises ``NoRuleInForce`` when the set does not apply
    on the course's start.

    ``approved`` is the minimum that an approval has set for a variant without one in the rule set (D3).
    """
    rules = read_rules(rule_set, DosageSettings)
    return (
        planned_dosage(
            rules,
            variant,
            planned,
            start=facts.start,
            school_year_weeks=facts.school_year_weeks,
            approved=approved,
        ),
        forecast_dosage(rules, variant, facts, approved=approved),
        delivered_dosage(rules, variant, facts, approved=approved),
    )
