"""A support rule's verdict: its requirements, or that it does not apply."""

from libs.shared.rules.requirements import Requirement, judge_requirements, not_applicable
from libs.shared.rules.rule_sets import RuleSet
from libs.shared.rules.support.settings import SupportSettings
from libs.shared.rules.verdicts import CheckOutcome, CheckVerdict
from libs.shared.rules.wording import Text


def support_settings(rule_set: RuleSet) -> SupportSettings:
    """The rule set's settings, read as support's."""
    return rule_set.settings_as(SupportSettings)


def require(rule_set: RuleSet, rule_id: str, pointer: str, met: dict[str, bool | None]) -> CheckVerdict:
    """All of ``met``, by the key of its label, have to be so."""
    settings = support_settings(rule_set)
    parts = [Requirement(settings.label(key), value) for key, value in met.items()]
    return judge_requirements(rule_set, rule_id, settings.severity[rule_id], parts, pointer=pointer)


def outside(rule_set: RuleSet, rule_id: str, key: str) -> CheckVerdict:
    """The rule is about something else; ``key`` names what."""
    settings = support_settings(rule_set)
    return not_applicable(rule_set, rule_id, settings.severity[rule_id], _sentence(settings.label(key)))


def not_known(rule_set: RuleSet, rule_id: str, pointer: str, key: str) -> CheckVerdict:
    """What decides whether the rule applies is not known; ``key`` names what is missing."""
    settings = support_settings(rule_set)
    return CheckVerdict(
        rule_id=rule_id,
        rule_set=rule_set.name,
        version=rule_set.version,
        outcome=CheckOutcome.UNKNOWN,
        severity=settings.severity[rule_id],
        pointer=pointer,
        reason=_sentence(settings.label(key)),
    )


def _sentence(label: Text) -> Text:
    return Text(da=f"{label.da[0].upper()}{label.da[1:]}.", en=f"{label.en[0].upper()}{label.en[1:]}.")
