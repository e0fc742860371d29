from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from libs.shared.rules.dosage.delivered import delivered_dosage
from libs.shared.rules.dosage.facts import (
    NotCounted,
    NotCountedWhy,
    PlannedPhase,
    SessionFact,
    monday_of,
    school_weeks_of,
)
from libs.shared.rules.dosage.verdict import DosageVerdict
from libs.shared.rules.errors import NoRuleInForce
from libs.shared.rules.library import library_rule_set
from libs.shared.rules.rule_sets import RuleSet
from libs.shared.rules.verdicts import Coverage, DosageOutcome, DosageStage, Measure
from tests.unit.libs.shared.rules.dosage.course import START, course, every_week, held, monday, sunday


def test_four_sessions_a_week_for_twelve_weeks_are_met(dosage_2021: RuleSet) -> None:
    verdict = delivered_dosage(dosage_2021, "C", course(every_week(12, 30, 30, 30, 30)))
    assert (verdict.outcome, verdict.stage, verdict.rule_id) == (DosageOutcome.MET, DosageStage.DELIVERED, "C")
    assert verdict.value == verdict.threshold == Measure(amount=Decimal(48), unit="sessions")
    assert verdict.weekly_mean == verdict.weekly_minimum == Measure(amount=Decimal(4), unit="sessions")
    assert verdict.share_percent == 100
    assert verdict.coverage == Coverage(have=12, expected=12, unit="school_weeks")
    assert (verdict.weeks, verdict.minimum_weeks, verdict.phase) == (12, Decimal(12), 1)
    assert verdict.reason.da == (
        "Gennemført er 48 sessioner af mindst 48 (100 %), i gennemsnit 4 pr. uge i 12 skoleuger mod mindst 4."
    )
    assert verdict.reason.en == (
        "Delivered: 48 sessions of at least 48 (100 %), on average 4 a week in 12 school weeks against at least 4."
    )


def test_one_session_too_few_is_missed_with_its_share(dosage_2021: RuleSet) -> None:
    sessions = every_week(12, 30, 30, 30, 30)[:-1]
    verdict = delivered_dosage(dosage_2021, "C", course(sessions))
    assert verdict.outcome is DosageOutcome.MISSED
    assert verdict.share_percent == Decimal("97.91")
    assert "47 sessioner af mindst 48 (97,91 %), i gennemsnit 3,91 pr. uge" in verdict.reason.da
    assert "47 sessions of at least 48 (97.91 %), on average 3.91 a week" in verdict.reason.en


@pytest.mark.parametrize(
    ("minutes", "why"), [(24, "too_short"), (25, None), (40, None), (41, "too_long"), (0, "too_short")]
)
def test_a_session_counts_from_25_to_40_minutes_and_is_listed_otherwise(
    dosage_2021: RuleSet, minutes: int, why: str | None
) -> None:
    verdict = delivered_dosage(dosage_2021, "C", course([*every_week(12, 30, 30, 30), *every_week(12, minutes)]))
    if why is None:
        assert (verdict.outcome, verdict.not_counted) == (DosageOutcome.MET, ())
    else:
        assert verdict.outcome is DosageOutcome.MISSED
        assert len(verdict.not_counted) == 12
        assert verdict.not_counted[0] == NotCounted(held_on=START, minutes=minutes, why=NotCountedWhy(why))
        assert verdict.value == Measure(amount=Decimal(36), unit="sessions")
        assert verdict.reason.da.endswith("; 12 tæller ikke med.")
        assert verdict.reason.en.endswith("; 12 do not count.")


@pytest.mark.parametrize(("minutes", "outcome"), [(468, "missed"), (472, "missed"), (473, "met")])
def test_co_teaching_needs_ten_and_a_half_lessons_a_week(dosage_2021: RuleSet, minutes: int, outcome: str) -> None:
    # 10.4 lessons are 468 minutes and 10.5 are 472.5: no session has half a minute.
    verdict = delivered_dosage(dosage_2021, "A1", course(every_week(20, minutes), weeks=20))
    assert verdict.outcome == outcome
    assert verdict.threshold == Measure(amount=Decimal(210), unit="lessons")


def test_exactly_ten_and_a_half_lessons_on_average_are_met(dosage_2021: RuleSet) -> None:
    verdict = delivered_dosage(
        dosage_2021, "A1", course([*every_week(10, 472), *every_week(10, 473, first=11)], weeks=20)
    )
    assert verdict.outcome is DosageOutcome.MET
    assert verdict.value == Measure(amount=Decimal(210), unit="lessons")
    assert verdict.share_percent == 100


@pytest.mark.parametrize(("minutes", "outcome"), [(652, "missed"), (653, "met")])
def test_a_resource_person_needs_fourteen_and_a_half(dosage_2021: RuleSet, minutes: int, outcome: str) -> None:
    assert delivered_dosage(dosage_2021, "A2", course(every_week(20, minutes), weeks=20)).outcome == outcome


def test_the_minimum_total_spread_over_twice_the_weeks_is_missed(dosage_2021: RuleSet) -> None:
    verdict = delivered_dosage(dosage_2021, "C", course(every_week(24, 30, 30), weeks=24))
    assert (verdict.outcome, verdict.share_percent) == (DosageOutcome.MISSED, Decimal(100))
    assert verdict.weekly_mean == Measure(amount=Decimal(2), unit="sessions")


def test_a_high_weekly_mean_over_too_few_weeks_misses_the_total(dosage_2021: RuleSet) -> None:
    verdict = delivered_dosage(dosage_2021, "C", course(every_week(6, 30, 30, 30, 30, 30), weeks=6))
    assert (verdict.outcome, verdict.share_percent) == (DosageOutcome.MISSED, Decimal("62.5"))


def test_a_week_without_school_is_not_in_the_mean(dosage_2021: RuleSet) -> None:
    without_week_8 = tuple(monday(week) for week in range(1, 14) if week != 8)
    sessions = [*every_week(7, 30, 30, 30, 30), *every_week(5, 30, 30, 30, 30, first=9)]
    with_holiday = delivered_dosage(dosage_2021, "C", course(sessions, weeks=13, school_weeks=without_week_8))
    without = delivered_dosage(dosage_2021, "C", course(sessions, weeks=13))
    assert (with_holiday.outcome, without.outcome) == (DosageOutcome.MET, DosageOutcome.MISSED)
    assert (with_holiday.weeks, without.weeks) == (12, 13)


def test_a_session_held_in_a_week_without_school_counts(dosage_2021: RuleSet) -> None:
    eleven = tuple(map(monday, range(1, 12)))
    verdict = delivered_dosage(dosage_2021, "C", course(every_week(12, 30, 30, 30, 30), school_weeks=eleven))
    assert verdict.outcome is DosageOutcome.MET
    assert verdict.value == Measure(amount=Decimal(48), unit="sessions")
    assert verdict.weekly_mean == Measure(amount=Decimal("4.36"), unit="sessions")
    assert verdict.coverage == Coverage(have=11, expected=11, unit="school_weeks")


def test_a_whole_school_years_weeks_may_be_given(dosage_2021: RuleSet) -> None:
    year = tuple(START + timedelta(weeks=week) for week in range(-12, 30))
    verdict = delivered_dosage(dosage_2021, "C", course(every_week(12, 30, 30, 30, 30), school_weeks=year))
    assert (verdict.outcome, verdict.weeks) == (DosageOutcome.MET, 12)


@pytest.mark.parametrize(("days", "weeks"), [(-1, 3), (0, 3), (6, 3), (7, 2)])
def test_a_week_that_the_course_starts_in_the_middle_of_counts(dosage_2021: RuleSet, days: int, weeks: int) -> None:
    late = course(held(3, 30), weeks=3).model_copy(update={"start": START + timedelta(days=days)})
    assert delivered_dosage(dosage_2021, "C", late).weeks == weeks


@pytest.mark.parametrize(("days", "weeks"), [(-1, 2), (0, 3), (6, 3)])
def test_a_week_that_the_course_ends_in_the_middle_of_counts(dosage_2021: RuleSet, days: int, weeks: int) -> None:
    early = course(held(1, 30), weeks=3).model_copy(update={"last_day": monday(3) + timedelta(days=days)})
    assert delivered_dosage(dosage_2021, "C", early).weeks == weeks


def test_half_a_school_year_is_what_the_calendar_says(dosage_2021: RuleSet) -> None:
    nineteen = course(every_week(19, 473), weeks=19, school_year_weeks=38)
    assert delivered_dosage(dosage_2021, "A1", nineteen).outcome is DosageOutcome.MET
    unknown_year = nineteen.model_copy(update={"school_year_weeks": None})
    assert delivered_dosage(dosage_2021, "A1", unknown_year).outcome is DosageOutcome.MISSED


def test_sessions_outside_the_dates_do_not_count_and_are_listed(dosage_2021: RuleSet) -> None:
    outside = [
        SessionFact(held_on=START - timedelta(days=1), minutes=30),
        SessionFact(held_on=sunday(12) + timedelta(days=1), minutes=30),
    ]
    sessions = [*every_week(12, 30, 30, 30, 30)[1:], *outside]
    verdict = delivered_dosage(dosage_2021, "C", course(sessions))
    assert verdict.outcome is DosageOutcome.MISSED
    assert [each.why for each in verdict.not_counted] == [NotCountedWhy.OUTSIDE_COURSE] * 2
    on_the_edges = [SessionFact(held_on=START, minutes=30), SessionFact(held_on=sunday(12), minutes=30)]
    verdict = delivered_dosage(dosage_2021, "C", course([*every_week(12, 30, 30, 30, 30)[2:], *on_the_edges]))
    assert (verdict.outcome, verdict.not_counted) == (DosageOutcome.MET, ())


def test_sessions_after_the_day_it_is_judged_on_are_not_seen(dosage_2021: RuleSet) -> None:
    sessions = every_week(12, 30, 30, 30, 30)
    verdict = delivered_dosage(dosage_2021, "C", course(sessions, as_of=monday(2)))
    assert verdict.value == Measure(amount=Decimal(5), unit="sessions")
    assert verdict.coverage == Coverage(have=2, expected=2, unit="school_weeks")


def test_while_the_course_runs_what_falls_short_is_unknown_and_not_missed(dosage_2021: RuleSet) -> None:
    sessions = every_week(11, 30, 30, 30, 30)
    last_day = delivered_dosage(dosage_2021, "C", course(sessions, as_of=sunday(12)))
    day_after = delivered_dosage(dosage_2021, "C", course(sessions))
    assert (last_day.outcome, day_after.outcome) == (DosageOutcome.UNKNOWN, DosageOutcome.MISSED)
    assert last_day.share_percent == Decimal("91.66")
    assert last_day.reason.da.endswith("mod mindst 4; forløbet varer til 23-01-2022.")
    assert last_day.reason.en.endswith("against at least 4; the course runs until 2022-01-23.")


def test_a_minimum_reached_before_the_end_is_met(dosage_2021: RuleSet) -> None:
    sessions = every_week(10, 30, 30, 30, 30, 30)
    assert delivered_dosage(dosage_2021, "C", course(sessions, as_of=sunday(10))).outcome is DosageOutcome.MET


def test_nothing_recorded_is_unknown_and_not_nothing_delivered(dosage_2021: RuleSet) -> None:
    verdict = delivered_dosage(dosage_2021, "C", course([]))
    assert verdict.outcome is DosageOutcome.UNKNOWN
    assert (verdict.value, verdict.share_percent, verdict.weekly_mean) == (None, None, None)
    assert verdict.coverage == Coverage(have=0, expected=12, unit="school_weeks")
    assert verdict.reason.da == "Der er registreret 0 sessioner i forløbets 12 skoleuger."
    assert verdict.reason.en == "There are 0 sessions recorded in the course's 12 school weeks."


def test_sessions_recorded_as_cancelled_are_a_record_of_nothing_delivered(dosage_2021: RuleSet) -> None:
    for variant in ("C", "A1"):
        verdict = delivered_dosage(dosage_2021, variant, course(every_week(12, 0)))
        assert (verdict.outcome, verdict.share_percent) == (DosageOutcome.MISSED, Decimal(0))
        assert len(verdict.not_counted) == 12


def test_a_course_without_a_known_school_week_is_unknown(dosage_2021: RuleSet) -> None:
    verdict = delivered_dosage(dosage_2021, "C", course(every_week(12, 30, 30, 30, 30), school_weeks=()))
    assert (verdict.outcome, verdict.weekly_mean) == (DosageOutcome.UNKNOWN, None)
    assert verdict.reason.da.startswith("Der er 0 kendte skoleuger i forløbets periode")
    assert verdict.reason.en.startswith("There are 0 known school weeks in the course's period")


@given(
    st.lists(st.tuples(st.integers(0, 83), st.integers(0, 60)), max_size=90),
    st.integers(1, 12),
)
def test_delivered_is_met_exactly_when_total_and_mean_are(held_on: list[tuple[int, int]], weeks: int) -> None:
    sessions = [SessionFact(held_on=START + timedelta(days=day), minutes=minutes) for day, minutes in held_on]
    verdict = delivered_dosage(library_rule_set("dosage-2021"), "C", course(sessions, weeks=weeks))
    inside = [(day, minutes) for day, minutes in held_on if day < 7 * weeks]
    counted = sum(25 <= minutes <= 40 for _, minutes in inside)
    expected = DosageOutcome.MET if counted >= 48 else DosageOutcome.MISSED
    seen = [day for day, _ in held_on if day <= 7 * weeks]
    assert verdict.outcome is (expected if inside else DosageOutcome.UNKNOWN)
    if inside:
        assert verdict.value == Measure(amount=Decimal(counted), unit="sessions")
    assert len(verdict.not_counted) == len(seen) - counted


def test_a_variant_without_a_minimum_is_unknown(dosage_2021: RuleSet) -> None:
    verdict = delivered_dosage(dosage_2021, "D3", course(every_week(12, 45)))
    assert (verdict.outcome, verdict.stage) == (DosageOutcome.UNKNOWN, DosageStage.DELIVERED)


def test_a_course_that_starts_before_the_rules_is_an_error(dosage_2021: RuleSet) -> None:
    early = course([]).model_copy(update={"start": date(2020, 12, 31)})
    with pytest.raises(NoRuleInForce):
        delivered_dosage(dosage_2021, "C", early)


def test_two_phases_are_judged_in_turn_and_the_worse_decides(two_phases: RuleSet) -> None:
    first = [*held(1, 315, 315, 315, 315, 315), *held(2, 315, 315, 315, 315, 315)]
    both = delivered_dosage(two_phases, "D1", course([*first, *every_week(3, 45, 45, first=3)], weeks=5))
    assert (both.outcome, both.phase, both.not_counted) == (DosageOutcome.MET, 1, ())
    short = delivered_dosage(two_phases, "D1", course([*first, *every_week(3, 45, 44, first=3)], weeks=5))
    assert (short.outcome, short.phase, len(short.not_counted)) == (DosageOutcome.MISSED, 2, 3)
    assert short.threshold == Measure(amount=Decimal(6), unit="sessions")
    assert short.reason.da.startswith("Fase 2: Gennemført er 3 sessioner af mindst 6 (50 %)")
    assert short.reason.en.startswith("Phase 2: Delivered: 3 sessions of at least 6 (50 %)")
    first_over = delivered_dosage(two_phases, "D1", course(first[:-1], weeks=5, as_of=monday(3)))
    assert (first_over.outcome, first_over.phase) == (DosageOutcome.MISSED, 1)
    still_running = delivered_dosage(two_phases, "D1", course(first[:-1], weeks=5, as_of=sunday(2)))
    assert (still_running.outcome, still_running.phase) == (DosageOutcome.UNKNOWN, 1)


def test_a_course_too_short_for_its_second_phase_leaves_that_unknown(two_phases: RuleSet) -> None:
    first = [*held(1, 315, 315, 315, 315, 315), *held(2, 315, 315, 315, 315, 315)]
    verdict = delivered_dosage(two_phases, "D1", course(first, weeks=2))
    assert (verdict.outcome, verdict.phase, verdict.weeks) == (DosageOutcome.UNKNOWN, 2, 0)


def test_a_verdict_survives_the_bus(dosage_2021: RuleSet) -> None:
    verdict = delivered_dosage(dosage_2021, "C", course(every_week(12, 30, 24)))
    assert DosageVerdict.model_validate_json(verdict.model_dump_json()) == verdict


def test_school_weeks_come_from_the_calendars_days_in_order_and_once() -> None:
    days = [date(2021, 11, 10), date(2021, 11, 1), date(2021, 11, 5), date(2021, 11, 14)]
    assert school_weeks_of(days) == (date(2021, 11, 1), date(2021, 11, 8))
    assert monday_of(date(2021, 11, 7)) == date(2021, 11, 1)
    assert course([], school_weeks=(monday(2), monday(1), monday(2))).school_weeks == (monday(1), monday(2))
    with pytest.raises(ValidationError, match="by its Monday"):
        course([], school_weeks=(date(2021, 11, 2),))


def test_a_course_that_ends_before_it_starts_is_refused() -> None:
    facts = course([]).model_dump()
    with pytest.raises(ValidationError, match="end is before start"):
        type(course([])).model_validate(facts | {"last_day": START - timedelta(days=1)})
    assert type(course([])).model_validate(facts | {"last_day": START}).last_day == START


def test_lessons_are_shown_as_lessons_and_not_as_the_minutes_they_are_added_up_in(dosage_2021: RuleSet) -> None:
    verdict = delivered_dosage(dosage_2021, "A1", course(every_week(20, 450), weeks=20))
    assert verdict.weekly_mean == Measure(amount=Decimal(10), unit="lessons")
    assert verdict.reason.da == (
        "Gennemført er 200 lektioner af mindst 210 (95,23 %), i gennemsnit 10 pr. uge i 20 skoleuger mod mindst 10,5."
    )


@pytest.mark.parametrize(
    ("model", "good", "wrong"),
    [
        (SessionFact, {"held_on": START, "minutes": 0}, {"minutes": -1}),
        (SessionFact, {"held_on": START, "minutes": 1440}, {"minutes": 1441}),
        (PlannedPhase, {"weeks": 0, "weekly_amount": 0}, {"weeks": -1}),
        (PlannedPhase, {"weeks": 520, "weekly_amount": 10_000}, {"weeks": 521}),
        (PlannedPhase, {"weekly_amount": 0}, {"weekly_amount": -1}),
        (PlannedPhase, {"weekly_amount": 10_000}, {"weekly_amount": 10_001}),
        (PlannedPhase, {"minutes_per_session": 1}, {"minutes_per_session": 0}),
        (PlannedPhase, {"minutes_per_session": 1440}, {"minutes_per_session": 1441}),
    ],
)
def test_a_fact_outside_what_can_be_is_refused(
    model: type[BaseModel], good: dict[str, object], wrong: dict[str, object]
) -> None:
    model.model_validate(good)
    with pytest.raises(ValidationError):
        model.model_validate(good | wrong)
