"""A pupil's support with everything that the rules require, of which tests change one place at a time."""

from datetime import date
from typing import Any

from libs.shared.rules.library import library_rule_set
from libs.shared.rules.support.facts import SupportFacts
from libs.shared.rules.support.ladder import check_support
from libs.shared.rules.verdicts import CheckVerdict

SET = library_rule_set("support-2019")
DAY = date(2023, 9, 4)
REFERRAL: dict[str, Any] = {
    "to_level": "4",
    "efforts_tried": [{"level": level, "evaluated": True} for level in "123"],
    "knowledge_about_child": True,
    "knowledge_about_environment": True,
    "parents_heard": True,
    "parents_heard_on": DAY,
    "pupil_took_part": True,
    "has_reasons": True,
    "has_complaint_guidance": True,
}
BRIDGE: dict[str, Any] = {
    "weeks": 6,
    "weekly_status": True,
    "scale_dated": True,
    "handover_meetings": True,
    "checklist": True,
    "closing_review": True,
}
CASE: dict[str, Any] = {"step": True, "adviser": True, "due": DAY}
GOALS: dict[str, Any] = {"academic_by": DAY, "wellbeing_by": DAY}
WHOLE: dict[str, Any] = {
    "level": "2",
    "referral": REFERRAL,
    "contact_persons": 1,
    "next_follow_up": DAY,
    "pupil_view": True,
    "parents_view": True,
    "progresses": False,
    "thrives": True,
    "goals": GOALS,
    "moves": True,
    "bridge": BRIDGE,
    "concerning_absence": True,
    "absence_case": CASE,
    "case_hours": "18.5",
    "team_hours": "37",
}
RULES = ["SUP-TRIED", "SUP-HEARING", "SUP-CONTACT", "SUP-VOICE", "SUP-GOALS", "SUP-BRIDGE", "SUP-ABSENCE", "SUP-SHARE"]


def judged(rule_id: str, **changed: Any) -> CheckVerdict:
    facts = SupportFacts.model_validate({"as_of": DAY, **WHOLE, **changed})
    return {each.rule_id: each for each in check_support(SET, facts)}[rule_id]


def referral(**changed: Any) -> dict[str, Any]:
    return {"referral": {**REFERRAL, **changed}}


def tried(*pairs: tuple[str, bool | None]) -> list[dict[str, Any]]:
    return [{"level": level, "evaluated": evaluated} for level, evaluated in pairs]
