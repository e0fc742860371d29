"""B, D1, D2, D3, E1 and E2: requirements of their minimums that A and C do not have."""

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from libs.shared.rules.dosage.delivered import delivered_dosage
from libs.shared.rules.dosage.facts import DosageFacts, DosageUnit, NotCountedWhy, PlannedPhase, SessionFact
from libs.shared.rules.dosage.forecast import forecast_dosage
from libs.shared.rules.dosage.planned import planned_dosage
from libs.shared.rules.dosage.settings import MinimumPhase
from libs.shared.rules.dosage.stages import judge_dosage
from libs.shared.rules.library import library_rule_set
from libs.shared.rules.rule_sets import RuleSet
from libs.shared.rules.verdicts import DosageOutcome, Measure
from tests.unit.libs.shared.rules.dosage.course import START, course, every_week, held, monday, sunday

DOSAGE = library_rule_set("dosage-2021")
MET, MISSED, UNKNOWN, AT_RISK = "met", "missed", "unknown", "at_risk"
EVERY_THIRD = (1, 4, 7, 10, 13, 16)


def packages(*weeks: int) -> list[SessionFact]:
    return [each for week in weeks for each in held(week, 15)]


def lessons(weekly: str, weeks: int | None) -> PlannedPhase:
    return PlannedPhase(weekly_amount=Decimal(weekly), unit=DosageUnit.LESSONS, weeks=weeks)


@pytest.mark.parametrize(
    ("variant", "weekly", "weeks", "outcome"),
    [
        ("A2", "14.5", 20, MET),
        ("A2", "14.4", 20, MISSED),
        ("A2", "14.5", 19, MISSED),
        ("B", "2", 16, MET),
        ("B", "1.99", 16, MISSED),
        ("B", "2", 15, MISSED),
        ("B", "1", 32, MISSED),
        ("D2", "35", 3, MET),
        ("D2", "34.99", 3, MISSED),
        ("D2", "35", 2, MISSED),
        ("D3", "35", 40, UNKNOWN),
    ],
)
def test_a_plan_in_lessons_is_held_to_its_amount_and_its_length(
    variant: str, weekly: str, weeks: int, outcome: str
) -> None:
    assert planned_dosage(DOSAGE, variant, [lessons(weekly, weeks)], start=START).outcome == outcome


@pytest.mark.parametrize(
    ("weeks", "outcome"), [((1, 16), MISSED), ((1, 32), MISSED), ((2, 16), MET), ((2, 17), MET), ((2, 15), MISSED)]
)
def test_thirty_two_weeks_with_one_lesson_of_peer_learning_are_not_sixteen_with_two(
    weeks: tuple[int, int], outcome: str
) -> None:
    a_week, number = weeks
    facts = course(every_week(number, *[45] * a_week), weeks=number)
    assert delivered_dosage(DOSAGE, "B", facts).outcome == outcome


def test_a_holiday_course_needs_its_two_weeks_and_its_eight_weeks_of_mentoring() -> None:
    fortnight = every_week(2, *[315] * 5)
    whole = [*fortnight, *every_week(8, 45, 60, first=3)]
    assert delivered_dosage(DOSAGE, "D1", course(whole, weeks=10)).outcome == MET
    late = delivered_dosage(DOSAGE, "D1", course(whole[:-1], weeks=10))
    assert (late.outcome, late.phase, late.value) == (MISSED, 2, Measure(amount=Decimal(15), unit="sessions"))
    short = delivered_dosage(DOSAGE, "D1", course([*fortnight, *every_week(8, 45, 44, first=3)], weeks=10))
    assert (short.outcome, {each.why for each in short.not_counted}) == (MISSED, {NotCountedWhy.TOO_SHORT})


def test_a_holiday_course_without_planned_mentoring_is_unknown_and_its_sessions_are_at_least_45_minutes() -> None:
    first = lessons("35", 2)
    mentoring = PlannedPhase(weekly_amount=Decimal(2), unit=DosageUnit.SESSIONS, weeks=8, minutes_per_session=45)
    alone = planned_dosage(DOSAGE, "D1", [first], start=START)
    assert (alone.outcome, alone.phase) == (UNKNOWN, 2)
    assert "2 sessioner à mindst 45 minutter pr. uge i 8 uger" in alone.reason.da
    assert "2 sessions of at least 45 minutes a week for 8 weeks" in alone.reason.en
    assert planned_dosage(DOSAGE, "D1", [first, mentoring], start=START).outcome == MET
    long = mentoring.model_copy(update={"minutes_per_session": 240})
    assert planned_dosage(DOSAGE, "D1", [first, long], start=START).outcome == MET
    short = mentoring.model_copy(update={"minutes_per_session": 44})
    assert planned_dosage(DOSAGE, "D1", [first, short], start=START).outcome == MISSED


def test_what_the_approval_sets_for_a_spread_course_is_what_it_is_held_to() -> None:
    approved = [MinimumPhase(unit="lessons", weekly_amount=Decimal(3), weeks=4)]
    facts = course(every_week(4, 135), weeks=4)
    verdicts = judge_dosage(DOSAGE, "D3", [lessons("3", 4)], facts, approved=approved)
    assert [each.outcome for each in verdicts] == [MET, MET, MET]
    assert verdicts[2].threshold == Measure(amount=Decimal(12), unit="lessons")
    assert [each.outcome for each in judge_dosage(DOSAGE, "D3", [lessons("3", 4)], facts)] == [UNKNOWN] * 3


def test_an_approval_does_not_change_a_minimum_the_rule_set_has() -> None:
    easier = [MinimumPhase(unit="lessons", weekly_amount=Decimal(1), weeks=1)]
    assert planned_dosage(DOSAGE, "B", [lessons("1", 1)], start=START, approved=easier).outcome == MISSED


@pytest.mark.parametrize(
    ("variant", "phase", "outcome"),
    [
        ("E1", PlannedPhase(packages=6, weeks=16), MET),
        ("E1", PlannedPhase(packages=5, weeks=16), MISSED),
        ("E1", PlannedPhase(packages=6, weeks=15), MISSED),
        ("E1", PlannedPhase(packages=6), UNKNOWN),
        ("E1", PlannedPhase(weeks=16), UNKNOWN),
        ("E1", PlannedPhase(weekly_amount=Decimal("0.375"), unit=DosageUnit.PACKAGES, weeks=16), MET),
        ("E1", PlannedPhase(weekly_amount=Decimal("0.374"), unit=DosageUnit.PACKAGES, weeks=16), MISSED),
        ("E1", PlannedPhase(weekly_amount=Decimal(1), unit=DosageUnit.LESSONS, weeks=16), UNKNOWN),
        ("E2", PlannedPhase(packages=2, weeks=40), MET),
        ("E2", PlannedPhase(packages=1, weeks=40), MISSED),
        ("E2", PlannedPhase(packages=2, weeks=39), MISSED),
        ("B", PlannedPhase(weekly_amount=Decimal(2), unit=DosageUnit.PACKAGES, weeks=16), UNKNOWN),
        ("C", PlannedPhase(packages=48, weeks=12), UNKNOWN),
    ],
)
def test_packages_are_planned_by_their_number_and_their_weeks(variant: str, phase: PlannedPhase, outcome: str) -> None:
    assert planned_dosage(DOSAGE, variant, [phase], start=START).outcome == outcome


def test_the_reason_of_planned_packages_names_no_weekly_amount() -> None:
    verdict = planned_dosage(DOSAGE, "E1", [PlannedPhase(packages=5, weeks=16)], start=START)
    assert verdict.reason.da == "Planlagt er 5 pakker i 16 uger; minimum er 6 pakker i 16 uger."
    assert verdict.reason.en == "Planned: 5 packages for 16 weeks; the minimum is 6 packages for 16 weeks."
    assert verdict.value == Measure(amount=Decimal(5), unit="packages")
    assert verdict.threshold == Measure(amount=Decimal(6), unit="packages")
    assert verdict.weekly_mean is None
    assert verdict.weekly_minimum == Measure(amount=Decimal("0.33"), unit="packages")
    unknown = planned_dosage(DOSAGE, "E2", [PlannedPhase()], start=START)
    assert unknown.reason.da == "Planlagt er et ukendt antal i et ukendt antal uger; minimum er 2 pakker i 40 uger."
    assert unknown.reason.en == (
        "Planned: an unknown amount for an unknown number of weeks; the minimum is 2 packages for 40 weeks."
    )
    assert unknown.weekly_minimum is None


@pytest.mark.parametrize(
    ("weeks", "length", "outcome"),
    [
        (EVERY_THIRD, 16, MET),
        (EVERY_THIRD, 18, MET),
        (EVERY_THIRD, 19, MISSED),
        (EVERY_THIRD[:-1], 16, MISSED),
        ((1, 1, 4, 7, 10, 13), 16, MISSED),
        ((1, 2, 3, 4, 5, 6), 16, MET),
        ((), 16, UNKNOWN),
    ],
)
def test_six_packages_are_delivered_one_in_a_week_with_three_weeks_to_each(
    weeks: tuple[int, ...], length: int, outcome: str
) -> None:
    assert delivered_dosage(DOSAGE, "E1", course(packages(*weeks), weeks=length)).outcome == outcome


def test_a_second_package_of_a_week_is_listed_and_does_not_count() -> None:
    twice = [*packages(*EVERY_THIRD[:5]), *held(1, 0, 15)]
    verdict = delivered_dosage(DOSAGE, "E1", course(twice, weeks=16))
    assert verdict.value == Measure(amount=Decimal(5), unit="packages")
    assert sorted(each.why for each in verdict.not_counted) == [NotCountedWhy.SAME_WEEK, NotCountedWhy.TOO_SHORT]
    assert verdict.reason.da == (
        "Gennemført er 5 pakker af mindst 6 (83,33 %), i gennemsnit 0,31 pr. uge i 16 skoleuger mod mindst 0,33; "
        "2 tæller ikke med."
    )


@pytest.mark.parametrize("year", [36, 40, 42])
def test_two_packages_of_family_reading_are_enough_in_a_school_year_of_any_length(year: int) -> None:
    both = delivered_dosage(DOSAGE, "E2", course(packages(2, year), weeks=year, school_year_weeks=year))
    assert (both.outcome, both.weekly_minimum) == (DosageOutcome.MET, None)
    assert both.reason.en == (
        f"Delivered: 2 packages of at least 2 (100 %), on average {'0.05' if year <= 40 else '0.04'} a week "
        f"in {year} school weeks."
    )
    one = delivered_dosage(DOSAGE, "E2", course(packages(2), weeks=year, school_year_weeks=year))
    assert one.outcome == MISSED


@pytest.mark.parametrize("week", range(5, 18))
def test_packages_handed_out_every_third_week_are_never_foreseen_at_risk(week: int) -> None:
    so_far = packages(*(each for each in EVERY_THIRD if each < week))
    verdict = forecast_dosage(DOSAGE, "E1", course(so_far, weeks=16, as_of=monday(week)))
    assert verdict.outcome == MET, verdict.reason.en
    assert verdict.value is not None
    assert verdict.value.amount == (verdict.value.amount or Decimal(0)).to_integral_value()


def test_packages_that_come_too_seldom_are_foreseen_at_risk_and_missed_in_the_end() -> None:
    seldom = packages(1, 5, 9)
    assert forecast_dosage(DOSAGE, "E1", course(seldom, weeks=16, as_of=monday(13))).outcome == AT_RISK
    assert forecast_dosage(DOSAGE, "E1", course(seldom, weeks=16, as_of=sunday(17))).outcome == MISSED
    assert forecast_dosage(DOSAGE, "E1", course(packages(1), weeks=16, as_of=monday(5))).outcome == UNKNOWN
    one = forecast_dosage(DOSAGE, "E2", course(packages(1, 20), weeks=40, as_of=monday(30)))
    assert one.outcome == MET
    assert one.reason.en.endswith("on average 0.05 a week.")
    assert one.reason.da.endswith("i gennemsnit 0,05 pr. uge.")


@given(minutes=st.integers(min_value=0, max_value=300))
def test_what_peer_learning_delivers_is_met_exactly_from_two_lessons_a_week(minutes: int) -> None:
    verdict = delivered_dosage(DOSAGE, "B", course(every_week(16, minutes), weeks=16))
    assert (verdict.outcome == MET) == (Fraction(minutes, 45) >= 2)


@given(days=st.lists(st.integers(min_value=0, max_value=111), max_size=12), as_of=st.integers(0, 130))
def test_a_package_more_never_makes_delivery_worse(days: list[int], as_of: int) -> None:
    def judged(some: list[int]) -> Decimal:
        sessions = [SessionFact(held_on=START + timedelta(days=day), minutes=5) for day in some]
        facts = course(sessions, weeks=16, as_of=START + timedelta(days=as_of))
        verdict = delivered_dosage(DOSAGE, "E1", facts)
        return verdict.value.amount or Decimal(0) if verdict.value else Decimal(0)

    assert judged(days[:-1]) <= judged(days) <= 16


@pytest.mark.parametrize(
    "wrong",
    [
        {"unit": "packages", "weekly_amount": "1", "weeks": 16},
        {"unit": "lessons", "phase_amount": 6, "weeks": 16},
        {"unit": "packages", "phase_amount": 6, "weekly_amount": "1", "weeks": 16},
        {"unit": "lessons", "weeks": 16},
        {"unit": "lessons", "weekly_amount": "1"},
        {"unit": "lessons", "weekly_amount": "1", "weeks": 16, "school_years": "1"},
    ],
)
def test_a_phase_that_says_two_things_or_nothing_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        MinimumPhase.model_validate(wrong)


def test_nothing_recorded_is_unknown_in_every_variant(dosage_2021: RuleSet) -> None:
    empty = DosageFacts(start=START, last_day=sunday(40), as_of=sunday(41))
    for variant in ("A1", "A2", "B", "C", "D1", "D2", "D3", "E1", "E2"):
        verdicts = judge_dosage(dosage_2021, variant, [], empty)
        assert {each.outcome for each in verdicts} == {DosageOutcome.UNKNOWN}
