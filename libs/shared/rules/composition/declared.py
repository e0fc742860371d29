"""C-NOT-REPLACE, C-CONTENT, C-HANDOVER, C-PARENTS, C-ANCHOR, C-IMPLEMENTATION and C-PLAN: what a plan declares.

The rule set says which fields each rule asks for, of which intervention types, and how severe a violation is.
"""

from collections.abc import Sequence

from libs.shared.rules.catalog import CatalogEntry
from libs.shared.rules.composition.efforts import efforts_of
from libs.shared.rules.composition.plan import Plan, PlannedEffort
from libs.shared.rules.composition.settings import CompositionRules, DeclaredRule
from libs.shared.rules.requirements import Requirement, judge_requirements, not_applicable
from libs.shared.rules.verdicts import CheckVerdict
from libs.shared.rules.wording import Text

_NO_EFFORTS = Text(
    da="Planen angiver 0 indsatser, som reglen gælder for.",
    en="The plan declares 0 efforts that the rule is about.",
)


def check_declared(
    rules: CompositionRules, plan: Plan, catalog: Sequence[CatalogEntry], *, at_start: bool = False
) -> tuple[CheckVerdict, ...]:
    """Judge the plan by every rule on declared fields in the set (R, source 000, chapters 1, 2 and 4; C-PLAN: 001).

    A rule about efforts gives a verdict per effort of its types, or a single one, not applicable, when there is none.
    ``at_start`` judges as on the day the plan starts, when parents must have been informed.
    """
    verdicts: list[CheckVerdict] = []
    every = efforts_of(plan, catalog, None)
    for rule in rules.settings.declared:
        severity = rule.severity_at_start if at_start and rule.severity_at_start else rule.severity
        judged: list[tuple[str, Plan | PlannedEffort]] = (
            [("", plan)]
            if rule.of == "plan"
            else [
                (f"/efforts/{index}", effort)
                for index, effort, intervention_type in every
                if rule.types is None or intervention_type in rule.types
            ]
        )
        verdicts += [
            judge_requirements(
                rules,
                rule.rule_id,
                severity,
                _requirements(rule, about),
                pointer=pointer,
                any_is_enough=rule.combine == "any",
            )
            for pointer, about in judged
        ] or [not_applicable(rules, rule.rule_id, severity, _NO_EFFORTS, pointer="/efforts")]
    return tuple(verdicts)


def _requirements(rule: DeclaredRule, about: Plan | PlannedEffort) -> list[Requirement]:
    found = []
    for each in rule.fields:
        said: bool | None = getattr(about, each.field)
        found.append(Requirement(each.label, None if said is None else said is each.expected))
    return found
