"""SUP-TRIED and SUP-HEARING: what a referral contains. Source 003, 5.1.6 and 5.1.7, and the model of tried efforts."""

from libs.shared.rules.requirements import all_of, any_of
from libs.shared.rules.support.answers import outside, require
from libs.shared.rules.support.facts import Referral, SupportFacts
from libs.shared.rules.support.settings import SupportRules
from libs.shared.rules.verdicts import CheckVerdict

TRIED = "SUP-TRIED"
HEARING = "SUP-HEARING"


def check_tried(rules: SupportRules, facts: SupportFacts) -> CheckVerdict:
    """SUP-TRIED: a referral to 4 or 5 lists efforts tried and what was learned of child and environment (R).

    At least one evaluated effort at each of the levels 1, 2 and 3, or urgency stated by one of the named roles (C).
    """
    settings = rules.settings
    referral = facts.referral
    if referral is None or settings.level(referral.to_level).id not in settings.tried_for_levels:
        return outside(rules, TRIED, "no_referral")
    urgent = None if referral.urgency_role is None else referral.urgency_role in settings.urgency_roles
    tried = all_of(*(_evaluated(referral, level) for level in settings.tried_levels))
    listed = None if referral.efforts_tried is None else bool(referral.efforts_tried)
    return require(
        rules,
        TRIED,
        "/referral",
        {
            "efforts_tried": True if urgent else listed,
            "levels_evaluated": True if urgent else tried,
            "knowledge_about_child": referral.knowledge_about_child,
            "knowledge_about_environment": referral.knowledge_about_environment,
        },
    )


def check_hearing(rules: SupportRules, facts: SupportFacts) -> CheckVerdict:
    """SUP-HEARING (R): the parents were heard by the day of the decision, the pupil took part where possible, and the
    decision has reasons and guidance on complaints.
    """
    settings = rules.settings
    referral = facts.referral
    if referral is None or not settings.level(referral.to_level).referral:
        return outside(rules, HEARING, "no_decision")
    in_time = None if referral.parents_heard_on is None else referral.parents_heard_on <= facts.as_of
    heard = in_time if referral.parents_heard is None else all_of(referral.parents_heard, in_time is not False)
    return require(
        rules,
        HEARING,
        "/referral",
        {
            "parents_heard": heard,
            "pupil_took_part": any_of(referral.pupil_took_part, referral.pupil_could_not_take_part),
            "has_reasons": referral.has_reasons,
            "has_complaint_guidance": referral.has_complaint_guidance,
        },
    )


def _evaluated(referral: Referral, level: str) -> bool | None:
    """Whether an effort of the level was tried and evaluated; None when that is not declared."""
    if referral.efforts_tried is None:
        return None
    return any_of(*(each.evaluated for each in referral.efforts_tried if each.level == level))
