from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from libs.shared.rules.dosage.facts import DosageUnit, PlannedPhase
from libs.shared.rules.dosage.planned import planned_dosage
from libs.shared.rules.dosage.settings import MinimumPhase
from libs.shared.rules.dosage.verdict import DosageVerdict
from libs.shared.rules.errors import NoRuleInForce
from libs.shared.rules.library import library_rule_set
from libs.shared.rules.rule_sets import RuleSet
from libs.shared.rules.verdicts import DosageOutcome, DosageStage, Measure

START = date(2021, 11, 1)


def planned(
    rule_set: RuleSet,
    variant: str,
    amount: str | None,
    unit: str | None,
    weeks: int | None,
    *,
    minutes: int | None = None,
    school_year_weeks: int | None = None,
) -> DosageVerdict:
    phase = PlannedPhase(
        weekly_amount=Decimal(amount) if amount else None,
        unit=DosageUnit(unit) if unit else None,
        weeks=weeks,
        minutes_per_session=minutes,
    )
    return planned_dosage(rule_set, variant, [phase], start=START, school_year_weeks=school_year_weeks)


@pytest.mark.parametrize(
    ("variant", "amount", "weeks", "outcome"),
    [
        ("A1", "10.4", 20, "missed"),
        ("A1", "10.5", 20, "met"),
        ("A1", "10.5", 19, "missed"),
        ("A1", "30", 19, "missed"),
        ("A1", "10.49", 40, "missed"),
        ("A2", "14.4", 20, "missed"),
        ("A2", "14.5", 20, "met"),
        ("A1", None, 20, "unknown"),
        ("A1", "10.5", None, "unknown"),
        ("A1", "10.4", None, "missed"),
        ("A1", None, 19, "missed"),
        ("A1", None, None, "unknown"),
    ],
)
def test_co_teaching_needs_both_the_lessons_and_the_weeks(
    dosage_2021: RuleSet, variant: str, amount: str | None, weeks: int | None, outcome: str
) -> None:
    verdict = planned(dosage_2021, variant, amount, "lessons", weeks)
    assert (verdict.outcome, verdict.stage, verdict.rule_id) == (outcome, DosageStage.PLANNED, variant)
    assert verdict.minimum_weeks == 20


@pytest.mark.parametrize(
    ("amount", "unit", "minutes", "outcome"),
    [
        ("472.5", "minutes", None, "met"),
        ("472", "minutes", None, "missed"),
        ("5", "sessions", 95, "met"),
        ("5", "sessions", 94, "missed"),
        ("5", "sessions", None, "unknown"),
    ],
)
def test_lessons_of_45_minutes_are_counted_from_minutes_and_sessions(
    dosage_2021: RuleSet, amount: str, unit: str, minutes: int | None, outcome: str
) -> None:
    assert planned(dosage_2021, "A1", amount, unit, 20, minutes=minutes).outcome == outcome


@pytest.mark.parametrize(("year_weeks", "weeks", "outcome"), [(38, 19, "met"), (39, 19, "missed"), (39, 20, "met")])
def test_half_a_school_year_is_what_the_calendar_says(
    dosage_2021: RuleSet, year_weeks: int, weeks: int, outcome: str
) -> None:
    verdict = planned(dosage_2021, "A1", "10.5", "lessons", weeks, school_year_weeks=year_weeks)
    assert verdict.outcome == outcome
    assert verdict.minimum_weeks == Decimal(year_weeks) / 2


@pytest.mark.parametrize(
    ("amount", "weeks", "minutes", "outcome"),
    [
        ("4", 12, 25, "met"),
        ("4", 12, 40, "met"),
        ("4", 12, 24, "missed"),
        ("4", 12, 41, "missed"),
        ("3", 12, 30, "missed"),
        ("3.99", 12, 30, "missed"),
        ("4", 11, 30, "missed"),
        ("4", 12, None, "unknown"),
        ("4", 11, None, "missed"),
        ("4", None, 30, "unknown"),
        (None, 12, 30, "unknown"),
    ],
)
def test_small_groups_need_four_sessions_that_count_for_twelve_weeks(
    dosage_2021: RuleSet, amount: str | None, weeks: int | None, minutes: int | None, outcome: str
) -> None:
    assert planned(dosage_2021, "C", amount, "sessions", weeks, minutes=minutes).outcome == outcome


@pytest.mark.parametrize(
    ("amount", "unit", "minutes", "outcome"),
    [
        ("160", "minutes", 40, "met"),
        ("159", "minutes", 40, "missed"),
        ("4", "lessons", 40, "met"),
        ("3", "lessons", 40, "missed"),
        ("4", "lessons", 45, "missed"),
    ],
)
def test_sessions_are_counted_from_minutes_and_lessons_of_a_known_length(
    dosage_2021: RuleSet, amount: str, unit: str, minutes: int, outcome: str
) -> None:
    assert planned(dosage_2021, "C", amount, unit, 12, minutes=minutes).outcome == outcome


@given(st.integers(0, 1000), st.integers(1, 60))
def test_co_teaching_is_met_exactly_from_472_and_a_half_minutes_and_twenty_weeks(minutes: int, weeks: int) -> None:
    verdict = planned(library_rule_set("dosage-2021"), "A1", str(minutes), "minutes", weeks)
    assert (verdict.outcome is DosageOutcome.MET) == (2 * minutes >= 945 and weeks >= 20)


def test_the_reason_names_plan_and_minimum_in_both_languages(dosage_2021: RuleSet) -> None:
    verdict = planned(dosage_2021, "A1", "10.4", "lessons", 20)
    assert verdict.reason.da == (
        "Planlagt er 10,4 lektioner pr. uge i 20 uger; minimum er 10,5 lektioner pr. uge i 20 uger."
    )
    assert (
        verdict.reason.en
        == "Planned: 10.4 lessons a week for 20 weeks; the minimum is 10.5 lessons a week for 20 weeks."
    )
    assert verdict.value == Measure(amount=Decimal("10.4"), unit="lessons")
    assert verdict.threshold == Measure(amount=Decimal("10.5"), unit="lessons")
    assert (verdict.weekly_mean, verdict.weekly_minimum) == (verdict.value, verdict.threshold)
    assert (verdict.weeks, verdict.phase, verdict.version) == (20, 1, 1)


@pytest.mark.parametrize(
    ("minutes", "da", "en"),
    [
        (
            None,
            "et ukendt antal pr. uge (sessionens længde mangler)",
            "an unknown amount a week (the length of a session is missing)",
        ),
        (
            41,
            "0 sessioner pr. uge (sessioner på 41 minutter tæller ikke med)",
            "0 sessions a week (sessions of 41 minutes do not count)",
        ),
        (40, "4 sessioner pr. uge", "4 sessions a week"),
    ],
)
def test_the_reason_says_why_sessions_do_not_count(dosage_2021: RuleSet, minutes: int | None, da: str, en: str) -> None:
    reason = planned(dosage_2021, "C", "4", "sessions", 12, minutes=minutes).reason
    assert reason.da == f"Planlagt er {da} i 12 uger; minimum er 4 sessioner à 25–40 minutter pr. uge i 12 uger."
    assert reason.en == f"Planned: {en} for 12 weeks; the minimum is 4 sessions of 25–40 minutes a week for 12 weeks."


def test_the_reason_says_what_is_not_given(dosage_2021: RuleSet) -> None:
    reason = planned(dosage_2021, "A1", None, None, None).reason
    assert reason.da.startswith("Planlagt er et ukendt antal pr. uge i et ukendt antal uger; ")
    assert reason.en.startswith("Planned: an unknown amount a week for an unknown number of weeks; ")


@pytest.mark.parametrize(
    ("variant", "da", "en"),
    [("D3", "; det fastsættes ved godkendelsen", "; the approval sets it"), ("X9", "", "")],
)
def test_a_variant_without_a_minimum_is_unknown(dosage_2021: RuleSet, variant: str, da: str, en: str) -> None:
    verdict = planned(dosage_2021, variant, "2", "lessons", 40)
    assert (verdict.outcome, verdict.rule_id) == (DosageOutcome.UNKNOWN, variant)
    assert verdict.reason.da == f"Regelsættet dosage-2021 har intet minimum for {variant}{da}."
    assert verdict.reason.en == f"The rule set dosage-2021 has no minimum for {variant}{en}."


def test_a_course_that_starts_before_the_rules_is_an_error(dosage_2021: RuleSet) -> None:
    with pytest.raises(NoRuleInForce):
        planned_dosage(dosage_2021, "A1", [], start=date(2020, 12, 31))


@pytest.mark.parametrize("length", [{}, {"weeks": 2, "school_years": "0.5"}])
def test_a_phase_has_one_length(length: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match="either weeks or school_years"):
        MinimumPhase.model_validate({"unit": "lessons", "weekly_amount": "1"} | length)


def test_a_second_phase_that_is_not_planned_is_unknown(two_phases: RuleSet) -> None:
    first = PlannedPhase(weekly_amount=Decimal(35), unit=DosageUnit.LESSONS, weeks=2)
    second = PlannedPhase(weekly_amount=Decimal(2), unit=DosageUnit.SESSIONS, weeks=3, minutes_per_session=45)
    both = planned_dosage(two_phases, "D1", [first, second], start=START)
    alone = planned_dosage(two_phases, "D1", [first], start=START)
    assert (both.outcome, both.phase) == (DosageOutcome.MET, 1)
    assert (alone.outcome, alone.phase) == (DosageOutcome.UNKNOWN, 2)
    assert alone.reason.en.startswith("Phase 2: Planned: an unknown amount a week")
