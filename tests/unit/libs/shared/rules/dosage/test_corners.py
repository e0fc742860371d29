"""Special cases of dosage: between two phases, with another calendar, and in sets other than the packaged one."""

from datetime import timedelta
from decimal import Decimal

import pytest

from libs.shared.rules.dosage.delivered import delivered_dosage
from libs.shared.rules.dosage.facts import DosageUnit, PlannedPhase
from libs.shared.rules.dosage.forecast import forecast_dosage
from libs.shared.rules.dosage.planned import planned_dosage
from libs.shared.rules.dosage.settings import DosageSettings
from libs.shared.rules.dosage.stages import judge_dosage
from libs.shared.rules.rule_sets import RuleSet
from libs.shared.rules.verdicts import DosageStage, Measure
from tests.unit.libs.shared.rules.dosage.course import START, course, every_week, held, monday, sunday


def test_a_session_on_the_second_phases_first_day_is_of_that_phase_alone(two_phases: RuleSet) -> None:
    first = [*held(1, 315, 315, 315, 315, 315), *held(2, 315, 315, 315, 315)]
    lacking = delivered_dosage(two_phases, "D1", course([*first, *held(3, 315)], weeks=5))
    assert (lacking.outcome, lacking.phase) == ("missed", 1)
    assert lacking.value == Measure(amount=Decimal("63.00"), unit="lessons")


def test_every_session_of_every_phase_that_does_not_count_is_listed(two_phases: RuleSet) -> None:
    first = [*held(1, 315, 315, 315, 315, 315), *held(2, 315, 315, 315, 315, 0, 315)]
    verdict = delivered_dosage(two_phases, "D1", course([*first, *every_week(3, 45, 44, first=3)], weeks=5))
    assert verdict.phase == 2
    assert [each.minutes for each in verdict.not_counted] == [0, 44, 44, 44]


def test_a_forecast_shows_the_weeks_of_the_course_beside_those_of_the_minimum(dosage_2021: RuleSet) -> None:
    verdict = forecast_dosage(dosage_2021, "C", course(every_week(4, 30, 30, 30, 30), weeks=14, as_of=sunday(4)))
    assert (verdict.weeks, verdict.minimum_weeks) == (14, Decimal(12))
    nothing = forecast_dosage(dosage_2021, "C", course([], weeks=14, as_of=sunday(4)))
    assert (nothing.share_percent, nothing.weekly_mean) == (None, None)


def test_all_three_stages_know_the_calendars_school_year(dosage_2021: RuleSet) -> None:
    lessons = PlannedPhase(weekly_amount=Decimal("10.5"), unit=DosageUnit.LESSONS, weeks=19)
    for weeks, outcome in ((38, "met"), (40, "missed"), (None, "missed")):
        found = judge_dosage(dosage_2021, "A1", [lessons], course([], weeks=19, school_year_weeks=weeks))
        assert found[0].outcome == outcome
        assert {each.minimum_weeks for each in found} == {Decimal((weeks or 40) // 2)}


def test_a_variant_without_a_minimum_is_of_one_phase(dosage_2021: RuleSet) -> None:
    found = judge_dosage(dosage_2021, "D3", [], course([]))
    assert [(each.phase, each.pointer, each.stage) for each in found] == [(1, "", stage) for stage in DosageStage]
    assert dosage_2021.settings_as(DosageSettings).phases_of("D9") == ()


@pytest.fixture
def any_length(dosage_2021: RuleSet) -> RuleSet:
    """Four sessions a week for twelve weeks, however long each is."""
    data = dosage_2021.model_dump(mode="json")
    data["settings"]["minimums"] = [
        {"variant": "C", "phases": [{"unit": "sessions", "weekly_amount": "4", "weeks": 12}]}
    ]
    return RuleSet.model_validate(data)


@pytest.mark.parametrize(
    ("amount", "unit", "minutes", "expected"),
    [
        ("4", "sessions", None, ("met", "4")),
        ("3.9", "sessions", None, ("missed", "3.90")),
        ("4", "lessons", None, ("unknown", None)),
        ("180", "minutes", None, ("unknown", None)),
        ("4", "lessons", 45, ("met", "4")),
        ("4", "lessons", 60, ("missed", "3")),
        ("180", "minutes", 45, ("met", "4")),
        ("4", "packages", 45, ("unknown", None)),
    ],
)
def test_sessions_of_any_length_are_counted_and_what_has_no_length_is_unknown(
    any_length: RuleSet, amount: str, unit: str, minutes: int | None, expected: tuple[str, str | None]
) -> None:
    phase = PlannedPhase(weekly_amount=Decimal(amount), unit=DosageUnit(unit), weeks=12, minutes_per_session=minutes)
    verdict = planned_dosage(any_length, "C", [phase], start=START)
    outcome, shown = expected
    assert verdict.outcome == outcome
    assert verdict.value == (Measure(amount=Decimal(shown), unit="sessions") if shown else None)
    assert verdict.pointer == ""


def test_a_planned_verdict_points_where_it_is_told_to(dosage_2021: RuleSet) -> None:
    for variant in ("C", "D1", "D3"):
        assert planned_dosage(dosage_2021, variant, [], start=START, pointer="/efforts/7").pointer == "/efforts/7"


def test_a_running_course_says_until_when_it_runs(dosage_2021: RuleSet) -> None:
    given = course(every_week(2, 30), as_of=monday(3))
    verdict = delivered_dosage(dosage_2021, "C", given)
    assert verdict.reason.da.endswith("; forløbet varer til 23-01-2022.")
    assert verdict.reason.en.endswith("; the course runs until 2022-01-23.")
    assert given.last_day == monday(12) + timedelta(days=6)


def test_a_forecast_of_lessons_is_not_rounded_up_to_the_minimum(dosage_2021: RuleSet) -> None:
    # 2366 minutes so far and a pace of 472.25 for 15 weeks: a quarter of a minute below 20 × 472.5.
    held_by_week = [477, 472, 472, 472, 473]
    sessions = [one for week, minutes in enumerate(held_by_week, start=1) for one in held(week, minutes)]
    verdict = forecast_dosage(dosage_2021, "A1", course(sessions, weeks=20, as_of=monday(6)))
    assert (verdict.outcome, verdict.value) == ("at_risk", Measure(amount=Decimal("209.99"), unit="lessons"))


@pytest.mark.parametrize(("amount", "weeks"), [(None, 16), ("0.4", None), (None, None)])
def test_packages_a_week_are_a_number_only_with_both_amount_and_weeks(
    dosage_2021: RuleSet, amount: str | None, weeks: int | None
) -> None:
    told = {"weekly_amount": amount, "unit": "packages", "weeks": weeks}
    verdict = planned_dosage(dosage_2021, "E1", [PlannedPhase.model_validate(told)], start=START)
    assert (verdict.outcome, verdict.value) == ("unknown", None)
