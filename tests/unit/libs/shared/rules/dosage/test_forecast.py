from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.shared.rules.composition.plan import PlannedEffort
from libs.shared.rules.dosage.delivered import delivered_dosage
from libs.shared.rules.dosage.facts import DosageUnit
from libs.shared.rules.dosage.forecast import forecast_dosage
from libs.shared.rules.dosage.stages import judge_dosage
from libs.shared.rules.errors import NoRuleInForce
from libs.shared.rules.library import library_rule_set
from libs.shared.rules.rule_sets import RuleSet
from libs.shared.rules.verdicts import Coverage, DosageOutcome, DosageStage, Measure
from tests.unit.libs.shared.rules.dosage.course import START, course, every_week, held, monday, sunday

FOUR = (30, 30, 30, 30)


def test_a_course_on_plan_is_foreseen_met_on_every_day_of_a_week(dosage_2021: RuleSet) -> None:
    sessions = every_week(12, *FOUR)
    for day in range(7):
        verdict = forecast_dosage(dosage_2021, "C", course(sessions, as_of=monday(4) + timedelta(days=day)))
        assert (verdict.outcome, verdict.stage) == (DosageOutcome.MET, DosageStage.FORECAST)
        assert verdict.value == Measure(amount=Decimal(48), unit="sessions")


def test_a_slower_pace_is_at_risk_and_the_reason_says_where_it_ends(dosage_2021: RuleSet) -> None:
    sessions = [*every_week(2, *FOUR), *every_week(4, 30, 30, 30, first=3)]
    verdict = forecast_dosage(dosage_2021, "C", course(sessions, as_of=monday(7)))
    assert verdict.outcome is DosageOutcome.AT_RISK
    assert verdict.value == Measure(amount=Decimal(38), unit="sessions")
    assert verdict.threshold == Measure(amount=Decimal(48), unit="sessions")
    assert verdict.weekly_mean == Measure(amount=Decimal("3.16"), unit="sessions")
    assert verdict.weekly_minimum == Measure(amount=Decimal(4), unit="sessions")
    assert verdict.share_percent == Decimal("41.66")
    assert verdict.coverage == Coverage(have=6, expected=7, unit="school_weeks")
    assert verdict.reason.da == (
        "Gennemført er 20 sessioner; med samme tempo i de 6 skoleuger, der er tilbage, ender forløbet på 38 "
        "af mindst 48, i gennemsnit 3,16 pr. uge mod mindst 4."
    )
    assert verdict.reason.en == (
        "Delivered: 20 sessions; at the same pace in the 6 school weeks left the course ends at 38 "
        "of at least 48, on average 3.16 a week against at least 4."
    )


def test_only_the_last_four_completed_school_weeks_make_the_pace(dosage_2021: RuleSet) -> None:
    slow_then_fast = [*every_week(2, 30), *every_week(4, 30, 30, 30, 30, 30, first=3)]
    verdict = forecast_dosage(dosage_2021, "C", course(slow_then_fast, as_of=monday(7)))
    assert verdict.value == Measure(amount=Decimal(2 + 20 + 5 * 6), unit="sessions")
    assert verdict.outcome is DosageOutcome.MET


def test_a_week_without_records_among_the_last_four_lowers_the_pace(dosage_2021: RuleSet) -> None:
    sessions = [*every_week(3, *FOUR), *held(5, *FOUR)]
    verdict = forecast_dosage(dosage_2021, "C", course(sessions, as_of=monday(6)))
    assert verdict.value == Measure(amount=Decimal(16 + 3 * 7), unit="sessions")
    assert verdict.coverage == Coverage(have=4, expected=6, unit="school_weeks")


def test_a_holiday_is_neither_in_the_pace_nor_in_what_is_left(dosage_2021: RuleSet) -> None:
    weeks = tuple(monday(week) for week in range(1, 15) if week not in {4, 9})
    sessions = [*every_week(3, *FOUR), *every_week(2, *FOUR, first=5)]
    verdict = forecast_dosage(dosage_2021, "C", course(sessions, weeks=14, school_weeks=weeks, as_of=monday(7)))
    assert (verdict.outcome, verdict.value) == (DosageOutcome.MET, Measure(amount=Decimal(48), unit="sessions"))
    assert "de 7 skoleuger, der er tilbage" in verdict.reason.da


@pytest.mark.parametrize(("recorded", "outcome"), [(0, "unknown"), (1, "unknown"), (2, "met")])
def test_fewer_than_two_school_weeks_of_records_give_no_forecast(
    dosage_2021: RuleSet, recorded: int, outcome: str
) -> None:
    verdict = forecast_dosage(dosage_2021, "C", course(every_week(recorded, *FOUR), as_of=monday(recorded + 1)))
    assert verdict.outcome == outcome
    if outcome == "unknown":
        assert (verdict.value, verdict.weekly_mean) == (None, None)
        assert verdict.reason.da == (
            f"Der er registreringer i {recorded} af {recorded} afsluttede skoleuger; en prognose kræver 2."
        )
        assert verdict.reason.en == (
            f"There are records in {recorded} of {recorded} completed school weeks; a forecast needs 2."
        )


def test_the_running_week_is_no_record_until_its_sunday_has_passed(dosage_2021: RuleSet) -> None:
    sessions = every_week(2, *FOUR)
    on_sunday = forecast_dosage(dosage_2021, "C", course(sessions, as_of=sunday(2)))
    on_monday = forecast_dosage(dosage_2021, "C", course(sessions, as_of=monday(3)))
    assert (on_sunday.outcome, on_monday.outcome) == (DosageOutcome.UNKNOWN, DosageOutcome.MET)


def test_a_running_week_above_the_pace_counts_with_what_it_has_reached(dosage_2021: RuleSet) -> None:
    sessions = [*every_week(4, 30, 30, 30), *held(5, 30, 30, 30, 30, 30)]
    verdict = forecast_dosage(dosage_2021, "C", course(sessions, as_of=sunday(5)))
    assert verdict.value == Measure(amount=Decimal(12 + 5 + 3 * 7), unit="sessions")


def test_the_mean_must_be_foreseen_too_and_not_the_total_alone(dosage_2021: RuleSet) -> None:
    verdict = forecast_dosage(dosage_2021, "C", course(every_week(10, 30, 30), weeks=24, as_of=monday(11)))
    assert verdict.value == Measure(amount=Decimal(48), unit="sessions")
    assert verdict.outcome is DosageOutcome.AT_RISK


def test_the_forecast_of_co_teaching_is_exact_to_the_minute(dosage_2021: RuleSet) -> None:
    # 472.5 minutes a week: 473 in three of four weeks and 471 in one are just enough, one minute less is not.
    enough = [*held(1, 473), *held(2, 473), *held(3, 473), *held(4, 471)]
    less = [*enough[:-1], *held(4, 470)]
    outcomes = [
        forecast_dosage(dosage_2021, "A1", course(each, weeks=20, as_of=monday(5))).outcome for each in (enough, less)
    ]
    assert outcomes == [DosageOutcome.MET, DosageOutcome.AT_RISK]


@given(st.lists(st.integers(0, 5), min_size=12, max_size=12))
def test_after_the_last_day_the_forecast_is_what_was_delivered(per_week: list[int]) -> None:
    rules = library_rule_set("dosage-2021")
    facts = course([each for week, count in enumerate(per_week, 1) for each in held(week, *[30] * count)])
    forecast, delivered = forecast_dosage(rules, "C", facts), delivered_dosage(rules, "C", facts)
    if forecast.outcome is not DosageOutcome.UNKNOWN:
        assert (forecast.outcome, forecast.value) == (delivered.outcome, delivered.value)
    assert (forecast.outcome is DosageOutcome.UNKNOWN) == (sum(map(bool, per_week)) < 2)


@pytest.mark.parametrize(("days", "expected", "outcome"), [(2, 6, "at_risk"), (3, 4, "missed")])
def test_nothing_more_is_foreseen_once_the_last_day_has_passed_inside_a_week(
    dosage_2021: RuleSet, days: int, expected: int, outcome: str
) -> None:
    facts = course(every_week(2, 30, 30), weeks=3, as_of=monday(3) + timedelta(days=days))
    ends_wednesday = facts.model_copy(update={"last_day": monday(3) + timedelta(days=2)})
    verdict = forecast_dosage(dosage_2021, "C", ends_wednesday)
    assert (verdict.outcome, verdict.value) == (outcome, Measure(amount=Decimal(expected), unit="sessions"))
    assert f"de {1 if days == 2 else 0} skoleuger" in verdict.reason.da


def test_a_running_week_without_school_foresees_only_what_it_has(dosage_2021: RuleSet) -> None:
    weeks = tuple(monday(week) for week in (1, 2, 4))
    verdict = forecast_dosage(
        dosage_2021, "C", course([*every_week(2, *FOUR), *held(3, 30)], weeks=4, school_weeks=weeks, as_of=sunday(3))
    )
    assert verdict.value == Measure(amount=Decimal(8 + 1 + 4), unit="sessions")


def test_a_forecast_lists_the_sessions_that_do_not_count(dosage_2021: RuleSet) -> None:
    verdict = forecast_dosage(dosage_2021, "C", course(every_week(3, 30, 24), as_of=monday(4)))
    assert len(verdict.not_counted) == 3


def test_a_phase_that_has_not_begun_is_unknown_unless_another_is_at_risk(two_phases: RuleSet) -> None:
    facts = course(every_week(2, 315, 315), weeks=5, as_of=monday(3))
    verdict = forecast_dosage(two_phases, "D1", facts)
    assert (verdict.outcome, verdict.phase) == (DosageOutcome.MISSED, 1)
    good = course(every_week(2, 315, 315, 315, 315, 315), weeks=5, as_of=monday(3))
    verdict = forecast_dosage(two_phases, "D1", good)
    assert (verdict.outcome, verdict.phase) == (DosageOutcome.UNKNOWN, 2)
    assert verdict.reason.da.startswith("Fase 2: ")


def test_a_variant_without_a_minimum_is_unknown(dosage_2021: RuleSet) -> None:
    verdict = forecast_dosage(dosage_2021, "D3", course([]))
    assert (verdict.outcome, verdict.stage) == (DosageOutcome.UNKNOWN, DosageStage.FORECAST)


def test_a_course_that_starts_before_the_rules_is_an_error(dosage_2021: RuleSet) -> None:
    with pytest.raises(NoRuleInForce):
        forecast_dosage(dosage_2021, "C", course([]).model_copy(update={"start": date(2020, 12, 31)}))


def test_the_three_stages_stand_side_by_side(dosage_2021: RuleSet) -> None:
    effort = PlannedEffort(
        variant="C", weekly_amount=Decimal(4), unit=DosageUnit.SESSIONS, weeks=12, minutes_per_session=30
    )
    facts = course(every_week(6, 30, 30, 30), as_of=monday(7))
    verdicts = judge_dosage(dosage_2021, effort.variant, [effort], facts)
    assert [(each.stage, each.outcome) for each in verdicts] == [
        (DosageStage.PLANNED, DosageOutcome.MET),
        (DosageStage.FORECAST, DosageOutcome.AT_RISK),
        (DosageStage.DELIVERED, DosageOutcome.UNKNOWN),
    ]
    assert facts.start == START


def test_a_forecast_of_lessons_is_shown_in_lessons(dosage_2021: RuleSet) -> None:
    verdict = forecast_dosage(dosage_2021, "A1", course(every_week(4, 450), weeks=20, as_of=monday(5)))
    assert verdict.value == Measure(amount=Decimal(200), unit="lessons")
    assert verdict.threshold == Measure(amount=Decimal(210), unit="lessons")
    assert verdict.weekly_mean == Measure(amount=Decimal(10), unit="lessons")
    assert verdict.reason.en == (
        "Delivered: 40 lessons; at the same pace in the 16 school weeks left the course ends at 200 "
        "of at least 210, on average 10 a week against at least 10.5."
    )
