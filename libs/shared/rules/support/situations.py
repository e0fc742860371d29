"""SUP-BRIDGE, SUP-ABSENCE and SUP-SHARE: what particular situations ask for."""

from fractions import Fraction

from libs.shared.rules.support.answers import not_known, outside, require
from libs.shared.rules.support.facts import AbsenceCase, Bridge, SupportFacts
from libs.shared.rules.support.settings import SupportRules
from libs.shared.rules.verdicts import CheckOutcome, CheckVerdict, Measure, check_verdict
from libs.shared.rules.wording import Text, floored, number_da, number_en

BRIDGE = "SUP-BRIDGE"
ABSENCE = "SUP-ABSENCE"
SHARE = "SUP-SHARE"


def check_bridge(rules: SupportRules, facts: SupportFacts) -> CheckVerdict:
    """SUP-BRIDGE (R, source 002, two trial actions): a move has a bridging plan of 6–8 weeks with all its parts."""
    settings = rules.settings
    if facts.moves is None:
        return not_known(rules, BRIDGE, "/moves", "move_unknown")
    if not facts.moves:
        return outside(rules, BRIDGE, "no_move")
    bridge = facts.bridge or Bridge()
    in_range = (
        None if bridge.weeks is None else settings.bridge_weeks_least <= bridge.weeks <= settings.bridge_weeks_most
    )
    return require(
        rules,
        BRIDGE,
        "/bridge",
        {
            "bridge_weeks": in_range,
            "weekly_status": bridge.weekly_status,
            "scale_dated": bridge.scale_dated,
            "handover_meetings": bridge.handover_meetings,
            "checklist": bridge.checklist,
            "closing_review": bridge.closing_review,
        },
    )


def check_absence(rules: SupportRules, facts: SupportFacts) -> CheckVerdict:
    """SUP-ABSENCE (R, source 002, three trial actions): concerning absence has a case with step, adviser and date.

    The requirement of a date is not met when the date is before ``as_of``.
    """
    if facts.concerning_absence is None:
        return not_known(rules, ABSENCE, "/concerning_absence", "absence_unknown")
    if not facts.concerning_absence:
        return outside(rules, ABSENCE, "no_concerning_absence")
    case = facts.absence_case or AbsenceCase()
    return require(
        rules,
        ABSENCE,
        "/absence_case",
        {
            "case_step": case.step,
            "case_adviser": case.adviser,
            "case_date": None if case.due is None else case.due >= facts.as_of,
        },
    )


def check_share(rules: SupportRules, facts: SupportFacts) -> CheckVerdict:
    """SUP-SHARE (C, source 004): one case takes no more than half of the resource team's hours in a week."""
    settings = rules.settings
    if facts.case_hours is None or not facts.team_hours:
        return not_known(rules, SHARE, "/case_hours", "hours_unknown")
    share = Fraction(facts.case_hours) * 100 / Fraction(facts.team_hours)
    limit = settings.share_above_percent
    return check_verdict(
        rules,
        rule_id=SHARE,
        outcome=CheckOutcome.VIOLATED if share > Fraction(limit) else CheckOutcome.SATISFIED,
        severity=settings.severity[SHARE],
        pointer="/case_hours",
        value=Measure(amount=floored(share), unit="percent"),
        threshold=Measure(amount=limit, unit="percent"),
        reason=Text(
            da=f"Sagen tager {number_da(facts.case_hours)} af ressourceteamets {number_da(facts.team_hours)} timer i "
            f"ugen ({number_da(floored(share))} %); grænsen er {number_da(limit)} %.",
            en=f"The case takes {number_en(facts.case_hours)} of the resource team's {number_en(facts.team_hours)} "
            f"hours in the week ({number_en(floored(share))} %); the limit is {number_en(limit)} %.",
        ),
    )
