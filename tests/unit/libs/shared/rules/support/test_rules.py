"""The support ladder's rules, one after the other."""

from datetime import date, timedelta
from typing import Any

import pytest

from libs.shared.rules.errors import NoRuleInForce
from libs.shared.rules.support.facts import SupportFacts
from libs.shared.rules.support.ladder import check_support, levels
from tests.unit.libs.shared.rules.support.cases import BRIDGE, DAY, RULES, SET, WHOLE, judged, referral, tried


def test_a_whole_case_satisfies_every_rule_in_the_order_of_the_set() -> None:
    verdicts = check_support(SET, SupportFacts.model_validate({"as_of": DAY, **WHOLE}))
    assert [each.rule_id for each in verdicts] == RULES == [each.id for each in SET.rules]
    assert {each.outcome.value for each in verdicts} == {"satisfied"}
    assert {(each.rule_set, each.version) for each in verdicts} == {("support-2019", 1)}
    assert [each.severity.value for each in verdicts] == ["error"] * 2 + ["warning"] * 6
    assert [each.pointer for each in verdicts] == [
        "/referral",
        "/referral",
        "",
        "",
        "/goals",
        "/bridge",
        "/absence_case",
        "/case_hours",
    ]


def test_with_nothing_known_nothing_is_violated() -> None:
    verdicts = {each.rule_id: each for each in check_support(SET, SupportFacts(as_of=DAY))}
    assert {name: each.outcome.value for name, each in verdicts.items()} == {
        "SUP-TRIED": "not_applicable",
        "SUP-HEARING": "not_applicable",
        "SUP-CONTACT": "unknown",
        "SUP-VOICE": "unknown",
        "SUP-GOALS": "unknown",
        "SUP-BRIDGE": "unknown",
        "SUP-ABSENCE": "unknown",
        "SUP-SHARE": "unknown",
    }
    assert {name: each.reason.en for name, each in verdicts.items() if name != "SUP-VOICE"} == {
        "SUP-TRIED": "There are 0 referrals to level 4 or 5.",
        "SUP-HEARING": "There are 0 referral decisions.",
        "SUP-CONTACT": "The level is not declared.",
        "SUP-GOALS": "It is not declared whether the pupil progresses academically and thrives.",
        "SUP-BRIDGE": "It is not declared whether the pupil moves between ordinary and special provision.",
        "SUP-ABSENCE": "It is not declared whether the absence is concerning.",
        "SUP-SHARE": "The hours of the case or of the resource team in the week are not declared.",
    }
    assert verdicts["SUP-TRIED"].reason.da == "Der er 0 indstillinger til niveau 4 eller 5."
    assert verdicts["SUP-CONTACT"].reason.da == "Niveauet er ikke angivet."
    assert [verdicts[each].pointer for each in RULES] == [
        "",
        "",
        "/level",
        "",
        "/progresses",
        "/moves",
        "/concerning_absence",
        "/case_hours",
    ]
    assert [verdicts[each].severity.value for each in RULES] == ["error"] * 2 + ["warning"] * 6
    assert {(each.rule_set, each.version) for each in verdicts.values()} == {("support-2019", 1)}


@pytest.mark.parametrize(
    ("changed", "outcome"),
    [
        ({"to_level": "5"}, "satisfied"),
        ({"to_level": "3T"}, "not_applicable"),
        ({"to_level": "3"}, "not_applicable"),
        ({"efforts_tried": tried(("1", True), ("2", True))}, "violated"),
        ({"efforts_tried": tried(("1", True), ("2", True), ("3", False))}, "violated"),
        ({"efforts_tried": tried(("1", True), ("2", True), ("3", None))}, "unknown"),
        ({"efforts_tried": tried(("1", True), ("2", True), ("3", False), ("3", True))}, "satisfied"),
        ({"efforts_tried": []}, "violated"),
        ({"efforts_tried": None}, "unknown"),
        ({"efforts_tried": [], "urgency_role": "school_leader"}, "satisfied"),
        ({"efforts_tried": None, "urgency_role": "psychologist"}, "satisfied"),
        ({"efforts_tried": [], "urgency_role": "neighbour"}, "violated"),
        ({"urgency_role": "neighbour"}, "satisfied"),
        ({"knowledge_about_child": None}, "unknown"),
        ({"knowledge_about_child": False}, "violated"),
        ({"knowledge_about_environment": False, "urgency_role": "school_leader"}, "violated"),
    ],
)
def test_a_referral_to_4_or_5_shows_what_was_tried_and_learned(changed: dict[str, Any], outcome: str) -> None:
    assert judged("SUP-TRIED", **referral(**changed)).outcome == outcome


@pytest.mark.parametrize(
    ("changed", "outcome"),
    [
        ({"to_level": "3T"}, "satisfied"),
        ({"to_level": "3"}, "not_applicable"),
        ({"parents_heard": None}, "satisfied"),
        ({"parents_heard_on": None}, "satisfied"),
        ({"parents_heard": None, "parents_heard_on": None}, "unknown"),
        ({"parents_heard": False}, "violated"),
        ({"parents_heard_on": DAY + timedelta(days=1)}, "violated"),
        ({"parents_heard": None, "parents_heard_on": DAY + timedelta(days=1)}, "violated"),
        ({"pupil_took_part": False}, "unknown"),
        ({"pupil_took_part": False, "pupil_could_not_take_part": True}, "satisfied"),
        ({"pupil_took_part": False, "pupil_could_not_take_part": False}, "violated"),
        ({"pupil_took_part": None}, "unknown"),
        ({"has_reasons": False}, "violated"),
        ({"has_complaint_guidance": None}, "unknown"),
    ],
)
def test_a_decision_is_heard_reasoned_and_can_be_complained_of(changed: dict[str, Any], outcome: str) -> None:
    assert judged("SUP-HEARING", **referral(**changed)).outcome == outcome


@pytest.mark.parametrize(
    ("level", "persons", "days", "outcome"),
    [
        ("1", None, None, "not_applicable"),
        ("2", 1, 42, "satisfied"),
        ("2", 1, 43, "violated"),
        ("3", 1, 0, "satisfied"),
        ("3T", 1, -1, "violated"),
        ("4", 2, 0, "violated"),
        ("5", 0, 0, "violated"),
        ("2", None, 0, "unknown"),
        ("2", 1, None, "unknown"),
    ],
)
def test_from_level_2_there_is_one_contact_person_and_a_follow_up_within_six_weeks(
    level: str, persons: int | None, days: int | None, outcome: str
) -> None:
    follow_up = None if days is None else DAY + timedelta(days=days)
    verdict = judged("SUP-CONTACT", level=level, contact_persons=persons, next_follow_up=follow_up)
    assert verdict.outcome == outcome


def test_the_reason_has_the_number_of_the_rule_set_in_it() -> None:
    late = judged("SUP-CONTACT", next_follow_up=DAY + timedelta(days=43))
    assert late.reason.da == (
        "Angivet som ikke opfyldt: næste opfølgning ligger højst 6 uger frem (1 af 2); "
        "bring det i orden, eller ret det angivne."
    )
    assert "at most 6 weeks away" in late.reason.en
    assert "6–8 uger" in judged("SUP-BRIDGE", bridge={**BRIDGE, "weeks": 9}).reason.da
    assert "6–8 weeks" in judged("SUP-BRIDGE", bridge={**BRIDGE, "weeks": 9}).reason.en
    assert judged("SUP-CONTACT", level="1").reason.en == (
        "The plan is at level 1; the rule is about level 2 and above."
    )


@pytest.mark.parametrize("who", ["pupil_view", "parents_view"])
def test_each_view_is_recorded_or_why_it_is_not(who: str) -> None:
    for view, reason, outcome in [
        (True, None, "satisfied"),
        (False, True, "satisfied"),
        (None, True, "satisfied"),
        (False, False, "violated"),
        (False, None, "unknown"),
        (None, None, "unknown"),
    ]:
        assert judged("SUP-VOICE", **{who: view, f"{who}_reason": reason}).outcome == outcome


@pytest.mark.parametrize(
    ("changed", "outcome"),
    [
        ({"progresses": True, "thrives": True}, "not_applicable"),
        ({"progresses": True, "thrives": False}, "satisfied"),
        ({"progresses": None, "thrives": False}, "satisfied"),
        ({"progresses": None, "thrives": True}, "unknown"),
        ({"progresses": True, "thrives": None}, "unknown"),
        ({"goals": None}, "unknown"),
        ({"goals": {"academic_by": DAY}}, "violated"),
        ({"goals": {"wellbeing_by": DAY}}, "violated"),
        ({"follow_ups_marked": [True, True]}, "satisfied"),
        ({"follow_ups_marked": [True, False]}, "violated"),
        ({"follow_ups_marked": [True, None]}, "unknown"),
    ],
)
def test_who_does_not_progress_or_thrive_has_dated_goals_for_both_that_are_marked(
    changed: dict[str, Any], outcome: str
) -> None:
    assert judged("SUP-GOALS", **changed).outcome == outcome


def test_3t_stands_between_3_and_4_where_a_municipality_has_switched_it_on() -> None:
    assert [each.id for each in levels(SET)] == ["1", "2", "3", "4", "5"]
    switched_on = levels(SET, temporary_switched_on=True)
    assert [each.id for each in switched_on] == ["1", "2", "3", "3T", "4", "5"]
    extended = switched_on[3]
    assert (extended.temporary, extended.referral, extended.granted_by) == (True, True, "referral_committee")
    assert [extended.has_needed_last_day(end) for end in (None, DAY)] == [False, True]
    assert switched_on[0].has_needed_last_day(None)


def test_a_level_the_ladder_lacks_and_a_day_without_rules_are_errors() -> None:
    with pytest.raises(ValueError, match="the ladder has no level 6; it has 1, 2, 3, 3T, 4, 5"):
        judged("SUP-CONTACT", level="6")
    with pytest.raises(NoRuleInForce):
        judged("SUP-CONTACT", as_of=date(2020, 12, 31))


def test_no_efforts_at_all_are_named_as_missing_beside_their_levels() -> None:
    none, urgent = (
        judged("SUP-TRIED", **referral(efforts_tried=[], urgency_role=role)) for role in (None, "psychologist")
    )
    for verdict, met in ((none, 2), (urgent, 4)):
        assert verdict.value is not None
        assert verdict.value.amount == met
