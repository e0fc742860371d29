"""Verdicts of support rules: on requirements, not applicable, or unknown."""

from libs.shared.rules.requirements import Requirement, judge_requirements, not_applicable
from libs.shared.rules.support.settings import SupportRules
from libs.shared.rules.verdicts import CheckOutcome, CheckVerdict, check_verdict
from libs.shared.rules.wording import Text


def require(rules: SupportRules, rule_id: str, pointer: str, met: dict[str, bool | None]) -> CheckVerdict:
    """The verdict on requirements that must all be met. ``met`` is keyed by the labels' keys."""
    settings = rules.settings
    parts = [Requirement(settings.label(key), value) for key, value in met.items()]
    return judge_requirements(rules, rule_id, settings.severity[rule_id], parts, pointer=pointer)


def outside(rules: SupportRules, rule_id: str, key: str) -> CheckVerdict:
    """The verdict not applicable. ``key`` is the key of the label that says why."""
    settings = rules.settings
    return not_applicable(rules, rule_id, settings.severity[rule_id], _sentence(settings.label(key)))


def not_known(rules: SupportRules, rule_id: str, pointer: str, key: str) -> CheckVerdict:
    """The verdict unknown, because it is not known whether the rule applies. ``key`` is the key of the label that says
    what is missing.
    """
    settings = rules.settings
    return check_verdict(
        rules,
        rule_id=rule_id,
        outcome=CheckOutcome.UNKNOWN,
        severity=settings.severity[rule_id],
        pointer=pointer,
        reason=_sentence(settings.label(key)),
    )


def _sentence(label: Text) -> Text:
    return Text(da=f"{label.da[0].upper()}{label.da[1:]}.", en=f"{label.en[0].upper()}{label.en[1:]}.")
