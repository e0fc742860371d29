"""SUP-CONTACT, SUP-VOICE and SUP-GOALS: what a pupil's support plan must contain."""

from datetime import date, timedelta

from libs.shared.rules.requirements import all_of, any_of
from libs.shared.rules.support.answers import not_known, outside, require
from libs.shared.rules.support.facts import SupportFacts
from libs.shared.rules.support.settings import SupportRules
from libs.shared.rules.verdicts import CheckVerdict

CONTACT = "SUP-CONTACT"
VOICE = "SUP-VOICE"
GOALS = "SUP-GOALS"


def check_contact(rules: SupportRules, facts: SupportFacts) -> CheckVerdict:
    """SUP-CONTACT (C, source 004): from level 2 one contact person, and a follow-up within the configured weeks."""
    settings = rules.settings
    if facts.level is None:
        return not_known(rules, CONTACT, "/level", "level_unknown")
    if settings.level(facts.level).rank < settings.contact_from_rank:
        return outside(rules, CONTACT, "level_too_low")
    last = facts.as_of + timedelta(weeks=settings.follow_up_weeks)
    return require(
        rules,
        CONTACT,
        "",
        {
            "one_contact_person": None if facts.contact_persons is None else facts.contact_persons == 1,
            "follow_up_in_time": None if facts.next_follow_up is None else facts.as_of <= facts.next_follow_up <= last,
        },
    )


def check_voice(rules: SupportRules, facts: SupportFacts) -> CheckVerdict:
    """SUP-VOICE (source 003, 3.3): the pupil's and the parents' view are recorded, or the reason why not."""
    return require(
        rules,
        VOICE,
        "",
        {
            "pupil_view": any_of(facts.pupil_view, facts.pupil_view_reason),
            "parents_view": any_of(facts.parents_view, facts.parents_view_reason),
        },
    )


def check_goals(rules: SupportRules, facts: SupportFacts) -> CheckVerdict:
    """SUP-GOALS (R, source 003, 5.1.2.a): a pupil who does not progress or does not thrive has two dated goals, an
    academic one and one for wellbeing.

    The goals are marked at every follow-up; before the first follow-up this requirement is met.
    """
    well = all_of(facts.progresses, facts.thrives)
    if well is None:
        return not_known(rules, GOALS, "/progresses", "progress_unknown")
    if well:
        return outside(rules, GOALS, "progresses_and_thrives")
    goals = facts.goals
    return require(
        rules,
        GOALS,
        "/goals",
        {
            "academic_goal": None if goals is None else _dated(goals.academic_by),
            "wellbeing_goal": None if goals is None else _dated(goals.wellbeing_by),
            "goals_marked": all_of(*facts.follow_ups_marked),
        },
    )


def _dated(by: date | None) -> bool:
    return by is not None
